//! X25519 key pairs: what wraps are made to and opened with.

use crate::primitives::EncryptionKey;
use rand_core::CryptoRng;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// An X25519 key pair. The secret is wiped on drop and never printed.
pub struct EncryptionKeyPair {
    secret: Zeroizing<[u8; 32]>,
    public: EncryptionKey,
}

impl EncryptionKeyPair {
    /// A fresh pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(secret.as_mut());
        Self::from_secret(secret)
    }

    /// The pair of 32 secret bytes; clamping (RFC 7748, section 5) happens at use.
    pub fn from_secret(secret: Zeroizing<[u8; 32]>) -> Self {
        let public = PublicKey::from(&StaticSecret::from(*secret));
        Self { secret, public: EncryptionKey(public.to_bytes()) }
    }

    /// The public half.
    pub const fn public(&self) -> EncryptionKey {
        self.public
    }

    /// The secret half, for wrapping and key files.
    pub fn expose(&self) -> &[u8; 32] {
        &self.secret
    }
}
