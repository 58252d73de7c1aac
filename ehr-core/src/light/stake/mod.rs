//! The light client under proof of stake: from one trusted header to any later one, by certificates alone
//! (`docs/spec/light-stake.md`).
//!
//! | type | answers |
//! |---|---|
//! | [`StakeAnchor`] | where to start: genesis, a header of one's own, or a checkpoint that institutions cosigned |
//! | [`StakeClient`] | whether a later block is final, and whether two final blocks contradict each other |
//! | [`Bisection`] | which heights to ask for when validators changed too much for one step |
//! | [`ForkProof`] | who signed two chains |
//! | [`StakeProof`] | certificate, header and facts in one message for a phone |
//!
//! The rules are those of the CometBFT light client specification (`spec/light-client/verification`, skipping
//! verification with trust level one third), which rest on arXiv 1807.04938: of any third of the voting power of a
//! set that can still be punished, somebody is honest.

mod anchor;
mod bisection;
mod bundle;
mod client;
mod error;
mod fork;
mod light_block;
mod set_delta;
mod step;

pub use anchor::StakeAnchor;
pub use bisection::{Bisection, Progress};
pub use bundle::StakeProof;
pub use client::{StakeClient, Updated};
pub use error::{AnchorError, StakeError};
pub use fork::{ForkProof, Verdict};
pub use light_block::LightBlock;
pub use set_delta::SetDelta;
