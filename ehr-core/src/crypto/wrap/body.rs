//! The part of a wrap that its author signs.

use super::{Suite, Wrap, WrapSubject};
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::domain::Domain;
use crate::crypto::signature::{SignError, SignatureError, Signer};
use crate::primitives::{AccountId, EncryptionKey};
use rand_core::CryptoRng;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::Zeroizing;

/// First element of the HPKE info.
const INFO: &str = "ehr/wrap/v1";

/// A wrap that was not made or does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
    /// Made with a suite this build does not have (rule WR-2).
    #[error("wrap uses suite {suite}, which this build does not have")]
    UnknownSuite {
        /// Its number.
        suite: u16,
    },
    /// The recipient's key has small order: whatever is wrapped to it, anybody could open (rule WR-4).
    #[error("recipient key {key} has small order")]
    WeakKey {
        /// The key.
        key: EncryptionKey,
    },
    /// Made for another key.
    #[error("wrap is for key {wanted}, not {given}")]
    NotForThisKey {
        /// Key it was made for.
        wanted: EncryptionKey,
        /// Key it was tried with.
        given: EncryptionKey,
    },
    /// Made for the right key, but altered, or made with other words than it shows (rule WR-3).
    #[error("wrap is altered")]
    Altered,
    /// Opens, but to something that is not the secret its subject promises.
    #[error("wrap holds no {expected}")]
    WrongContent {
        /// What it should hold.
        expected: &'static str,
    },
    /// Is about something else than was asked for.
    #[error("wrap is about another {expected}")]
    WrongSubject {
        /// What was asked for: version, scope epoch or generation.
        expected: &'static str,
    },
    /// No wrap here is for the key.
    #[error("no wrap for key {key}")]
    NoneForKey {
        /// The key.
        key: EncryptionKey,
    },
    /// The author's signature could not be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The author's signature is not valid.
    #[error("wrap is not by the author it names: {0}")]
    Signature(#[from] SignatureError),
    /// More wraps than a set holds.
    #[error("{got} wraps, at most {limit} in a set")]
    TooMany {
        /// Limit of wraps.
        limit: usize,
        /// Wraps given.
        got: usize,
    },
    /// More bytes than a set holds.
    #[error("wraps have {got} bytes, at most {limit} in a set")]
    TooLarge {
        /// Limit in bytes.
        limit: usize,
        /// Bytes of these wraps.
        got: usize,
    },
    /// Something did not encode.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// A secret encrypted to one recipient, not yet signed (rule WR-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct WrapBody {
    /// Number of the HPKE suite. Unknown ones are carried, not opened.
    pub suite: u16,
    /// Whose key it is made for.
    pub recipient: AccountId,
    /// The recipient's public key. A suite with longer keys puts their SHA-256 here.
    pub recipient_key: EncryptionKey,
    /// What the secret opens.
    pub subject: WrapSubject,
    /// Who made it.
    pub author: AccountId,
    /// HPKE encapsulated key.
    #[serde(with = "serde_bytes")]
    pub enc: Vec<u8>,
    /// HPKE ciphertext with its tag.
    #[serde(with = "serde_bytes")]
    pub ct: Vec<u8>,
}

impl Wire for WrapBody {
    const NAME: &'static str = "wrap body";
    const MAX_BYTES: usize = limits::MAX_WRAP;
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct Info {
    label: String,
    suite: u16,
    author: AccountId,
    recipient: AccountId,
    recipient_key: EncryptionKey,
    subject: WrapSubject,
}

impl Wire for Info {
    const NAME: &'static str = "wrap info";
    const MAX_BYTES: usize = 256;
}

impl WrapBody {
    /// Encrypts `secret` to a recipient.
    pub fn seal(
        author: AccountId,
        recipient: AccountId,
        recipient_key: EncryptionKey,
        subject: WrapSubject,
        secret: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, WrapError> {
        let suite = Suite::X25519;
        let (enc, ct) = (Vec::new(), Vec::new());
        let body = Self { suite: suite.code(), recipient, recipient_key, subject, author, enc, ct };
        let sealed = suite.seal(&recipient_key, &body.info()?, secret, rng);
        let (enc, ct) = sealed.ok_or(WrapError::WeakKey { key: recipient_key })?;
        Ok(Self { enc, ct, ..body })
    }

    /// Decrypts with the recipient's key pair. Says nothing about who made it: that is the signature's part.
    pub fn open(&self, key: &EncryptionKeyPair) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        let suite = Suite::from_code(self.suite).ok_or(WrapError::UnknownSuite { suite: self.suite })?;
        if self.recipient_key != key.public() {
            return Err(WrapError::NotForThisKey { wanted: self.recipient_key, given: key.public() });
        }
        suite.open(key.expose(), &self.info()?, &self.enc, &self.ct).ok_or(WrapError::Altered)
    }

    /// As [`WrapBody::open`], for secrets of exactly 32 bytes.
    pub(crate) fn open_key(
        &self,
        key: &EncryptionKeyPair,
        expected: &'static str,
    ) -> Result<Zeroizing<[u8; 32]>, WrapError> {
        let secret = self.open(key)?;
        let secret = secret.as_slice().try_into().map_err(|_| WrapError::WrongContent { expected })?;
        Ok(Zeroizing::new(secret))
    }

    /// The HPKE info: everything the wrap shows but the encryption itself (rule WR-3).
    fn info(&self) -> Result<Vec<u8>, EncodeError> {
        let Self { suite, recipient, recipient_key, subject, author, .. } = *self;
        Info { label: INFO.to_owned(), suite, author, recipient, recipient_key, subject }.to_bytes()
    }

    /// Signs with the author's key (rule WR-5).
    pub fn sign(self, signer: &dyn Signer) -> Result<Wrap, WrapError> {
        let signature = signer.sign(Domain::Wrap, &self.to_bytes()?)?;
        Ok(Wrap { body: self, signature })
    }
}
