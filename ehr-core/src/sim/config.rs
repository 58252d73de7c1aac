//! What one run is like. Everything is drawn from the seed; a test may fix parts of it.

use super::Bug;
use super::network::LinkFaults;
use super::rng::SimRng;

/// Takes a line of what happens in a run.
pub type Trace = fn(u64, core::fmt::Arguments<'_>);

/// Size and faults of a run.
#[derive(Clone, Debug)]
pub struct SimConfig {
    /// Honest nodes.
    pub nodes: usize,
    /// Whether one more node misbehaves.
    pub byzantine: bool,
    /// Simulated milliseconds of the safety phase, with faults.
    pub duration: u64,
    /// Link faults.
    pub links: LinkFaults,
    /// Mean time between crashes of any node, milliseconds; 0 for none.
    pub crash_every: u64,
    /// Mean time between partitions, milliseconds; 0 for none.
    pub partition_every: u64,
    /// Longest partition, milliseconds.
    pub partition_for: u64,
    /// Writes that fail, per cent.
    pub write_failures: u64,
    /// Longest time a write takes, milliseconds.
    pub sync_for: u64,
    /// Largest clock error, milliseconds.
    pub skew: u64,
    /// Planted bugs.
    pub bugs: Bug,
    /// Told of what happens, with the simulated time in milliseconds; changes nothing.
    pub trace: Option<Trace>,
}

impl SimConfig {
    /// The usual run of a seed: five nodes, all faults, drawn in size.
    pub fn of_seed(seed: u64) -> Self {
        let mut rng = SimRng::new(seed, 1);
        Self {
            nodes: 5,
            byzantine: rng.percent(60),
            duration: 480_000,
            links: LinkFaults {
                loss: rng.below(16),
                duplicate: rng.below(25),
                delay: rng.between(20, 1_500),
            },
            crash_every: if rng.percent(80) { rng.between(40_000, 150_000) } else { 0 },
            partition_every: if rng.percent(70) { rng.between(60_000, 200_000) } else { 0 },
            partition_for: rng.between(5_000, 45_000),
            write_failures: rng.below(4),
            sync_for: rng.between(20, 3_000),
            skew: rng.below(8_000),
            bugs: Bug::NONE,
            trace: None,
        }
    }
}
