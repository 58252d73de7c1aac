//! Wraps: a secret encrypted to one key with HPKE and signed by who made it (`docs/spec/sealing.md`, rules WR).

use super::args::{self, decode, fixed};
use super::signing::{admitted, signer};
use crate::EhrError;
use ehr_core::codec::Wire;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::wrap::{Wrap, WrapBody, WrapError, WrapSet, WrapSubject};
use ehr_core::primitives::{AccountId, EncryptionKey};
use ehr_core::record;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use zeroize::Zeroizing;

/// What a wrap shows to anybody.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedWrap {
    /// Number of the HPKE suite.
    pub suite: u16,
    /// Whose key it is made for.
    pub recipient: AccountId,
    /// That key, X25519.
    pub recipient_key: Vec<u8>,
    /// What the secret opens.
    pub subject: WrapSubject,
    /// Who made it.
    pub author: AccountId,
}

pub(super) fn pair(bytes: Vec<u8>) -> Result<EncryptionKeyPair, EhrError> {
    Ok(EncryptionKeyPair::from_secret(args::secret("secret", bytes)?))
}

pub(super) fn refusal(error: WrapError) -> EhrError {
    match error {
        WrapError::UnknownSuite { .. } => EhrError::newer_format(error),
        WrapError::Signature(_) | WrapError::WeakKey { .. } | WrapError::TooMany { .. } => {
            EhrError::refused(error)
        }
        _ => EhrError::cannot_open(error),
    }
}

fn bytes(value: &impl Wire) -> Result<Vec<u8>, EhrError> {
    value.to_bytes().map_err(EhrError::internal)
}

/// The X25519 public key of a secret.
///
/// # Errors
/// `InvalidArgument` if the secret is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn encryption_key(secret: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(pair(secret)?.public().0.to_vec())
}

/// Encrypts a secret to a key: canonical bytes of a wrap body. All randomness comes from `seed`, 32 bytes that must
/// be random and used once.
///
/// # Errors
/// `InvalidArgument`, or `Refused` for a key of small order.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn seal_wrap(
    author: AccountId,
    recipient: AccountId,
    recipient_key: Vec<u8>,
    subject: WrapSubject,
    secret: Vec<u8>,
    seed: Vec<u8>,
) -> Result<Vec<u8>, EhrError> {
    let key = EncryptionKey(fixed("recipient_key", &recipient_key)?);
    let mut rng = ChaCha20Rng::from_seed(*args::secret("seed", seed)?);
    let body = WrapBody::seal(author, recipient, key, subject, &Zeroizing::new(secret), &mut rng);
    bytes(&body.map_err(refusal)?)
}

/// Decrypts a wrap body. Says nothing about who made it: that is [`verify_wrap`].
///
/// # Errors
/// `Malformed`; `CannotOpen` for another key or an altered wrap.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn open_wrap(body: Vec<u8>, secret: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let mut opened = decode::<WrapBody>(&body)?.open(&pair(secret)?).map_err(refusal)?;
    Ok(core::mem::take(&mut *opened))
}

/// What a wrap body shows.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decode_wrap(body: Vec<u8>) -> Result<DecodedWrap, EhrError> {
    let body: WrapBody = decode(&body)?;
    Ok(DecodedWrap {
        suite: body.suite,
        recipient: body.recipient,
        recipient_key: body.recipient_key.0.to_vec(),
        subject: body.subject,
        author: body.author,
    })
}

/// Signs a wrap body with its author's seed: canonical bytes of a wrap.
///
/// # Errors
/// `Malformed`, `InvalidArgument`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn sign_wrap(body: Vec<u8>, seed: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    bytes(&decode::<WrapBody>(&body)?.sign(&signer(seed)?).map_err(refusal)?)
}

/// Checks that a wrap was signed by a key of its author.
///
/// # Errors
/// `Malformed`; `Refused` if it was not.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_wrap(wrap: Vec<u8>, public_key: Vec<u8>) -> Result<(), EhrError> {
    decode::<Wrap>(&wrap)?.verify(&admitted(&public_key)?).map_err(refusal)
}

/// Signs wrap bodies and puts them into one set: canonical bytes.
///
/// # Errors
/// `Malformed`; `Refused` for more than a set holds.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn wrap_set(bodies: &[Vec<u8>], seed: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let bodies = bodies.iter().map(|body| decode(body)).collect::<Result<_, _>>()?;
    bytes(&WrapSet::sign(bodies, &signer(seed)?).map_err(refusal)?)
}

/// What a transaction commits to of a wrap set: the RFC 6962 root over its wraps.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn wraps_root(set: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(record::wraps_root(&decode(&set)?).map_err(EhrError::internal)?.0.to_vec())
}
