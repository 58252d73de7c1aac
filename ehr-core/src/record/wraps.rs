//! Handing a version's keys to those who may open it.

use super::{Place, SectionKeys};
use crate::codec::{EncodeError, Wire};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{WrapBody, WrapError, WrapSet, WrapSubject};
use crate::merkle::rfc6962;
use crate::primitives::{AccountId, EncryptionKey, Hash32};
use rand_core::CryptoRng;

/// A key to wrap to. For a scope, the account is the patient and the key is the current epoch's public half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Whose key it is.
    pub account: AccountId,
    /// The key.
    pub key: EncryptionKey,
}

/// Wraps of a version's keys, to be signed by `author`. At creation the recipients are the patient's account key,
/// the scope's current epoch key and the author institution's account key (rule RM-9): all public, so that a
/// hospital writes while the patient is offline.
pub fn wrap_version(
    place: Place,
    keys: &SectionKeys,
    author: AccountId,
    recipients: &[Recipient],
    rng: &mut impl CryptoRng,
) -> Result<Vec<WrapBody>, WrapError> {
    let secret = keys.to_bytes()?;
    let subject = WrapSubject::Version { record: place.record, version: place.version };
    recipients.iter().map(|r| WrapBody::seal(author, r.account, r.key, subject, &secret, rng)).collect()
}

/// The keys of a version from a wrap of them.
pub fn unwrap_version(
    place: Place,
    wrap: &WrapBody,
    key: &EncryptionKeyPair,
) -> Result<SectionKeys, WrapError> {
    if wrap.subject != (WrapSubject::Version { record: place.record, version: place.version }) {
        return Err(WrapError::WrongSubject { expected: "version" });
    }
    let secret = wrap.open(key)?;
    SectionKeys::from_bytes(&secret).map_err(|_| WrapError::WrongContent { expected: "section keys" })
}

/// RFC 6962 root over the wraps' canonical bytes, in order: what a transaction commits to.
pub fn wraps_root(set: &WrapSet) -> Result<Hash32, EncodeError> {
    let leaves: Vec<Vec<u8>> = set.wraps.iter().map(Wire::to_bytes).collect::<Result<_, _>>()?;
    Ok(rfc6962::root(leaves))
}
