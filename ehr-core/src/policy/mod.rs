//! Who may do what, for which purpose and until when: one pure function, [`evaluate`].
//!
//! The chain, the gateway, the phone and the screen call the same function on the same facts and get the same
//! answer with the same reasons. Rules P-1 and up in `docs/spec/policy.md`.

mod attenuate;
mod coverage;
mod decision;
mod evaluate;
mod preset;
mod query;
mod rule;
mod terms;
mod text;

pub use attenuate::{Attenuation, attenuates};
pub use coverage::Coverage;
pub use decision::{Basis, Decision, DenyReason, Outcome, Reason, Why, settle};
pub use evaluate::evaluate;
pub use preset::{PRESETS_VERSION, Preset};
pub use query::{AccessQuery, Facts, Membership, ResourceChain};
pub use rule::{Effect, Rule, RuleTerms, Standing};
pub use terms::{Actions, Obligations, Purposes, Resource, StaffRoles, Subject};
