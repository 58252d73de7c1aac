//! Key derivation and the numbered chunks of one sealed message.

#[cfg(not(feature = "aws-lc"))]
use super::backend_aes_gcm::Cipher;
#[cfg(feature = "aws-lc")]
use super::backend_aws_lc::Cipher;
use super::layout::{COMMITMENT_LEN, HEADER_LEN, MAX_CHUNKS, SALT_LEN, TAG_LEN};
use super::{Dek, OpenError, SealContext, SealError};
use crate::crypto::kdf;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Key length of AES-256.
pub(super) const KEY_LEN: usize = 32;
/// Nonce length of GCM.
pub(super) const NONCE_LEN: usize = 12;
/// The format's own derivation label, with the AEAD's registered name and the byte that ends it.
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// The cipher of one message and the nonce its chunk numbers are mixed into.
pub(super) struct Chunks {
    cipher: Cipher,
    base_nonce: [u8; NONCE_LEN],
}

impl Chunks {
    /// For sealing: the chunks and the header that goes in front of them.
    pub(super) fn seal(dek: &Dek, context: &SealContext, salt: &[u8; SALT_LEN]) -> (Self, [u8; HEADER_LEN]) {
        let (chunks, commitment) = derive(dek, context, salt);
        let mut header = [0; HEADER_LEN];
        let parts = salt.iter().chain(commitment.iter());
        header.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        (chunks, header)
    }

    /// For opening: the chunks, if the header was made with this key and context (rule E-3).
    pub(super) fn open(dek: &Dek, context: &SealContext, header: &[u8]) -> Result<Self, OpenError> {
        let bad = OpenError::Commitment;
        let (salt, rest) = header.split_first_chunk::<SALT_LEN>().ok_or(bad)?;
        let (chunks, commitment) = derive(dek, context, salt);
        if bool::from(commitment.ct_eq(rest)) { Ok(chunks) } else { Err(bad) }
    }

    /// Seals one chunk; `out` is longer than `plain` by the tag.
    pub(super) fn seal_chunk(&self, index: u64, plain: &[u8], out: &mut [u8]) -> Result<(), SealError> {
        let nonce = self.nonce(index).ok_or(SealError::Cipher)?;
        self.cipher.seal(nonce, plain, out).ok_or(SealError::Cipher)
    }

    /// Opens one chunk; `sealed` is longer than `out` by the tag. On error `out` may hold unspecified bytes.
    pub(super) fn open_chunk(&self, index: u64, sealed: &[u8], out: &mut [u8]) -> Result<(), OpenError> {
        let nonce = self.nonce(index).ok_or(OpenError::TooLong)?;
        let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(OpenError::Chunk { index })?;
        self.cipher.open(nonce, body, tag, out).ok_or(OpenError::Chunk { index })
    }

    /// Base nonce XOR the chunk number as a big-endian integer of the nonce's width (rule E-6).
    fn nonce(&self, index: u64) -> Option<[u8; NONCE_LEN]> {
        if index >= MAX_CHUNKS {
            return None;
        }
        let mut nonce = self.base_nonce;
        let number = index.to_be_bytes();
        nonce.iter_mut().rev().zip(number.iter().rev()).for_each(|(n, i)| *n ^= i);
        Some(nonce)
    }
}

/// Key, base nonce and commitment: 76 bytes of HKDF-Expand-SHA-512 with the data key as PRK (rule E-2).
fn derive(dek: &Dek, context: &SealContext, salt: &[u8; SALT_LEN]) -> (Chunks, [u8; COMMITMENT_LEN]) {
    let okm = kdf::expand_sha512(dek.expose(), &[LABEL, salt, context.as_bytes()]);
    let mut key = Zeroizing::new([0; KEY_LEN]);
    let mut base_nonce = [0; NONCE_LEN];
    let mut commitment = [0; COMMITMENT_LEN];
    for (to, from) in key.iter_mut().chain(&mut base_nonce).chain(&mut commitment).zip(okm.iter()) {
        *to = *from;
    }
    (Chunks { cipher: Cipher::new(&key), base_nonce }, commitment)
}
