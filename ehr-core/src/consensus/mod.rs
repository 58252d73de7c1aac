//! Seal rules, targets and work, difficulty, header time, fork choice and finality: pure functions over headers.
//!
//! Everything here needs proof headers only, so a phone that keeps 112 bytes a block runs the same code as a
//! full node (`docs/spec/proof-of-work.md`).

mod asert;
pub mod bft;
mod difficulty;
mod finality;
mod fork_choice;
mod params;
mod seal_rules;
mod stake_rules;
mod target;
mod time;
mod work;

pub use asert::{AsertInput, asert_target};
pub use difficulty::DifficultyRule;
pub use finality::{DEFAULT_CONFIRMATIONS, confirmations, final_height};
pub use fork_choice::{Route, Tip, route};
pub use params::{ConsensusParams, StakeParams};
pub use seal_rules::{Consensus, Parent, ProofOfWork, SealError, SealRules};
pub use stake_rules::{MAX_PROPOSAL_AHEAD_MS, ProofOfStake};
pub use target::{CompactTarget, TargetError};
pub use time::{
    MAX_FUTURE_MS, TimeError, check_header_time, future_bound_ms, median_time_past, propose_time,
};
pub use work::Weight;
