//! Public conformance suites: what an implementer of a store trait runs in one line of a test.
//!
//! ```
//! use ehr_core::store::{MemoryBlobs, MemoryStore, conformance};
//! conformance::ledger::run(MemoryStore::new);
//! conformance::blob::run(MemoryBlobs::new);
//! ```
//!
//! A suite panics at the first answer that breaks the contract, and says which rule and which seed; `check` gives it as
//! an error instead.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test code: a failed expectation panics"
)]

pub mod blob;
pub(crate) mod broken;
mod dice;
mod faulty;
pub mod ledger;

pub use broken::Broken;
pub use dice::Dice;
pub use faulty::{Fault, FaultPlan, FaultyBlobs, FaultyLedger};

/// What a suite asks of the closure that opens a durable store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// An empty store, at a place not used before.
    Fresh,
    /// What was opened last, after it was dropped.
    Again,
}
