//! Scope-epoch keys: what standing grants are made of.

use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{WrapBody, WrapError, WrapSubject};
use crate::primitives::{AccountId, EncryptionKey, Epoch, ScopeId};
use rand_core::CryptoRng;

/// The key pair of one epoch of a scope. Anybody wraps to its public half, which is on the chain; the private half
/// is wrapped to the patient and to each grantee (rule K-7).
pub struct ScopeKey {
    scope: ScopeId,
    epoch: Epoch,
    pair: EncryptionKeyPair,
}

impl ScopeKey {
    /// A fresh key for an epoch; never derived, so a former grantee learns nothing of the next.
    pub fn generate(scope: ScopeId, epoch: Epoch, rng: &mut impl CryptoRng) -> Self {
        Self { scope, epoch, pair: EncryptionKeyPair::generate(rng) }
    }

    /// The scope.
    pub const fn scope(&self) -> ScopeId {
        self.scope
    }

    /// The epoch.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The key pair: opens what is wrapped to the scope.
    pub const fn pair(&self) -> &EncryptionKeyPair {
        &self.pair
    }

    /// Wraps the private half to somebody's key.
    pub fn wrap_to(
        &self,
        author: AccountId,
        recipient: AccountId,
        recipient_key: EncryptionKey,
        rng: &mut impl CryptoRng,
    ) -> Result<WrapBody, WrapError> {
        let subject = WrapSubject::Scope { scope: self.scope, epoch: self.epoch };
        WrapBody::seal(author, recipient, recipient_key, subject, self.pair.expose(), rng)
    }

    /// Opens a wrap of a scope key. `published` is the public half on the chain: any other key is refused, so a
    /// wrong wrap is noticed when it is received.
    pub fn unwrap(
        wrap: &WrapBody,
        key: &EncryptionKeyPair,
        published: EncryptionKey,
    ) -> Result<Self, WrapError> {
        let opened = Self::unwrap_past(wrap, key)?;
        if opened.pair.public() != published {
            return Err(WrapError::WrongContent { expected: "scope key of this epoch" });
        }
        Ok(opened)
    }

    /// As [`ScopeKey::unwrap`], for an epoch that is over: its public half is no longer in the state, and who wrapped
    /// it has to be trusted. A wrong key opens no version.
    pub fn unwrap_past(wrap: &WrapBody, key: &EncryptionKeyPair) -> Result<Self, WrapError> {
        let WrapSubject::Scope { scope, epoch } = wrap.subject else {
            return Err(WrapError::WrongSubject { expected: "scope epoch" });
        };
        let pair = EncryptionKeyPair::from_secret(wrap.open_key(key, "scope key")?);
        Ok(Self { scope, epoch, pair })
    }
}
