//! Validators, votes, certificates and evidence (`docs/spec/bft.md`).

use super::args::decode;
use crate::EhrError;
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::{Certificate, Evidence, SignedProposal, SignedVote, ValidatorSet};
use ehr_core::crypto::signature::AdmittedKey;
use ehr_core::primitives::{AccountId, ChainId, Height};

/// What follows from a validator set.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorSetFacts {
    /// What headers name it by (rule BF-3).
    pub hash: Vec<u8>,
    /// Sum of the voting powers.
    pub total_power: u64,
}

fn key<'a>(set: &'a ValidatorSet, account: &AccountId) -> Result<&'a AdmittedKey, EhrError> {
    let found = set.get(account).map(|(_, key)| key);
    found.ok_or_else(|| EhrError::refused(format!("{account} is not in the validator set")))
}

/// Hash and power of a validator set, which is checked (rules BF-1 and BF-2).
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn validator_set_facts(set: Vec<u8>) -> Result<ValidatorSetFacts, EhrError> {
    let set: ValidatorSet = decode(&set)?;
    Ok(ValidatorSetFacts { hash: set.hash().0.to_vec(), total_power: set.total_power() })
}

/// Who proposes in a round of a height (rule BF-4).
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn proposer(set: Vec<u8>, height: Height, round: u32) -> Result<AccountId, EhrError> {
    Ok(decode::<ValidatorSet>(&set)?.proposer(height, round).account)
}

/// What a signed vote signs in the domain `Vote` (rule BF-5).
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn vote_message(chain: ChainId, vote: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(decode::<SignedVote>(&vote)?.vote.message(&chain))
}

/// Checks a vote of a validator of a set.
///
/// # Errors
/// `Malformed`; `Refused` if the signature is not valid on the chain, or nobody of the set signed.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_vote(chain: ChainId, set: Vec<u8>, vote: Vec<u8>) -> Result<(), EhrError> {
    let (set, signed): (ValidatorSet, SignedVote) = (decode(&set)?, decode(&vote)?);
    signed.verify(&chain, key(&set, &signed.vote.validator)?).map_err(EhrError::refused)
}

/// What a signed proposal signs in the domain `Proposal` (rule BF-6).
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn proposal_message(chain: ChainId, proposal: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(decode::<SignedProposal>(&proposal)?.proposal.message(&chain))
}

/// Checks a proposal of a validator of a set; whose turn it was, [`proposer`] says.
///
/// # Errors
/// As [`verify_vote`].
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_proposal(chain: ChainId, set: Vec<u8>, proposal: Vec<u8>) -> Result<(), EhrError> {
    let (set, signed): (ValidatorSet, SignedProposal) = (decode(&set)?, decode(&proposal)?);
    signed.verify(&chain, key(&set, &signed.proposal.proposer)?).map_err(EhrError::refused)
}

/// Checks that a commit certificate proves its block by the set of its height (rule BF-8). Returns the voting power
/// that signed.
///
/// # Errors
/// `Malformed`; `Refused` names what is wrong.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_certificate(chain: ChainId, set: Vec<u8>, certificate: Vec<u8>) -> Result<u64, EhrError> {
    let (set, certificate): (ValidatorSet, Certificate) = (decode(&set)?, decode(&certificate)?);
    certificate.verify(&chain, &set).map_err(EhrError::refused)
}

/// Checks evidence against a validator of the set of its height (rules BF-11 and BF-12). Returns who is convicted.
///
/// # Errors
/// `Malformed`; `Refused` names what is wrong.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_evidence(chain: ChainId, set: Vec<u8>, evidence: Vec<u8>) -> Result<AccountId, EhrError> {
    let (set, evidence): (ValidatorSet, Evidence) = (decode(&set)?, decode(&evidence)?);
    Ok(evidence.verify(&chain, &set).map_err(EhrError::refused)?.account)
}

pub(super) fn encode(value: &impl Wire) -> Result<Vec<u8>, EhrError> {
    value.to_bytes().map_err(EhrError::internal)
}
