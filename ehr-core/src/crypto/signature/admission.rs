//! Admission of keys: decided once, when a key is enrolled, so that verification never has to ask.

use super::verify::{SignatureError, verify};
use super::{SignError, Signer};
use crate::crypto::domain::Domain;
use crate::primitives::{Signature, VerifyingKey};
use core::fmt;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use std::sync::Arc;

/// 32 bytes that may not become a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes decode to no curve point (rule S-1).
    #[error("key is not a curve point")]
    NotAPoint,
    /// The point has another encoding, the canonical one (rule S-2).
    #[error("key is not the canonical encoding of its point")]
    NotCanonical,
    /// One of the eight points of small order, the identity among them (rule S-3): anybody can sign for it.
    #[error("key has small order")]
    SmallOrder,
    /// A point with a torsion component (rule S-3): verifiers of other rules would disagree about its signatures.
    #[error("key is not in the prime-order group")]
    MixedOrder,
}

/// A verification key that passed [`admit`], decoded. Decoding costs an eighth of a verification and a third
/// of a signature's share in a large batch, so callers that see a key again should keep this (200 bytes, shared by
/// clones).
#[derive(Clone)]
pub struct AdmittedKey(Arc<Decoded>);

struct Decoded {
    bytes: VerifyingKey,
    point: EdwardsPoint,
}

impl AdmittedKey {
    /// Decodes a key that was admitted before, such as one read from the state. Checks only that it is a point:
    /// on bytes from anywhere else use [`admit`].
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`].
    pub fn admitted_before(key: &VerifyingKey) -> Result<Self, KeyError> {
        let point = CompressedEdwardsY(key.0).decompress().ok_or(KeyError::NotAPoint)?;
        Ok(Self(Arc::new(Decoded { bytes: *key, point })))
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> VerifyingKey {
        self.0.bytes
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        self.0.bytes.as_bytes()
    }

    pub(super) fn point(&self) -> &EdwardsPoint {
        &self.0.point
    }
}

impl fmt::Debug for AdmittedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AdmittedKey").field(&self.0.bytes).finish()
    }
}

impl PartialEq for AdmittedKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.bytes == other.0.bytes
    }
}

impl Eq for AdmittedKey {}

/// Decides whether a key may be enrolled (rules S-1 to S-3): canonical encoding of a point of prime order. Proof
/// that somebody holds it is [`check_possession`]. Costs about one verification.
///
/// # Errors
/// The first rule broken, in rule order.
pub fn admit(key: &VerifyingKey) -> Result<AdmittedKey, KeyError> {
    let admitted = AdmittedKey::admitted_before(key)?;
    if admitted.point().compress().0 != key.0 {
        return Err(KeyError::NotCanonical);
    }
    if admitted.point().is_small_order() {
        return Err(KeyError::SmallOrder);
    }
    if !admitted.point().is_torsion_free() {
        return Err(KeyError::MixedOrder);
    }
    Ok(admitted)
}

/// What a proof of possession signs: the key, then the context it is enrolled in (rule S-4). The context names at
/// least chain and account, so that a proof is good for one enrolment only.
pub fn possession_message(key: &VerifyingKey, context: &[u8]) -> Vec<u8> {
    [key.as_ref(), context].concat()
}

/// Makes the proof that [`check_possession`] checks.
///
/// # Errors
/// Whatever the signer reports.
pub fn prove_possession(signer: &dyn Signer, context: &[u8]) -> Result<Signature, SignError> {
    signer.sign(Domain::Possession, &possession_message(&signer.public_key(), context))
}

/// Checks that whoever enrols `key` in `context` holds its secret (rule S-4).
///
/// # Errors
/// As [`verify`].
pub fn check_possession(context: &[u8], key: &AdmittedKey, proof: &Signature) -> Result<(), SignatureError> {
    verify(Domain::Possession, key, &possession_message(&key.bytes(), context), proof)
}
