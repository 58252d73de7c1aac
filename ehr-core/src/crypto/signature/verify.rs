//! One signature under the one rule.

use super::admission::{AdmittedKey, KeyError};
use super::equation::Term;
use crate::crypto::domain::Domain;
use crate::primitives::{Signature, VerifyingKey};

/// A signature that is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key cannot be decoded (only [`verify_raw`] can find this).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The second half is not below the group order (rule S-5).
    #[error("signature scalar is not below the group order")]
    ScalarRange,
    /// The first half is not a curve point (rule S-5).
    #[error("signature point is not a curve point")]
    NotAPoint,
    /// The equation does not hold (rule S-7): other key, other domain, other message, or altered.
    #[error("signature does not match key, domain and message")]
    Mismatch,
}

/// Whether `signature` is valid by `key` for `message` in `domain`: the signed bytes are the domain's tag, then
/// the message (rules S-5 to S-7).
///
/// # Errors
/// Why it is not valid.
pub fn verify(
    domain: Domain,
    key: &AdmittedKey,
    message: &[u8],
    signature: &Signature,
) -> Result<(), SignatureError> {
    check(&Term::new(domain.tag(), key, message, signature)?)
}

/// The equation alone, for published vectors and formats of others: no domain tag and, unlike everywhere else, a
/// key that nobody admitted.
///
/// # Errors
/// Why it is not valid.
pub fn verify_raw(key: &VerifyingKey, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
    check(&Term::new(&[], &AdmittedKey::admitted_before(key)?, message, signature)?)
}

pub(super) fn check(term: &Term) -> Result<(), SignatureError> {
    if term.holds() { Ok(()) } else { Err(SignatureError::Mismatch) }
}
