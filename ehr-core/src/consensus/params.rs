//! What a chain fixes about its consensus at genesis.

use super::DifficultyRule;
use super::bft::PowerRules;
use crate::primitives::tagged_enum;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

tagged_enum! {
    /// Which engine seals blocks, with its parameters. On the wire `[0, difficulty]` or `[1, stake parameters]`.
    ConsensusParams: u8 {
        /// Most accumulated work.
        Work {
            /// How the target of a header follows from the headers before it.
            difficulty: DifficultyRule,
        } = 0,
        /// Stake-weighted votes, final at once.
        Stake {
            /// Rules of stake.
            stake: StakeParams,
        } = 1,
    }
}

impl Copy for ConsensusParams {}

impl ConsensusParams {
    /// Proof of work under a difficulty rule.
    pub const fn work(difficulty: DifficultyRule) -> Self {
        Self::Work { difficulty }
    }

    /// The rules of stake, where there is stake.
    pub const fn stake(&self) -> Option<&StakeParams> {
        match self {
            Self::Work { .. } => None,
            Self::Stake { stake } => Some(stake),
        }
    }
}

/// Rules of stake. Amounts are credits, times milliseconds of block time, shares thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct StakeParams {
    /// From stake to voting power (rules BF-13 and BF-14).
    pub power: PowerRules,
    /// Blocks of an epoch: what voting power may change is counted from its start.
    pub epoch_blocks: u64,
    /// Least stake of a validator; so much may come and go in any epoch.
    pub min_stake: u64,
    /// How long stake that is withdrawn can still be slashed.
    pub unbonding_ms: u64,
    /// How long a light client may rely on a validator set; shorter than `unbonding_ms`.
    pub trusting_ms: u64,
    /// Blocks after an offence in which it can be reported. Withdrawn stake waits for one more than these, too.
    pub evidence_blocks: u64,
    /// How long a slashed validator is kept out.
    pub jail_ms: u64,
    /// Share of the stake that signing two conflicting messages costs.
    pub slash_equivocation: u16,
    /// Share of the stake that missing too many blocks costs.
    pub slash_downtime: u16,
    /// Share of what is slashed for an equivocation that its reporter gets; the rest is burned.
    pub reporter_share: u16,
    /// Blocks of a window in which missed ones are counted.
    pub window_blocks: u32,
    /// More missed blocks than this in one window are too many. A certificate need not hold more than a quorum; that who
    /// votes last is in it is the work of the next proposer, who waits for it (rule BF-36). Leave a validator what others
    /// may keep from it: less than a third of the proposers misbehave.
    pub max_missed: u32,
    /// Credits that come into being with each block, for its proposer.
    pub reward: u64,
}

impl Default for StakeParams {
    fn default() -> Self {
        const DAY: u64 = 24 * 3_600 * 1_000;
        Self {
            power: PowerRules { max_share: 333, max_change: 333 },
            epoch_blocks: 8_640,
            min_stake: 1,
            unbonding_ms: 21 * DAY,
            trusting_ms: 14 * DAY,
            evidence_blocks: 181_440,
            jail_ms: DAY,
            slash_equivocation: 50,
            slash_downtime: 10,
            reporter_share: 100,
            window_blocks: 1_000,
            max_missed: 500,
            reward: 0,
        }
    }
}
