//! The one signature rule: Ed25519 by the ZIP-215 equation, for admitted keys (`docs/spec/signatures.md`).

use super::args::{domain, fixed, secret};
use crate::EhrError;
use ehr_core::crypto::signature::{
    self, AdmittedKey, Signer as _, SoftwareSigner, check_possession, prove_possession,
};
use ehr_core::primitives::{Signature, VerifyingKey};

pub(super) fn signer(seed: Vec<u8>) -> Result<SoftwareSigner, EhrError> {
    Ok(SoftwareSigner::from_seed(&*secret("seed", seed)?))
}

pub(super) fn admitted(public_key: &[u8]) -> Result<AdmittedKey, EhrError> {
    signature::admit(&VerifyingKey(fixed("public_key", public_key)?)).map_err(EhrError::refused)
}

fn parsed(signature: &[u8]) -> Result<Signature, EhrError> {
    fixed("signature", signature).map(Signature)
}

/// The public key of an RFC 8032 seed.
///
/// # Errors
/// `InvalidArgument` if the seed is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn public_key(seed: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(signer(seed)?.public_key().0.to_vec())
}

/// Whether 32 bytes may be enrolled as a key: the canonical encoding of a point of prime order (rules S-1 to S-3).
///
/// # Errors
/// `Refused` names the first rule broken.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn admit_key(public_key: Vec<u8>) -> Result<(), EhrError> {
    admitted(&public_key).map(drop)
}

/// Signs the domain's tag followed by the message.
///
/// # Errors
/// `InvalidArgument`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn sign(seed: Vec<u8>, domain_name: &str, message: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let signature = signer(seed)?.sign(domain(domain_name)?, &message).map_err(EhrError::refused)?;
    Ok(signature.0.to_vec())
}

/// Checks a signature in a domain by a key that may be enrolled (rules S-1 to S-7).
///
/// # Errors
/// `Refused` if it is not valid.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_signature(
    domain_name: &str,
    public_key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
) -> Result<(), EhrError> {
    let (domain, signature) = (domain(domain_name)?, parsed(&signature)?);
    signature::verify(domain, &admitted(&public_key)?, &message, &signature).map_err(EhrError::refused)
}

/// Checks the equation alone: no domain, and a key that nobody admitted. For published vectors of others.
///
/// # Errors
/// `Refused` if it does not hold.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_raw_signature(
    public_key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
) -> Result<(), EhrError> {
    let key = VerifyingKey(fixed("public_key", &public_key)?);
    signature::verify_raw(&key, &message, &parsed(&signature)?).map_err(EhrError::refused)
}

/// What a proof of possession signs in the domain `Possession` (rule S-4).
///
/// # Errors
/// `InvalidArgument` if the key is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn possession_message(public_key: Vec<u8>, context: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let key = VerifyingKey(fixed("public_key", &public_key)?);
    Ok(signature::possession_message(&key, &context))
}

/// Proves that the key of a seed is held, for one context.
///
/// # Errors
/// `InvalidArgument` if the seed is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn possession_proof(seed: Vec<u8>, context: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(prove_possession(&signer(seed)?, &context).map_err(EhrError::refused)?.0.to_vec())
}

/// Checks a proof of possession.
///
/// # Errors
/// `Refused` if it is not valid.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_possession(public_key: Vec<u8>, context: Vec<u8>, proof: Vec<u8>) -> Result<(), EhrError> {
    check_possession(&context, &admitted(&public_key)?, &parsed(&proof)?).map_err(EhrError::refused)
}
