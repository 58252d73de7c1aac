//! How far sets may move in an epoch, and what happens if nobody is left.

use crate::{four, powers, rules};
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{ChangeError, PowerRules};
use ehr_core::state::TxError;
use ehr_core::state::testkit::{StakeLedger, Staked};
use ehr_core::tx::Tx;

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
fn if_nobody_may_vote_those_who_did_come_back() {
    let (mut kit, mut ledger) = four(rules());
    let reports: Vec<_> = (0..3).map(|who| kit.report_tx(4, kit.two_votes(who, 1, 0))).collect();
    ledger.block(&reports);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 0, 0, 1_000, 0, 0]);
    let evidence = kit.two_votes(3, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    assert_eq!(
        powers(&kit, &ledger.sets().next),
        [0, 0, 0, 950, 0, 0],
        "only the last one, for what it has left"
    );
    assert_eq!(ledger.stake(kit.id(3)).unwrap().jailed_until, None);
    let tx = kit.unstake_tx(3, 950);
    assert_eq!(ledger.refusal(&tx), TxError::LastValidator { account: kit.id(3) });
    ledger.run_to(5);
    ledger.block(&[kit.unjail_tx(0)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 0, 0, 950, 0, 0]);
}

/// Four are jailed by one block where little may change: nobody would ever come back, as one of them alone is a change
/// of nearly everything.
#[test]
fn a_set_that_is_jailed_as_a_whole_goes_on_and_changes_later() {
    let (mut kit, mut ledger) = four(slow());
    let reports: Vec<_> = (0..4).map(|who| kit.report_tx(4, kit.two_votes(who, 1, 0))).collect();
    ledger.block(&reports);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 950, 950, 950, 0, 0]);
    // Whoever could be quick does not decide alone.
    let early = kit.unjail_tx(0);
    assert_eq!(ledger.refusal(&early), TxError::NotJailed { account: kit.id(0) });
    ledger.run_to(5);
    ledger.block(&[kit.stake_tx(4, 380)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 950, 950, 950, 380, 0]);
}

/// Who withdrew has nothing to lose, so it does not decide although the rest is jailed in the same block.
#[test]
fn who_left_does_not_come_back_by_itself() {
    let mut kit = Staked::new(&[1_000, 1_000], 1, rules());
    let mut ledger = StakeLedger::new(kit.spec());
    let evidence = kit.two_votes(1, 1, 0);
    ledger.block(&[kit.unstake_tx(0, 1_000), kit.report_tx(2, evidence)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 950, 0]);
}

/// Everything is burned: the set stays for want of a better one, and the first that puts up stake follows it, however
/// little may change.
#[test]
fn a_set_with_nothing_left_gives_way_to_stake() {
    let (mut kit, mut ledger) = four(StakeParams { slash_equivocation: 1000, ..slow() });
    let reports: Vec<_> = (0..4).map(|who| kit.report_tx(4, kit.two_votes(who, 1, 0))).collect();
    ledger.block(&reports);
    assert_eq!(powers(&kit, &ledger.sets().next), [1_000, 1_000, 1_000, 1_000, 0, 0]);
    ledger.run_to(7);
    assert!((0..4).all(|who| ledger.stake(kit.id(who)).is_none()));
    ledger.block(&[kit.stake_tx(4, 100)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 0, 0, 0, 100, 0]);
}

/// Where the least stake is more than the share that may change, the first validators would be the only ones for ever.
#[test]
fn the_least_stake_may_always_come_and_go() {
    let power = PowerRules { max_share: 1000, max_change: 1 };
    let (mut kit, mut ledger) = four(StakeParams { power, min_stake: 1_000, ..rules() });
    ledger.block(&[kit.stake_tx(4, 1_000), kit.unstake_tx(0, 1_000)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [0, 1_000, 1_000, 1_000, 1_000, 0]);
    let another = kit.stake_tx(5, 1_000);
    let error = ChangeError { changed: 2_000, total: 4_000, limit: 1_000, left: 0 };
    assert_eq!(ledger.refusal(&another), TxError::TooMuchChange(error));
    ledger.run_to(5);
    ledger.block(&[kit.stake_tx(5, 1_000)]);
}

/// Four equal founders, as the rules are unless a chain says otherwise: one may leave, join, and come back in a later
/// epoch than it was jailed in, each at once.
#[test]
fn the_usual_rules_let_one_of_four_come_and_go() {
    let usual = StakeParams { power: StakeParams::default().power, ..rules() };
    let (mut kit, mut ledger) = four(usual);
    let evidence = kit.two_votes(0, 1, 0);
    ledger.block(&[kit.report_tx(4, evidence)]);
    ledger.run_to(5);
    ledger.block(&[kit.unjail_tx(0)]);
    ledger.run_to(10);
    ledger.block(&[kit.stake_tx(4, 1_000), kit.unstake_tx(1, 1_000)]);
    assert_eq!(powers(&kit, &ledger.sets().next), [950, 0, 1_000, 1_000, 1_000, 0]);
}

/// `n` equal validators of which a tenth of the power may come and a tenth may go in an epoch, as the design has it.
fn a_tenth_of(n: usize) -> (Staked, StakeLedger) {
    let power = PowerRules { max_change: 100, ..StakeParams::default().power };
    let kit = Staked::new(&vec![1_000; n], 2, StakeParams { power, ..rules() });
    let ledger = StakeLedger::new(kit.spec());
    (kit, ledger)
}

/// The first validator is jailed in one epoch and asks to come back in the next.
fn back_from_jail(kit: &mut Staked, ledger: &mut StakeLedger) -> Tx {
    let evidence = kit.two_votes(0, 1, 0);
    ledger.block(&[kit.report_tx(kit.people.len() - 1, evidence)]);
    ledger.run_to(5);
    kit.unjail_tx(0)
}

/// Why the default of `max_change` is not the design's (ADR 10).
#[test]
fn a_tenth_lets_none_of_four_come_or_go() {
    let (mut kit, mut ledger) = a_tenth_of(4);
    assert_eq!(ledger.refusal(&kit.stake_tx(4, 1_000)), too_much(1_000, 400));
    assert_eq!(ledger.refusal(&kit.unstake_tx(0, 1_000)), too_much(1_000, 400));
    let back = back_from_jail(&mut kit, &mut ledger);
    let error = ChangeError { changed: 950, total: 3_000, limit: 300, left: 300 };
    assert_eq!(ledger.refusal(&back), TxError::TooMuchChange(error));
    // It comes back with what the limit leaves, and the rest waits as whatever is withdrawn.
    ledger.block(&[kit.unstake_tx(0, 650)]);
    ledger.block(&[kit.unjail_tx(0)]);
    assert_eq!(powers(&kit, &ledger.sets().next)[..4], [300, 1_000, 1_000, 1_000]);
    assert_eq!(ledger.stake(kit.id(0)).unwrap().unbonding[0].amount, 650);
}

/// From how many equal validators on the design's number works: ten to join and leave, eleven to come back from jail.
#[test]
fn a_tenth_is_enough_from_eleven_validators_on() {
    for (n, comes_back) in [(10, false), (11, true)] {
        let (mut kit, mut ledger) = a_tenth_of(n);
        let back = back_from_jail(&mut kit, &mut ledger);
        if comes_back {
            ledger.block(&[back]);
        } else {
            assert!(matches!(ledger.refusal(&back), TxError::TooMuchChange(_)));
        }
        let (mut kit, mut ledger) = a_tenth_of(n);
        ledger.block(&[kit.stake_tx(n, 1_000), kit.unstake_tx(0, 1_000)]);
    }
    let (mut kit, ledger) = a_tenth_of(9);
    assert!(matches!(ledger.refusal(&kit.stake_tx(9, 1_000)), TxError::TooMuchChange(_)));
}

#[test]
fn a_block_without_a_change_writes_no_set() {
    let (_, mut ledger) = four(rules());
    let before = ledger.entries();
    ledger.run_to(7);
    assert_eq!(ledger.entries(), before);
}
