//! AES-256-GCM from the `aes-gcm` crate: portable, pure Rust.

use super::chunks::{KEY_LEN, NONCE_LEN};
use super::layout::TAG_LEN;
use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
use aes_gcm::{Aes256Gcm, Tag};

/// An expanded key; the cipher wipes it on drop.
pub(super) struct Cipher(Aes256Gcm);

impl Cipher {
    pub(super) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    /// Ciphertext and tag of `plain` into `out`. `None` if the lengths do not fit.
    pub(super) fn seal(&self, nonce: [u8; NONCE_LEN], plain: &[u8], out: &mut [u8]) -> Option<()> {
        let (body, tag) = out.split_at_mut_checked(plain.len())?;
        let tag: &mut [u8; TAG_LEN] = tag.try_into().ok()?;
        let buffer = InOutBuf::new(plain, body).ok()?;
        *tag = self.0.encrypt_inout_detached(&nonce.into(), &[], buffer).ok()?.into();
        Some(())
    }

    /// Plaintext of `body` into `out`. `None` if the tag or the lengths do not fit.
    pub(super) fn open(
        &self,
        nonce: [u8; NONCE_LEN],
        body: &[u8],
        tag: &[u8; TAG_LEN],
        out: &mut [u8],
    ) -> Option<()> {
        let buffer = InOutBuf::new(body, out).ok()?;
        self.0.decrypt_inout_detached(&nonce.into(), &[], buffer, &Tag::from(*tag)).ok()
    }
}
