//! Missed blocks and the reward.

use crate::{four, powers, rules};
use ehr_core::consensus::StakeParams;
use ehr_core::primitives::AccountId;
use ehr_core::state::testkit::Staked;

#[test]
fn too_many_missed_blocks_cost_once_a_window() {
    let (mut kit, mut ledger) = four(rules());
    let (lazy, other) = (kit.id(0), kit.id(1));
    ledger.run_to(1);
    for missed in 1..=3 {
        ledger.try_block(&[], AccountId::ZERO, &[lazy, other]);
        assert_eq!(ledger.stake(lazy).unwrap().bonded, 1_000, "{missed} of 3 allowed");
    }
    ledger.try_block(&[], AccountId::ZERO, &[lazy]);
    let stake = ledger.stake(lazy).unwrap();
    assert_eq!(stake.bonded, 990, "1 %");
    assert_eq!(stake.jailed_until, Some(ledger.time.plus(30_000)));
    assert_eq!(powers(&kit, &ledger.sets().next)[..2], [0, 1_000]);
    for _ in 6..=9 {
        ledger.try_block(&[], AccountId::ZERO, &[lazy]);
    }
    assert_eq!(ledger.stake(lazy).unwrap().bonded, 990, "once a window");
    // Block 10 begins the next window.
    ledger.block(&[kit.unjail_tx(0)]);
    for _ in 11..=13 {
        ledger.try_block(&[], AccountId::ZERO, &[lazy, other]);
    }
    assert_eq!(ledger.stake(lazy).unwrap().bonded, 990, "counted from nothing");
    assert_eq!(ledger.stake(other).unwrap().bonded, 1_000);
    ledger.try_block(&[], AccountId::ZERO, &[lazy]);
    assert_eq!(ledger.stake(lazy).unwrap().bonded, 980, "of 990, rounded up");
}

#[test]
fn none_may_be_allowed_and_a_share_may_be_nothing() {
    let (kit, mut ledger) = four(StakeParams { max_missed: 0, slash_downtime: 0, ..rules() });
    ledger.try_block(&[], AccountId::ZERO, &[kit.id(2)]);
    let stake = ledger.stake(kit.id(2)).unwrap();
    assert_eq!((stake.bonded, stake.votes()), (1_000, false));
}

#[test]
fn the_proposer_is_rewarded() {
    let (kit, mut ledger) = four(StakeParams { reward: 7, ..rules() });
    for _ in 0..3 {
        ledger.try_block(&[], kit.id(1), &[]);
    }
    assert_eq!(ledger.balance(kit.id(1)), Staked::CREDITS - 1_000 + 21);
    assert_eq!(ledger.balance(kit.id(0)), Staked::CREDITS - 1_000);
}
