//! The device that holds an account's keys.

use super::ClientError;
use crate::crypto::EncryptionKeyPair;
use crate::crypto::domain::Domain;
use crate::crypto::keyring::DeviceKeys;
use crate::crypto::signature::{AdmittedKey, SignError, Signer, SoftwareSigner, admit, verify};
use crate::primitives::{AccountId, ChainId, Signature, VerifyingKey};
use crate::tx::{Caps, DeviceKey};

/// A signer that lives elsewhere and may be used from any thread.
pub(super) type ForeignSigner = Box<dyn Signer + Send + Sync>;

/// Keys of a device: all here, or the signing key elsewhere.
pub(super) enum Device {
    Here { keys: DeviceKeys, signer: Box<SoftwareSigner> },
    Elsewhere { signer: Checked, encryption: EncryptionKeyPair },
}

impl Device {
    pub(super) fn here(keys: DeviceKeys) -> Self {
        let signer = Box::new(SoftwareSigner::from_seed(keys.signing_seed()));
        Self::Here { keys, signer }
    }

    pub(super) fn elsewhere(
        signer: ForeignSigner,
        encryption: EncryptionKeyPair,
    ) -> Result<Self, ClientError> {
        let public = admit(&signer.public_key())?;
        Ok(Self::Elsewhere { signer: Checked { signer, public }, encryption })
    }

    pub(super) fn signer(&self) -> &(dyn Signer + Send + Sync) {
        match self {
            Self::Here { signer, .. } => &**signer,
            Self::Elsewhere { signer, .. } => signer,
        }
    }

    pub(super) const fn encryption(&self) -> &EncryptionKeyPair {
        match self {
            Self::Here { keys, .. } => keys.encryption_key(),
            Self::Elsewhere { encryption, .. } => encryption,
        }
    }

    /// The device with the signing secret, or the signer whose public key is `public`.
    ///
    /// # Errors
    /// No signer where one is needed, one too many, or one with another key.
    pub(super) fn restored(
        public: VerifyingKey,
        seed: Option<&[u8; 32]>,
        encryption: EncryptionKeyPair,
        signer: Option<ForeignSigner>,
    ) -> Result<Self, ClientError> {
        let device = match (seed, signer) {
            (Some(_), Some(_)) => return Err(ClientError::OtherSigner { wanted: public }),
            (None, None) => return Err(ClientError::SignerNeeded { public }),
            (None, Some(signer)) => Self::elsewhere(signer, encryption)?,
            (Some(seed), None) => Self::here(DeviceKeys::from_parts(seed, encryption)),
        };
        if device.signer().public_key() != public {
            return Err(ClientError::OtherSigner { wanted: public });
        }
        Ok(device)
    }

    /// Its public halves.
    pub(super) fn key(&self, caps: Caps) -> DeviceKey {
        DeviceKey { sig: self.signer().public_key(), enc: self.encryption().public(), caps }
    }

    /// The signing secret, where it is here.
    pub(super) fn signing_seed(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Here { keys, .. } => Some(keys.signing_seed()),
            Self::Elsewhere { .. } => None,
        }
    }
}

/// What a key that enters an account proves its possession for (rule A-5).
pub(super) fn possession_context(chain: ChainId, account: AccountId) -> Vec<u8> {
    [chain.as_ref(), account.as_ref()].concat()
}

/// A foreign signer whose every answer is verified: a faulty key store must not put its mistakes on the chain.
pub(super) struct Checked {
    signer: ForeignSigner,
    public: AdmittedKey,
}

impl Signer for Checked {
    fn public_key(&self) -> VerifyingKey {
        self.public.bytes()
    }

    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError> {
        let signature = self.signer.sign(domain, message)?;
        match verify(domain, &self.public, message, &signature) {
            Ok(()) => Ok(signature),
            Err(error) => {
                Err(SignError::Unavailable { reason: format!("its answer is no signature: {error}") })
            }
        }
    }
}
