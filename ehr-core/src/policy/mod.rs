//! Who may do what, for which purpose and until when.

mod terms;

pub use terms::{Actions, Obligations, Purposes, Resource, StaffRoles, Subject};
