//! Keys of one device.

use crate::crypto::EncryptionKeyPair;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A device's two random keys; unrelated, so that neither use endangers the other (rule K-2).
pub struct DeviceKeys {
    signing_seed: Zeroizing<[u8; 32]>,
    encryption: EncryptionKeyPair,
}

impl DeviceKeys {
    /// Length of [`DeviceKeys::to_bytes`].
    pub const LEN: usize = 64;

    /// Fresh keys.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut signing_seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(signing_seed.as_mut());
        Self { signing_seed, encryption: EncryptionKeyPair::generate(rng) }
    }

    /// Keys that were kept apart.
    pub(crate) fn from_parts(signing_seed: &[u8; 32], encryption: EncryptionKeyPair) -> Self {
        Self { signing_seed: Zeroizing::new(*signing_seed), encryption }
    }

    /// Ed25519 seed (RFC 8032) of the key that signs transactions.
    pub fn signing_seed(&self) -> &[u8; 32] {
        &self.signing_seed
    }

    /// The key that generation seeds are sealed to.
    pub const fn encryption_key(&self) -> &EncryptionKeyPair {
        &self.encryption
    }

    /// Both secrets, signing first: content of a key file.
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LEN]> {
        let mut out = Zeroizing::new([0; Self::LEN]);
        let secrets = self.signing_seed.iter().chain(self.encryption.expose());
        out.iter_mut().zip(secrets).for_each(|(to, from)| *to = *from);
        out
    }

    /// The keys of a key file's content, `None` if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (signing, encryption) = bytes.split_first_chunk::<32>()?;
        let encryption = Zeroizing::new(<[u8; 32]>::try_from(encryption).ok()?);
        Some(Self::from_parts(signing, EncryptionKeyPair::from_secret(encryption)))
    }
}
