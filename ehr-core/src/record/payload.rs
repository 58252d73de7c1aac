//! What is sealed of a section: salt, length, plaintext, padding (rule RM-3).

use crate::crypto::hash::prefixed;
use crate::crypto::seal::padded_len;
use crate::primitives::{Hash32, Salt16};

/// Bytes in front of the plaintext: the salt and the plaintext's length, 8 bytes big-endian.
const HEAD: usize = Salt16::LEN + 8;

/// Leaf of a section in `plain_root`: RFC 6962 leaf hash of salt and plaintext.
pub fn section_leaf(salt: &Salt16, plain: &[u8]) -> Hash32 {
    prefixed(0, &[salt.as_ref(), plain])
}

/// Head and number of padding bytes for a plaintext.
pub(super) fn frame(salt: &Salt16, plain: &[u8]) -> ([u8; HEAD], usize) {
    let len = u64::try_from(plain.len()).unwrap_or(u64::MAX);
    let mut head = [0; HEAD];
    let parts = salt.as_bytes().iter().copied().chain(len.to_be_bytes());
    head.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    (head, usize::try_from(padded_len(len).saturating_sub(len)).unwrap_or(0))
}

/// Salt and plaintext of a payload; `None` if it is not exactly what [`frame`] makes.
pub(super) fn parse(payload: &[u8]) -> Option<(Salt16, &[u8])> {
    let (salt, rest) = payload.split_first_chunk::<{ Salt16::LEN }>()?;
    let (len, rest) = rest.split_first_chunk::<8>()?;
    let len = u64::from_be_bytes(*len);
    let (plain, padding) = rest.split_at_checked(usize::try_from(len).ok()?)?;
    let whole = u64::try_from(rest.len()).ok()?;
    let exact = whole == padded_len(len) && padding.iter().all(|b| *b == 0);
    exact.then_some((Salt16(*salt), plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_payload_parses() {
        let salt = Salt16([3; 16]);
        let plain = [5; 1000];
        let (head, padding) = frame(&salt, &plain);
        let payload = [&head[..], &plain, &vec![0; padding]].concat();
        assert_eq!(padding, 24);
        assert_eq!(parse(&payload), Some((salt, &plain[..])));
        assert_eq!(parse(&payload[..payload.len() - 1]), None);
        assert_eq!(parse(&[&payload[..], &[0]].concat()), None);
        let mut marked = payload.clone();
        *marked.last_mut().unwrap() = 1;
        assert_eq!(parse(&marked), None);
        let mut long = payload;
        long[16] = 0xff;
        assert_eq!(parse(&long), None);
        assert_eq!(parse(&[]), None);
    }
}
