//! Data encryption keys.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A data encryption key: 32 random bytes for one section of one version. Wiped on drop; never copied or printed.
pub struct Dek(Zeroizing<[u8; 32]>);

impl Dek {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; Self::LEN]);
        rng.fill_bytes(key.as_mut());
        Self(key)
    }

    /// A key that was kept or unwrapped.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key bytes, for wrapping.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}
