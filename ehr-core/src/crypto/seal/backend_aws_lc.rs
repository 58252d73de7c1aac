//! AES-256-GCM from `aws-lc-rs`: the same bytes, several times faster.

use super::chunks::{KEY_LEN, NONCE_LEN};
use super::layout::TAG_LEN;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// An expanded key, `None` only if the library refuses a 32-byte key. The library wipes it on drop.
pub(super) struct Cipher(Option<LessSafeKey>);

impl Cipher {
    pub(super) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new))
    }

    /// Ciphertext and tag of `plain` into `out`. `None` if the lengths do not fit.
    pub(super) fn seal(&self, nonce: [u8; NONCE_LEN], plain: &[u8], out: &mut [u8]) -> Option<()> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        // All input goes through the "extra" side, which writes to another buffer: no copy beforehand.
        self.0.as_ref()?.seal_in_place_scatter(nonce, Aad::empty(), &mut [], plain, out).ok()
    }

    /// Plaintext of `body` into `out`. `None` if the tag or the lengths do not fit.
    pub(super) fn open(
        &self,
        nonce: [u8; NONCE_LEN],
        body: &[u8],
        tag: &[u8; TAG_LEN],
        out: &mut [u8],
    ) -> Option<()> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.as_ref()?.open_separate_gather(nonce, Aad::empty(), body, tag, out).ok()
    }
}
