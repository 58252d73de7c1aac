//! A few short runs of the simulator, and that a seed is a run. The long ones, and the planted mistakes, run in
//! release: `make sim`.

use ehr_core::sim::{self, Bug, SimConfig};

/// A minute of faults for four nodes: this crate is not optimised in tests.
fn short(seed: u64) -> SimConfig {
    SimConfig { nodes: 4, duration: 60_000, byzantine: true, ..SimConfig::of_seed(seed) }
}

#[test]
fn short_runs_keep_every_invariant() {
    for seed in 0..4 {
        let report = sim::run(seed, short(seed)).unwrap_or_else(|failure| panic!("{failure}"));
        assert!(report.height > 5 && report.on_chain > 0, "nothing happened: {report:?}");
    }
}

#[test]
fn a_seed_is_a_run() {
    let (one, two) = (sim::run(9, short(9)), sim::run(9, short(9)));
    assert_eq!(one, two);
    assert!(one.is_ok());
    assert_ne!(one, sim::run(10, short(10)), "another seed is another run");
    // Failures replay too.
    let buggy = || sim::run(0, SimConfig { bugs: Bug::SKIP_SYNC, ..SimConfig::of_seed(0) });
    let (one, two) = (buggy(), buggy());
    assert_eq!(one, two);
    assert!(one.is_err(), "a planted mistake must be noticed");
}
