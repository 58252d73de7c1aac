//! A device on its way into an account (rule CL-12).

use super::ClientError;
use super::device::{Device, ForeignSigner, possession_context};
use crate::codec::{DecodeError, Wire};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::keyring::DeviceKeys;
use crate::crypto::signature::prove_possession;
use crate::primitives::{AccountId, ChainId, EncryptionKey, Signature, VerifyingKey};
use rand_core::CryptoRng;
use serde_bytes::ByteArray;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::{Zeroize, Zeroizing};

/// Secrets of a device that no account has yet, or whose account it has not joined yet. Wiped when dropped; no
/// `Debug`, no `Clone`.
pub struct NewDevice(pub(super) Device);

/// What a device shows to the one that adds it, such as in a QR code. Public; but whoever adds it must know that it
/// comes from the device it seems to come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct DeviceOffer {
    /// The account it wants to join.
    pub account: AccountId,
    /// Its signing key.
    pub sig: VerifyingKey,
    /// Where it receives seeds.
    pub enc: EncryptionKey,
    /// That it has the signing key, made for this chain and account (rule A-5).
    pub possession: Signature,
}

impl Wire for DeviceOffer {
    const NAME: &'static str = "device offer";
    const MAX_BYTES: usize = 256;
}

type Secret = ByteArray<32>;

#[derive(Serialize_tuple, Deserialize_tuple)]
struct DeviceBytes {
    public: VerifyingKey,
    signing: Option<Secret>,
    encryption: Secret,
}

impl Wire for DeviceBytes {
    const NAME: &'static str = "device keys";
    const MAX_BYTES: usize = 128;
}

impl Drop for DeviceBytes {
    fn drop(&mut self) {
        self.signing.iter_mut().chain([&mut self.encryption]).for_each(|secret| secret.zeroize());
    }
}

impl NewDevice {
    /// Fresh keys, all of them here.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Device::here(DeviceKeys::generate(rng)))
    }

    /// A fresh encryption key; signatures are made elsewhere, and every one is verified.
    ///
    /// # Errors
    /// [`ClientError::BadSigner`]: its key cannot be one on the ledger.
    pub fn with_signer(signer: ForeignSigner, rng: &mut impl CryptoRng) -> Result<Self, ClientError> {
        Ok(Self(Device::elsewhere(signer, EncryptionKeyPair::generate(rng))?))
    }

    /// Its signing key.
    pub fn public_key(&self) -> VerifyingKey {
        self.0.signer().public_key()
    }

    /// What one of the account's devices needs to add this one.
    ///
    /// # Errors
    /// The signer did not answer.
    pub fn offer(&self, chain: ChainId, account: AccountId) -> Result<DeviceOffer, ClientError> {
        let possession = prove_possession(self.0.signer(), &possession_context(chain, account))?;
        Ok(DeviceOffer { account, sig: self.public_key(), enc: self.0.encryption().public(), possession })
    }

    /// Canonical bytes: secret, to be put into a [`KeyFile`](crate::crypto::key_file::KeyFile) until the device has
    /// joined. Of a foreign signer only the public key is among them (rule K-16).
    ///
    /// # Errors
    /// They could not be encoded; not reachable.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        let wire = DeviceBytes {
            public: self.public_key(),
            signing: self.0.signing_seed().map(|seed| Secret::new(*seed)),
            encryption: Secret::new(*self.0.encryption().expose()),
        };
        Ok(Zeroizing::new(crate::codec::encode_in(&wire, Vec::with_capacity(DeviceBytes::MAX_BYTES))?))
    }

    /// The device of [`NewDevice::to_bytes`]. A foreign signer is needed again.
    ///
    /// # Errors
    /// Other bytes, or not the signer the device was made with.
    pub fn from_bytes(bytes: &[u8], signer: Option<ForeignSigner>) -> Result<Self, ClientError> {
        let wire = DeviceBytes::from_bytes(bytes)?;
        let encryption = EncryptionKeyPair::from_secret(Zeroizing::new(*wire.encryption));
        match Device::restored(wire.public, wire.signing.as_deref(), encryption, signer) {
            // Nothing was given that could be another: the bytes do not belong together.
            Err(ClientError::OtherSigner { .. }) if wire.signing.is_some() => {
                let reason = "the signing key is not that of the seed".to_owned();
                Err(DecodeError::Mismatch { what: DeviceBytes::NAME, reason }.into())
            }
            restored => restored.map(Self),
        }
    }
}
