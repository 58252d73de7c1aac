//! Validators on a simulated network: virtual clocks, links that lose and delay, disks that forget what was not
//! synced, machines that crash, validators that lie. A seed decides everything; the same seed is the same run.
//!
//! Agreement and validity are asserted at every decision of every honest validator, and that every offence is delivered of
//! which one of them held both messages: in memory, or the first in its log when it crashed between them. A failure names its
//! seed.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code: a panic is a failed run"
)]

mod block;
mod byzantine;
mod host;
pub mod ledger;
mod mix;
pub mod named;
mod node;
mod report;
mod rng;
mod scenario;
mod world;

pub use report::{Failure, Report, Slot};
pub use scenario::{Behaviour, Log, Scenario, Stake};

/// Runs a scenario.
///
/// # Errors
/// A fork, an invalid or unproven decision, an honest validator accused, stopped or disconnected, an offence that could be
/// proven and was not delivered, or no progress.
pub fn run(scenario: &Scenario) -> Result<Report, Failure> {
    world::World::new(scenario).run()
}
