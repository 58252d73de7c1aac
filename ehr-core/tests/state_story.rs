//! The whole story in one chain: every kind of transaction, undone and replayed.

use ehr_core::state::testkit::{Consortium, TestLedger, every_kind};

#[test]
fn every_kind_applies_undoes_and_replays() {
    let mut kit = Consortium::new(2);
    let mut ledger = TestLedger::ready(&mut kit);
    let before = ledger.dump();
    let txs = every_kind(&mut kit);
    let mut dumps = vec![before.clone()];
    for tx in &txs {
        ledger.admit(tx).unwrap();
        ledger.block(&[tx]).unwrap_or_else(|e| panic!("{}: {e}", tx.body().payload.name()));
        assert_eq!(ledger.state_root(), ledger.tip().state_root);
        dumps.push(ledger.dump());
    }
    let end = ledger.tip().clone();
    for _ in &txs {
        assert!(ledger.dump() == dumps.pop().unwrap());
        ledger.undo();
    }
    assert!(ledger.dump() == before);
    for tx in &txs {
        ledger.block(&[tx]).unwrap();
    }
    assert_eq!(*ledger.tip(), end);
}

#[test]
fn a_block_of_all_kinds_is_valid_as_well() {
    let mut kit = Consortium::new(2);
    let mut ledger = TestLedger::ready(&mut kit);
    let before = ledger.dump();
    let txs = every_kind(&mut kit);
    let done = ledger.block(&txs.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(done.receipts.len(), txs.len());
    ledger.undo();
    assert!(ledger.dump() == before);
}
