//! SHA-256, plain and with a domain tag. Every hash in the ledger goes through here.

use crate::crypto::domain::Domain;
use crate::primitives::Hash32;
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// SHA-256 initial state (FIPS 180-4, section 5.3.3).
const IV: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
/// Bytes of a block.
const BLOCK: usize = 64;
/// Bytes the padding takes at least: one bit and the length.
const PADDING: usize = 9;

/// SHA-256 of `bytes`, no domain tag: for content ids and published formats only.
pub fn sha256(bytes: &[u8]) -> Hash32 {
    Hash32(Sha256::digest(bytes).into())
}

/// SHA-256 of the tag followed by `parts`. Parts are not length-prefixed: callers pass fixed-length parts, or
/// one variable-length part last.
pub fn tagged(domain: Domain, parts: &[&[u8]]) -> Hash32 {
    if let Some(hash) = short(domain.tag(), parts) {
        return hash;
    }
    let mut h = Sha256::new();
    h.update(domain.tag());
    for p in parts {
        h.update(p);
    }
    Hash32(h.finalize().into())
}

/// SHA-256 of parts that fit one or two blocks together with the padding, as state keys do; none if they do not.
/// Laid out by hand, this takes two thirds of the time of the general way.
fn short(first: &[u8], parts: &[&[u8]]) -> Option<Hash32> {
    let mut blocks = [[0u8; BLOCK]; 2];
    let mut room = blocks.as_flattened_mut();
    let mut len = 0u16;
    for part in core::iter::once(&first).chain(parts) {
        let (to, rest) = room.split_at_mut_checked(part.len())?;
        to.copy_from_slice(part);
        len = len.checked_add(u16::try_from(part.len()).ok()?)?;
        room = rest;
    }
    if room.len() < PADDING {
        return None;
    }
    let [one, .., high, low] = room else { return None };
    if usize::from(len).checked_add(PADDING)? > BLOCK {
        (*one, [*high, *low]) = (0x80, len.checked_mul(8)?.to_be_bytes());
        return Some(compressed(&blocks));
    }
    *one = 0x80;
    let [block, _] = &mut blocks;
    let [.., high, low] = block;
    [*high, *low] = len.checked_mul(8)?.to_be_bytes();
    Some(compressed(&[*block]))
}

/// The hash of blocks that are padded already.
pub(crate) fn compressed(blocks: &[[u8; BLOCK]]) -> Hash32 {
    let mut state = IV;
    compress256(&mut state, blocks);
    let mut out = [0u8; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Hash32(out)
}

/// SHA-256 of one prefix byte followed by `parts` (tree leaves and nodes).
pub fn prefixed(prefix: u8, parts: &[&[u8]]) -> Hash32 {
    let mut h = Sha256::new();
    h.update([prefix]);
    for p in parts {
        h.update(p);
    }
    Hash32(h.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_inputs_hash_as_sha256_does_and_longer_ones_are_left_to_it() {
        let bytes: Vec<u8> = (0..=255).collect();
        for len in 0..200 {
            for cut in [0, len / 3, len] {
                let parts = [&bytes[..cut], &bytes[cut..len]];
                let want = (len <= 119).then(|| sha256(&bytes[..len]));
                assert_eq!(short(parts[0], &parts[1..]), want, "{len} bytes, cut at {cut}");
            }
        }
    }
}
