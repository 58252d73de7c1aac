//! The light client under stake, and fork proofs (`docs/spec/light-stake.md`).

use super::args::decode;
use super::light::{LightFacts, facts};
use super::stake::encode;
use crate::EhrError;
use ehr_core::consensus::StakeParams;
use ehr_core::light::stake::{ForkProof, LightBlock, StakeAnchor, StakeClient, StakeError, StakeProof};
use ehr_core::primitives::{AccountId, BlockId, Height, Timestamp};

/// What came of a step.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightStep {
    /// What is trusted now; none if the block was not taken yet.
    pub anchor: Option<Vec<u8>>,
    /// Height of the block that is needed first.
    pub need: Option<Height>,
}

/// Everything a stake proof proves.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StakeFacts {
    /// The facts.
    pub facts: LightFacts,
    /// What is trusted now.
    pub anchor: Vec<u8>,
}

/// What a fork proof shows.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkFacts {
    /// Height of the two blocks.
    pub height: Height,
    /// The two blocks.
    pub blocks: Vec<BlockId>,
    /// Who signed both.
    pub offenders: Vec<AccountId>,
    /// Evidence against each of them, if both blocks are of one round.
    pub evidence: Vec<Vec<u8>>,
    /// Trusted validators that signed the first block, and the second.
    pub signed: Vec<Vec<AccountId>>,
}

fn client(anchor: &[u8], trusting_ms: u64) -> Result<StakeClient, EhrError> {
    Ok(StakeClient::new(decode(anchor)?, &StakeParams { trusting_ms, ..StakeParams::default() }))
}

/// A point to start from: a header that the caller trusts, and the validator set of the next height (rule LC-13).
///
/// # Errors
/// `Malformed`; `Refused` if the header names another set.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn stake_anchor(header: Vec<u8>, next_validators: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let anchor = StakeAnchor::new(decode(&header)?, decode(&next_validators)?);
    encode(&anchor.map_err(EhrError::refused)?)
}

/// The same for a header that enough institutions cosigned; trusting it is then not up to the caller.
///
/// # Errors
/// `Malformed`; `Refused` names what is wrong.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn cosigned_anchor(
    cosigners: Vec<u8>,
    cosigned: Vec<u8>,
    header: Vec<u8>,
    next_validators: Vec<u8>,
) -> Result<Vec<u8>, EhrError> {
    let (header, next) = (decode(&header)?, decode(&next_validators)?);
    let anchor = StakeAnchor::cosigned(&decode(&cosigners)?, &decode(&cosigned)?, header, next);
    encode(&anchor.map_err(EhrError::refused)?)
}

/// One step of trust, from an anchor to a later light block (rules LC-14 to LC-18).
///
/// # Errors
/// `Malformed`; `Refused` names the rule broken.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn light_step(
    anchor: Vec<u8>,
    trusting_ms: u64,
    now: Timestamp,
    block: Vec<u8>,
) -> Result<LightStep, EhrError> {
    let (mut client, block): (_, LightBlock) = (client(&anchor, trusting_ms)?, decode(&block)?);
    match client.update(now, &block) {
        Ok(_) => Ok(LightStep { anchor: Some(encode(client.trusted())?), need: None }),
        Err(StakeError::Bisect { need }) => Ok(LightStep { anchor: None, need: Some(need) }),
        Err(error) => Err(EhrError::refused(error)),
    }
}

/// Checks a stake proof, trusting nothing but an anchor (rule LC-22).
///
/// # Errors
/// `Malformed`; `Refused` names the part that does not hold.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_stake_proof(
    anchor: Vec<u8>,
    trusting_ms: u64,
    now: Timestamp,
    proof: Vec<u8>,
) -> Result<StakeFacts, EhrError> {
    let (mut client, bundle): (_, StakeProof) = (client(&anchor, trusting_ms)?, decode(&proof)?);
    let proven = bundle.verify(now, &mut client).map_err(EhrError::refused)?;
    Ok(StakeFacts { facts: facts(&bundle.proof, &proven), anchor: encode(client.trusted())? })
}

/// Checks that validators decided two blocks of one height, from an anchor below both (rule LC-20).
///
/// # Errors
/// `Malformed`; `Refused` if it proves no fork.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_fork_proof(anchor: Vec<u8>, proof: Vec<u8>) -> Result<ForkFacts, EhrError> {
    let verdict = decode::<ForkProof>(&proof)?.verify(&decode(&anchor)?).map_err(EhrError::refused)?;
    Ok(ForkFacts {
        height: verdict.height,
        blocks: verdict.blocks.to_vec(),
        offenders: verdict.offenders,
        evidence: verdict.evidence.iter().map(encode).collect::<Result<_, _>>()?,
        signed: verdict.signed.to_vec(),
    })
}
