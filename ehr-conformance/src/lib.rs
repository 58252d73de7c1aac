//! Conformance suites: what an implementer of a trait of `ehr-core` runs in one line of a test.
//!
//! ```
//! use ehr_core::crypto::signature::SoftwareSigner;
//! use ehr_core::store::{MemoryBlobs, MemoryStore};
//! use ehr_core::transport::MemoryTransport;
//!
//! ehr_conformance::ledger::run(MemoryStore::new);
//! ehr_conformance::blob::run(MemoryBlobs::new);
//! ehr_conformance::transport::run(|| MemoryTransport::pair(4));
//! ehr_conformance::signer::run(&SoftwareSigner::from_seed(&[7; 32]));
//! ```
//!
//! A suite panics at the first answer that breaks the contract, and says which rule and which seed; `check` gives it as
//! an error instead. The suites start threads and measure time, which is why they are not in the core: whoever ships
//! them decides to.
#![forbid(unsafe_code)]

pub mod blob;
mod broken;
mod dice;
mod faulty;
pub mod ledger;
pub mod signer;
pub mod transport;

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
