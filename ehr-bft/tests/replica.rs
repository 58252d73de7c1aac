//! Whole replicas: ledger, validator and store together.

use ehr_bft::sim::ledger::{Scenario, World, run};

#[test]
fn four_replicas_finalise_transactions_and_a_seed_is_a_run() {
    let report = run(&Scenario::new(1)).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.txs > 10, "{report:?}");
    let again = run(&Scenario::new(1)).unwrap();
    assert_eq!(again.trace, report.trace, "the same seed");
}
