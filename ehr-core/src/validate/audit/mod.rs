//! Everything a ledger says is computed again from its genesis and compared with what is stored.

mod beginning;
mod bodies;
mod names;
mod report;
mod tables;
mod walk;

pub use report::{Problem, Report};
pub use walk::{AuditError, Audited, Expected, audit};
