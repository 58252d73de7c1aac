//! Stake: what it takes to put it up and get it back, what it costs to cheat or to sleep, and which validator sets
//! follow (`docs/spec/stake.md`).

#[path = "../golden/mod.rs"]
mod golden;

mod blocks;
mod evidence;
mod genesis;
mod liveness;
mod model;
mod properties;
mod script;
mod sets;
mod staking;
mod vectors;

use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::{PowerRules, ValidatorSet};
use ehr_core::state::testkit::{StakeLedger, Staked};

/// Short times and no caps; a block takes 10 s.
pub(crate) fn rules() -> StakeParams {
    StakeParams {
        power: PowerRules::NONE,
        epoch_blocks: 5,
        min_stake: 100,
        unbonding_ms: 60_000,
        trusting_ms: 40_000,
        evidence_blocks: 8,
        jail_ms: 30_000,
        slash_equivocation: 50,
        slash_downtime: 10,
        reporter_share: 100,
        window_blocks: 10,
        max_missed: 3,
        reward: 0,
    }
}

/// Four validators with 1,000 credits each, and two institutions without stake.
pub(crate) fn four(rules: StakeParams) -> (Staked, StakeLedger) {
    let kit = Staked::new(&[1_000; 4], 2, rules);
    let ledger = StakeLedger::new(kit.spec());
    (kit, ledger)
}

/// Powers by index of the institution.
pub(crate) fn powers(kit: &Staked, set: &ValidatorSet) -> Vec<u64> {
    kit.people.iter().map(|person| set.power_of(&person.id)).collect()
}
