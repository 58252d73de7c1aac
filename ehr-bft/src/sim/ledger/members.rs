//! Who is on the simulated chain: institutions with stake, and a clinic that makes transactions.

use super::scenario::{Mistake, Scenario};
use ehr_core::block::ChainSpec;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::PowerRules;
use ehr_core::primitives::Height;
use ehr_core::sim::Bug;
use ehr_core::state::testkit::{Consortium, Staked};
use ehr_core::tx::Tx;

/// Patients of the clinic.
pub(super) const PATIENTS: usize = 2;
/// Stake of each validator at the start.
pub const STAKE: u64 = 10_000;

/// Everybody, with their keys.
pub struct Members {
    /// The validators, then the followers.
    pub staked: Staked,
    /// Hospitals, staff and patients. No validators.
    pub clinic: Consortium,
    mistake: Option<Mistake>,
}

/// Short times, no caps; nobody slashed for sleeping unless a window is given.
fn rules(window: Option<(u32, u32)>) -> StakeParams {
    let (window_blocks, max_missed) = window.unwrap_or((10_000, 9_999));
    StakeParams {
        power: PowerRules::NONE,
        epoch_blocks: 10,
        min_stake: 100,
        unbonding_ms: 20_000,
        trusting_ms: 10_000,
        evidence_blocks: 1_000,
        jail_ms: 3_000,
        slash_equivocation: 50,
        slash_downtime: if window.is_some() { 10 } else { 0 },
        reporter_share: 100,
        window_blocks,
        max_missed,
        reward: 5,
    }
}

impl Members {
    /// The members of a run.
    pub fn new(scenario: &Scenario) -> Self {
        let mut staked =
            Staked::new(&vec![STAKE; scenario.validators], scenario.followers, rules(scenario.window));
        let mut clinic = Consortium::new(PATIENTS);
        let genesis = &mut staked.genesis;
        genesis.params.spacing_ms = 1_000;
        genesis.accounts.append(&mut clinic.genesis.accounts);
        genesis.institutions.append(&mut clinic.genesis.institutions);
        genesis.balances.append(&mut clinic.genesis.balances);
        staked.chain_id = staked.spec().chain_id();
        (clinic.genesis, clinic.chain_id) = (staked.genesis.clone(), staked.chain_id);
        Self { staked, clinic, mistake: scenario.mistake }
    }

    /// The chain as it should be.
    pub fn spec(&self) -> ChainSpec {
        self.staked.spec()
    }

    /// The chain as replicas run it, mistakes and all.
    pub fn run_spec(&self) -> ChainSpec {
        let bugs = match self.mistake {
            Some(Mistake::SkipCertificates) => Bug::SKIP_CERTIFICATES,
            Some(Mistake::SkipSlash) => Bug::SKIP_SLASH,
            Some(Mistake::IgnoreRevoke) => Bug::IGNORE_REVOKE,
            Some(Mistake::LoseLog) | None => Bug::NONE,
        };
        self.spec().with_bugs(bugs)
    }

    /// What the clinic does before anything else.
    pub fn setup(&mut self, height: Height) -> Vec<Tx> {
        self.clinic.height = height;
        self.clinic.setup()
    }
}
