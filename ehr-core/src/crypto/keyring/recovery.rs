//! Offline recovery keys.

use super::seed::derive;
use crate::crypto::EncryptionKeyPair;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The backup seed and what follows from it. Kept as words or shares only; their public halves are in the account.
pub struct RecoveryKeys(Zeroizing<[u8; 32]>);

impl RecoveryKeys {
    /// A fresh backup seed.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The keys of a backup seed.
    pub fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        Self(seed)
    }

    /// The backup seed, to be written down.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Ed25519 seed of the key that signs recovery transactions.
    pub fn signing_seed(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, "recovery-ed25519")
    }

    /// The key every generation seed is sealed to.
    pub fn encryption_key(&self) -> EncryptionKeyPair {
        EncryptionKeyPair::from_secret(derive(&self.0, "recovery-x25519"))
    }
}
