//! Generation seeds and what is derived from them.

use crate::crypto::seal::Dek;
use crate::crypto::{EncryptionKeyPair, kdf};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Labels start with this (rule K-1).
const PREFIX: &str = "ehr/v1/";

/// HKDF-Expand-SHA-256 under `ehr/v1/<name>`.
pub(super) fn derive(seed: &[u8; 32], name: &str) -> Zeroizing<[u8; 32]> {
    kdf::expand_sha256(seed, [PREFIX, name].concat().as_bytes())
}

/// A random seed from which one generation of an account's keys is derived. Wiped on drop.
pub struct GenerationSeed(Zeroizing<[u8; 32]>);

impl GenerationSeed {
    /// A fresh seed.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// A seed that was kept or unwrapped.
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The account encryption key: what authors wrap to while the patient is offline.
    pub fn encryption_key(&self) -> EncryptionKeyPair {
        EncryptionKeyPair::from_secret(derive(&self.0, "x25519"))
    }

    /// The key of the account's own local data: index, policy document, scope map.
    pub fn local_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, "local")
    }

    /// What the seed before this one is sealed with.
    pub(super) fn chain_key(&self) -> Dek {
        Dek::from_bytes(&derive(&self.0, "chain"))
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}
