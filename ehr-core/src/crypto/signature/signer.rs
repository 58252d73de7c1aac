//! Who makes signatures.

use crate::crypto::domain::Domain;
use crate::primitives::{Signature, VerifyingKey};
use ed25519_dalek::Signer as _;

/// A signature that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The key store does not answer, is locked, or lost the key.
    #[error("key store unavailable: {reason}")]
    Unavailable {
        /// The key store's own words. Must hold nothing secret.
        reason: String,
    },
    /// The holder of the key, or a policy of the key store, said no.
    #[error("signing was declined")]
    Declined,
}

/// A key that signs. It may live in an HSM or a phone's key store; the secret never passes through here.
pub trait Signer {
    /// The public half. Always the same for one signer.
    fn public_key(&self) -> VerifyingKey;

    /// Signs the domain's tag followed by `message` with Ed25519 (RFC 8032, pure; rule S-6).
    ///
    /// # Errors
    /// See [`SignError`].
    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError>;
}

/// A key in this process's memory, wiped when dropped. It has no `Debug` and no `Clone`.
pub struct SoftwareSigner(ed25519_dalek::SigningKey);

impl SoftwareSigner {
    /// The key of an RFC 8032 seed. Wiping the seed itself is up to the caller.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Signs bytes as they are, without a tag: for published vectors and formats of others.
    pub fn sign_raw(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl Signer for SoftwareSigner {
    fn public_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError> {
        Ok(self.sign_raw(&[domain.tag(), message].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_wiped_when_dropped() {
        fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        wiped(&SoftwareSigner::from_seed(&[1; 32]).0); // compiles only if so
    }
}
