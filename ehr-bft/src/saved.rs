//! What was stored, and whether it is this validator's and all of it (rules BF-17 and BF-20).

use crate::config::Config;
use crate::guard::{SignGuard, Step};
use crate::io::HeightStart;
use crate::log::{Begin, Entry, LogError};
use ehr_core::codec::{DecodeError, Wire};
use ehr_core::consensus::bft::VoteKind;
use ehr_core::crypto::signature::KeyError;
use ehr_core::primitives::{AccountId, ChainId, Height};
use std::collections::BTreeSet;

/// What the host stored: everything that [`Output::Persist`](crate::Output::Persist) asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The log.
    pub log: Vec<u8>,
    /// The sign-protection record, if any was stored.
    pub guard: Option<Vec<u8>>,
}

/// A validator that cannot start. Nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The sign-protection record is unreadable.
    #[error("sign-protection record: {0}: restore it; without it this key must not sign again")]
    Guard(DecodeError),
    /// The sign-protection record is of another validator or chain.
    #[error("the sign-protection record belongs to validator {found} or to another chain: give each its own")]
    OtherGuard {
        /// Whose it is.
        found: AccountId,
    },
    /// The signer holds another key than the validator set names.
    #[error("the signer's key is not the one of validator {account}: use the key that was staked")]
    WrongKey {
        /// The validator.
        account: AccountId,
    },
    /// The signer's key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The consensus core did not start.
    #[error("consensus core: {0}")]
    Core(String),
}

/// The record that was stored, or that of a key that has signed nothing.
pub(crate) fn read_guard(
    chain: ChainId,
    account: AccountId,
    stored: Option<&[u8]>,
) -> Result<SignGuard, RecoverError> {
    let Some(bytes) = stored else { return Ok(SignGuard::new(chain, account)) };
    let guard = SignGuard::from_bytes(bytes).map_err(RecoverError::Guard)?;
    if (guard.chain, guard.account) != (chain, account) {
        return Err(RecoverError::OtherGuard { found: guard.account });
    }
    Ok(guard)
}

/// Whether the log is of this height; one of a height that was decided since is done with.
pub(crate) fn check_begin(
    first: Option<&Entry>,
    config: &Config,
    start: &HeightStart,
) -> Result<bool, LogError> {
    let Some(entry) = first else { return Ok(false) };
    let Entry::Begin(Begin { chain, account, height, validators }) = entry else {
        return Err(LogError::Damaged { at: 0 });
    };
    if *chain != config.chain {
        return Err(LogError::OtherChain);
    }
    if *account != config.account {
        return Err(LogError::OtherValidator { found: *account });
    }
    if *height > start.height {
        return Err(LogError::Ahead { log: *height, height: start.height });
    }
    if *height == start.height && *validators != start.validators.hash() {
        return Err(LogError::OtherValidators { height: *height });
    }
    Ok(*height == start.height)
}

/// Whether the log holds what the record says was signed last (rule BF-20). A log that knows more than the record moves it
/// on: the log is written first.
pub(crate) fn check_complete(
    guard: &mut SignGuard,
    entries: &[Entry],
    config: &Config,
    height: Height,
) -> Result<(), LogError> {
    let recorded = (guard.height, guard.round, guard.step);
    let mut found = BTreeSet::new();
    for entry in entries {
        let (at, message) = match entry {
            Entry::Vote(vote) if vote.vote.validator == config.account => {
                let step = if vote.vote.kind == VoteKind::Prevote { Step::Prevote } else { Step::Precommit };
                ((vote.vote.height, vote.vote.round, step), vote.vote.message(&config.chain))
            }
            Entry::Proposal(proposal) if proposal.proposal.proposer == config.account => {
                let said = &proposal.proposal;
                ((said.height, said.round, Step::Propose), said.message(&config.chain))
            }
            _ => continue,
        };
        found.insert((at.0, at.1, at.2 as u8));
        guard.admit(at.0, at.1, at.2, &message);
    }
    if recorded.0 == height && recorded.2 != 0 && !guard.is_skipped() && !found.contains(&recorded) {
        return Err(LogError::Truncated { height: recorded.0, round: recorded.1 });
    }
    Ok(())
}
