//! Sealing and what it stands on: Cobblestone-256, AES-256-GCM.

use super::tally::{Tally, hex_field, read_json};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::seal::*;
use serde_json::Value;
use sha2::Digest;
use std::io::Read;
use std::path::Path;

/// Every case of every group of a Wycheproof file, with its group.
pub(super) fn cases(file: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let groups = file["testGroups"].as_array().expect("groups");
    groups.iter().flat_map(|g| g["tests"].as_array().expect("tests").iter().map(move |t| (g, t)))
}

fn has_flag(case: &Value, flag: &str) -> bool {
    case["flags"].as_array().is_some_and(|f| f.iter().any(|f| f == flag))
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut out).expect("zlib");
    out
}

/// What a stream hands out before it fails, or the whole message.
fn stream(dek: &Dek, context: &SealContext, sealed: &[u8]) -> (Vec<u8>, Result<(), OpenError>) {
    let mut out = Vec::new();
    let Some((header, body)) = sealed.split_first_chunk() else {
        return (out, Err(OpenError::Length { got: sealed.len() as u64 }));
    };
    let result = Opener::new(dek, context, header).and_then(|mut opener| {
        for piece in body.chunks(7777) {
            opener.push(piece, &mut out)?;
        }
        opener.finish(&mut out)
    });
    (out, result)
}

/// Cobblestone-256 messages: opened whole, as a stream and from the end; valid ones also sealed again.
pub(crate) fn chunked_encryption(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    for (_, case) in cases(&file) {
        let id = &case["tcId"];
        let valid = case["result"] == "valid";
        let Ok(key) = <[u8; 32]>::try_from(hex_field(case, "key")) else {
            tally.check(!valid, id, "a key of another length is valid");
            continue;
        };
        let (dek, context) = (Dek::from_bytes(&key), SealContext::new(hex_field(case, "ctx")));
        let sealed = inflate(&hex_field(case, "ct"));
        let (streamed, finished) = stream(&dek, &context, &sealed);
        let prefix = case["msgLength"].as_u64().is_none_or(|n| streamed.len() as u64 == n)
            && case["msgSha512"].as_str().is_none_or(|h| hex::encode(sha2::Sha512::digest(&streamed)) == h);
        let tail = open_range(&dek, &context, &sealed, 0..0).is_ok();
        let ok = match open(&dek, &context, &sealed) {
            Ok(plain) => {
                let again = seal(&dek, &context, sealed[..SALT_LEN].try_into().expect("salt"), &plain);
                valid && finished.is_ok() && *plain == streamed && tail && again.as_ref() == Ok(&sealed)
            }
            Err(OpenError::Commitment) if !has_flag(case, "HeaderFailure") => false,
            Err(_) => !valid && finished.is_err() && tail == has_flag(case, "ValidFinalChunk"),
        };
        tally.check(ok && prefix, id, &case["comment"]);
    }
}

/// Messages made by an independent program: `{key, salt, context, pt: "i%251", cases}`.
pub(crate) fn cobblestone(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    let dek = Dek::from_bytes(&hex_field(&file, "key").try_into().expect("32 bytes"));
    let salt = hex_field(&file, "salt").try_into().expect("24 bytes");
    let context = SealContext::new(file["context"].as_str().expect("text"));
    for case in file["cases"].as_array().expect("cases") {
        let len = case["len"].as_u64().expect("number");
        let plain: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let sealed = seal(&dek, &context, &salt, &plain).expect("seals");
        let ok = case["ct_len"] == sealed.len()
            && case["ct_len"] == sealed_len(len)
            && hex_field(case, "commitment") == sealed[SALT_LEN..HEADER_LEN]
            && hex_field(case, "sha256") == sha256(&sealed).0
            && open(&dek, &context, &sealed).is_ok_and(|p| *p == plain);
        tally.check(ok, len, "sealed bytes differ");
    }
}

/// AES-GCM as sealing and wraps use it, in every backend that is compiled in.
pub(crate) fn aes_gcm(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    for (group, case) in cases(&file) {
        let size = |field: &str| group[field].as_u64().expect("size");
        if (size("keySize"), size("ivSize"), size("tagSize")) != (256, 96, 128) {
            tally.not_applicable("only 256-bit keys, 96-bit nonces and 128-bit tags are used");
            continue;
        }
        let [key, iv, aad, msg] = ["key", "iv", "aad", "msg"].map(|f| hex_field(case, f));
        let sealed = [hex_field(case, "ct"), hex_field(case, "tag")].concat();
        let valid = case["result"] == "valid";
        let nonce: [u8; 12] = iv.try_into().expect("12 bytes");
        let cipher = Aes256Gcm::new_from_slice(&key).expect("32 bytes");
        let opened = cipher.decrypt(&nonce.into(), Payload { msg: &sealed, aad: &aad });
        let again = cipher.encrypt(&nonce.into(), Payload { msg: &msg, aad: &aad }).expect("encrypts");
        let ok = opened.is_ok_and(|m| m == msg) == valid && (again == sealed) == valid;
        tally.check(ok && aws_lc(&key, nonce, &aad, &msg, &sealed, valid), &case["tcId"], &case["comment"]);
    }
}

#[cfg(feature = "aws-lc")]
fn aws_lc(key: &[u8], nonce: [u8; 12], aad: &[u8], msg: &[u8], sealed: &[u8], valid: bool) -> bool {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("32 bytes"));
    let nonce = || Nonce::assume_unique_for_key(nonce);
    let (body, tag) = sealed.split_at(sealed.len() - 16);
    let mut out = vec![0; body.len()];
    let opened = key.open_separate_gather(nonce(), Aad::from(aad), body, tag, &mut out).is_ok();
    let mut again = vec![0; msg.len() + 16];
    key.seal_in_place_scatter(nonce(), Aad::from(aad), &mut [], msg, &mut again).expect("encrypts");
    opened == valid && (!valid || out == msg) && (again == sealed) == valid
}

#[cfg(not(feature = "aws-lc"))]
fn aws_lc(_: &[u8], _: [u8; 12], _: &[u8], _: &[u8], _: &[u8], _: bool) -> bool {
    true
}
