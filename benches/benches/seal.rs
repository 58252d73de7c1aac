//! Sealing and opening 1 MiB beside the raw cipher on the same bytes, key schedule included: one call over the whole
//! message, and one call for each of our chunks of 16 KiB.
//!
//! Goal: at least 0.9 times the raw cipher (`aes-gcm`; with the feature `aws-lc`, `aws-lc-rs`).
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::Beside;
use ehr_core::crypto::seal::{CHUNK_LEN, Dek, SealContext, open_into, seal_into};

const LEN: usize = 1 << 20;
const ROUNDS: usize = 201;
const KEY: [u8; 32] = [7; 32];

#[cfg(not(feature = "aws-lc"))]
mod raw {
    use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
    use aes_gcm::{Aes256Gcm, Tag};

    pub(super) const NAME: &str = "aes-gcm";
    pub(super) struct Cipher(Aes256Gcm);

    impl Cipher {
        pub(super) fn new(key: &[u8; 32]) -> Self {
            Self(Aes256Gcm::new(key.into()))
        }
        pub(super) fn seal(&self, nonce: [u8; 12], plain: &[u8], out: &mut [u8]) -> [u8; 16] {
            let buffer = InOutBuf::new(plain, out).unwrap();
            self.0.encrypt_inout_detached(&nonce.into(), &[], buffer).unwrap().into()
        }
        pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], tag: [u8; 16], out: &mut [u8]) {
            let buffer = InOutBuf::new(sealed, out).unwrap();
            self.0.decrypt_inout_detached(&nonce.into(), &[], buffer, &Tag::from(tag)).unwrap();
        }
    }
}

#[cfg(feature = "aws-lc")]
mod raw {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

    pub(super) const NAME: &str = "aws-lc-rs";
    pub(super) struct Cipher(LessSafeKey);

    impl Cipher {
        pub(super) fn new(key: &[u8; 32]) -> Self {
            Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap()))
        }
        /// In place: the library has no call that encrypts from one buffer into another and no cheaper one.
        pub(super) fn seal(&self, nonce: [u8; 12], _: &[u8], out: &mut [u8]) -> [u8; 16] {
            let nonce = Nonce::assume_unique_for_key(nonce);
            self.0.seal_in_place_separate_tag(nonce, Aad::empty(), out).unwrap().as_ref().try_into().unwrap()
        }
        pub(super) fn open(&self, nonce: [u8; 12], sealed: &[u8], tag: [u8; 16], out: &mut [u8]) {
            let nonce = Nonce::assume_unique_for_key(nonce);
            self.0.open_separate_gather(nonce, Aad::empty(), sealed, &tag, out).unwrap();
        }
    }
}

fn nonce(index: usize) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&(index as u64).to_be_bytes());
    nonce
}

/// Seals in calls of at most `step` bytes into a buffer that is there.
fn raw_seal(plain: &[u8], step: usize, out: &mut [u8]) -> Vec<[u8; 16]> {
    let cipher = raw::Cipher::new(&KEY);
    let calls = plain.chunks(step).zip(out.chunks_mut(step)).enumerate();
    calls.map(|(index, (plain, out))| cipher.seal(nonce(index), plain, out)).collect()
}

fn raw_open(sealed: &[u8], tags: &[[u8; 16]], step: usize, out: &mut [u8]) {
    let cipher = raw::Cipher::new(&KEY);
    for (index, ((sealed, tag), out)) in sealed.chunks(step).zip(tags).zip(out.chunks_mut(step)).enumerate() {
        cipher.open(nonce(index), sealed, *tag, out);
    }
}

fn ratios(c: &mut Criterion) {
    let plain: Vec<u8> = (0..LEN).map(|i| (i * 31) as u8).collect();
    let (dek, context) = (Dek::from_bytes(&KEY), SealContext::new(*b"bench"));
    let mut sealed = Vec::new();
    seal_into(&dek, &context, &[1; 24], &plain, &mut sealed).unwrap();
    for (calls, step) in [("one call", LEN), ("16 KiB calls", CHUNK_LEN)] {
        let (mut raw_out, mut out) = (plain.clone(), Vec::new());
        let seal = Beside::sampled(
            c,
            &format!("seal 1 MiB, {calls}"),
            ROUNDS,
            || drop(raw_seal(&plain, step, &mut raw_out)),
            || seal_into(&dek, &context, &[1; 24], &plain, &mut out).unwrap(),
        );
        seal.print(&format!("seal 1 MiB, raw {} in {calls}", raw::NAME), 1.0, "MiB", Some(0.9));
        let mut raw_sealed = plain.clone();
        let tags = raw_seal(&plain, step, &mut raw_sealed);
        let open = Beside::sampled(
            c,
            &format!("open 1 MiB, {calls}"),
            ROUNDS,
            || raw_open(&raw_sealed, &tags, step, &mut raw_out),
            || open_into(&dek, &context, &sealed, &mut out).unwrap(),
        );
        open.print(&format!("open 1 MiB, raw {} in {calls}", raw::NAME), 1.0, "MiB", Some(0.9));
    }
}

criterion_group!(benches, ratios);
criterion_main!(benches);
