//! The simulator: real engines, simulated disks, clocks, links and people, and nothing but a seed decides.
//!
//! A run has a phase of faults (loss, delay, duplication, partitions, crashes that lose unsynced writes, failed
//! writes, wrong clocks, unequal hash power, a node that misbehaves) and a calm phase in which all must agree. The
//! invariants in `check.rs` are tested after every change of a node's chain. A failure prints its seed; the same
//! seed is the same run. [`Bug`]s can be planted to show that the invariants notice them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code: a panic is a failed run, and its seed is printed"
)]

mod bug;
mod byzantine;
mod check;
mod clients;
mod config;
mod disk;
mod network;
mod node;
mod report;
mod rng;
mod world;

pub use bug::Bug;
pub use config::{SimConfig, Trace};
pub use network::LinkFaults;
pub use report::{Failure, Report};
pub use rng::SimRng;

/// Runs one seed.
///
/// # Errors
/// An invariant is broken; the failure holds the seed.
pub fn run(seed: u64, config: SimConfig) -> Result<Report, Failure> {
    world::World::new(seed, config)?.run()
}

/// Runs one seed with the faults it draws.
///
/// # Errors
/// As [`run`].
pub fn run_seed(seed: u64) -> Result<Report, Failure> {
    run(seed, SimConfig::of_seed(seed))
}
