//! HKDF-Expand (RFC 5869, section 2.3) of 32-byte keys into a fixed number of blocks, so that nothing can fail.
//!
//! Written over HMAC because the HKDF crate refuses a key shorter than the hash, which the sealing format has.

use hkdf::hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// A key padded with zeros to the hash's block, as HMAC itself pads it (RFC 2104, section 2).
fn pad<const N: usize>(key: &[u8; 32]) -> Zeroizing<[u8; N]> {
    let mut block = Zeroizing::new([0; N]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    block
}

/// The first 32 bytes for `info`: one block.
pub(crate) fn expand_sha256(key: &[u8; 32], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*pad::<64>(key)).into());
    mac.update(info);
    mac.update(&[1]);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The first 128 bytes for the concatenation of `info`: two blocks.
pub(crate) fn expand_sha512(key: &[u8; 32], info: &[&[u8]]) -> Zeroizing<[u8; 128]> {
    let keyed = <Hmac<Sha512> as KeyInit>::new((&*pad::<128>(key)).into());
    let block = |previous: &[u8], number: u8| {
        let mut mac = keyed.clone();
        mac.update(previous);
        info.iter().for_each(|part| mac.update(part));
        mac.update(&[number]);
        Zeroizing::new(<[u8; 64]>::from(mac.finalize().into_bytes()))
    };
    let first = block(&[], 1);
    let second = block(first.as_ref(), 2);
    let mut out = Zeroizing::new([0; 128]);
    out.iter_mut().zip(first.iter().chain(second.iter())).for_each(|(to, from)| *to = *from);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_hkdf_crate_where_that_accepts_the_key() {
        let key = [5; 32];
        let mut expected = [0; 32];
        hkdf::Hkdf::<Sha256>::from_prk(&key).unwrap().expand(b"label", &mut expected).unwrap();
        assert_eq!(*expand_sha256(&key, b"label"), expected);

        let mut long = [0; 64];
        long[..32].copy_from_slice(&key);
        let mut expected = [0; 128];
        hkdf::Hkdf::<Sha512>::from_prk(&long).unwrap().expand(b"label", &mut expected).unwrap();
        assert_eq!(*expand_sha512(&key, &[b"la", b"bel"]), expected);
    }
}
