//! HPKE suites by number.

use crate::primitives::EncryptionKey;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// HPKE suites this build opens. Number 2 is reserved for X-Wing (hybrid with ML-KEM-768).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, mode base: 48 bytes more than the secret.
    X25519 = 1,
}

impl Suite {
    /// The number on the wire.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The suite of a number, `None` if this build has none.
    pub const fn from_code(code: u16) -> Option<Self> {
        match code {
            1 => Some(Self::X25519),
            _ => None,
        }
    }

    /// Encrypts to a public key: encapsulated key and ciphertext. `None` if the key has small order, so that
    /// anybody could open.
    pub(super) fn seal(
        self,
        public: &EncryptionKey,
        info: &[u8],
        secret: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        let Self::X25519 = self;
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public.as_ref()).ok()?;
        let (enc, ct) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            info,
            secret,
            &[],
            rng,
        )
        .ok()?;
        Some((enc.to_bytes().to_vec(), ct))
    }

    /// Decrypts with the secret half. `None` if anything was altered.
    pub(super) fn open(
        self,
        secret: &[u8; 32],
        info: &[u8],
        enc: &[u8],
        ct: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let Self::X25519 = self;
        let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret).ok()?;
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).ok()?;
        hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &secret,
            &enc,
            info,
            ct,
            &[],
        )
        .ok()
        .map(Zeroizing::new)
    }
}
