//! Builders for tests, benches, fuzz targets and the simulator: a consortium with fixed keys, its transactions of
//! every kind in a line each, and a ledger that applies them. Feature `testing`; panics freely.
//!
//! ```
//! use ehr_core::state::testkit::{Consortium, TestLedger};
//! let mut kit = Consortium::new(2);
//! let mut ledger = TestLedger::ready(&mut kit);
//! let create = kit.create_record(0, "blood count");
//! ledger.block(&[&create]).unwrap();
//! ledger.undo();
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::missing_panics_doc,
    reason = "test code: a failure here is a failure of the test"
)]

mod clinical;
mod consortium;
mod every_kind;
mod ledger;
mod person;
mod stake_ledger;
mod staked;

pub use clinical::content;
pub use consortium::{Consortium, forged};
pub use every_kind::every_kind;
pub use ledger::TestLedger;
pub use person::{Person, bytes32};
pub use stake_ledger::StakeLedger;
pub use staked::Staked;
