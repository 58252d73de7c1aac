//! Proof of stake: who votes with which weight, what a vote signs, what a commit certificate proves and what
//! convicts a validator (`docs/spec/bft.md`). The protocol that makes votes is the crate `ehr-bft`; a phone needs
//! only this module.
//!
//! The rules are those of Tendermint (arXiv 1807.04938): a block is final once validators of more than two thirds
//! of the voting power precommitted it in one round.

mod certificate;
mod evidence;
mod power;
mod proposal;
mod proposer;
mod quorum;
mod validators;
mod vote;

pub use certificate::{Certificate, CertificateError};
pub use evidence::{Evidence, EvidenceError};
pub use power::{ChangeError, PowerRules};
pub use proposal::{Proposal, SignedProposal};
pub use quorum::{is_more_than_one_third, is_more_than_two_thirds};
pub(crate) use validators::order;
pub use validators::{Validator, ValidatorSet, ValidatorSetError};
pub use vote::{SignedVote, Vote, VoteKind};
