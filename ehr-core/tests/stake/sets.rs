//! How far sets may move in an epoch, and what happens if nobody is left.

use crate::{four, powers, rules};
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{ChangeError, PowerRules};
use ehr_core::state::TxError;

/// A tenth of the power may come and a tenth may go in five blocks.
fn slow() -> StakeParams {
    StakeParams { power: PowerRules { max_share: 1000, max_change: 100 }, ..rules() }
}

fn too_much(changed: u64, left: u64) -> TxError {
    TxError::TooMuchChange(ChangeError { changed, total: 4_000, limit: 400, left })
}

#[test]
fn an_epoch_changes_no_more_than_allowed() {
    let (mut kit, mut ledger) = four(slow());
    let join = kit.stake_tx(4, 500);
    let error = ledger.refusal(&join);
    assert_eq!(error, too_much(500, 400));
    assert!(error.is_transient());
    assert_eq!(
        error.to_string(),
        "500 of 4000 voting power would change in this epoch, at most 400 may, 400 still can"
    );
    ledger.block(&[kit.stake_tx(4, 300)]);
    ledger.block(&[]);
    let more = kit.stake_tx(5, 101);
    assert_eq!(ledger.refusal(&more), too_much(401, 100), "what happened in an earlier block counts");
    // What goes is counted by itself.
    let (leave, most) = (kit.unstake_tx(0, 401), kit.unstake_tx(0, 400));
    assert_eq!(ledger.refusal(&leave), too_much(401, 400));
    ledger.block(&[kit.stake_tx(5, 100), most]);
    // The way back is free.
    ledger.block(&[kit.unstake_tx(4, 100)]);
    let again = kit.stake_tx(4, 101);
    assert_eq!(ledger.refusal(&again), too_much(401, 100));
    ledger.block(&[kit.stake_tx(4, 100)]);
    // Block 5 begins an epoch with what is there after it.
    assert_eq!(ledger.height.0, 5);
    assert_eq!(powers(&kit, &ledger.sets().next), [600, 1_000, 1_000, 1_000, 300, 100]);
    ledger.block(&[kit.stake_tx(4, 400)]);
    assert_eq!(powers(&kit, &ledger.sets().next)[4], 700);
}

#[test]
fn slashing_is_not_held_up_and_counts() {
    let (mut kit, mut ledger) = four(slow());
    let evidence = kit.two_votes(0, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 1_000, 1_000, 1_000, 0, 0]);
    let leave = kit.unstake_tx(1, 1);
    assert_eq!(ledger.refusal(&leave), too_much(1_001, 0), "no more may go");
    ledger.block(&[kit.stake_tx(4, 400)]);
    ledger.block(&[]);
    // Coming back in the same epoch undoes what the jail did.
    ledger.block(&[kit.unjail_tx(0)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 1_000, 1_000, 1_000, 400, 0]);
}

#[test]
fn coming_back_in_a_later_epoch_is_a_change_like_any() {
    let (mut kit, mut ledger) = four(slow());
    let evidence = kit.two_votes(0, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    ledger.run_to(5);
    let back = kit.unjail_tx(0);
    let all = TxError::TooMuchChange(ChangeError { changed: 950, total: 3_000, limit: 300, left: 300 });
    assert_eq!(ledger.refusal(&back), all);
    ledger.block(&[kit.unstake_tx(0, 650), kit.unjail_tx(0)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [300, 1_000, 1_000, 1_000, 0, 0]);
}

#[test]
fn if_everybody_is_jailed_the_last_set_stays() {
    let (mut kit, mut ledger) = four(rules());
    let reports: Vec<_> = (0..3).map(|who| kit.report_tx(4, kit.two_votes(who, 1, 0))).collect();
    ledger.block(&reports);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 0, 0, 1_000, 0, 0]);
    let evidence = kit.two_votes(3, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 0, 0, 1_000, 0, 0], "nobody else could decide");
    let tx = kit.unstake_tx(3, 950);
    assert_eq!(ledger.refusal(&tx), TxError::LastValidator { account: kit.id(3) });
    ledger.run_to(5);
    ledger.block(&[kit.unjail_tx(0)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 0, 0, 0, 0, 0]);
}

#[test]
fn a_block_without_a_change_writes_no_set() {
    let (_, mut ledger) = four(rules());
    let before = ledger.entries();
    ledger.run_to(7);
    assert_eq!(ledger.entries(), before);
}
