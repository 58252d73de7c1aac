//! Sealing: round trips at every boundary, streaming and ranges against the one-shot functions, and refusals.

use ehr_core::crypto::seal::*;
use ehr_core::primitives::{AccountId, ChainId, Hash32, RecordId, VersionNo};
use proptest::prelude::*;

const SALT: [u8; 24] = [9; 24];

fn dek() -> Dek {
    Dek::from_bytes(&[7; 32])
}

fn context() -> SealContext {
    SealContext::new(*b"test")
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..40usize,
        (0..4usize, 0..5usize).prop_map(|(q, d)| (q * CHUNK_LEN + d).saturating_sub(2)),
        0..3 * CHUNK_LEN,
    ]
}

/// Feeds `data` to `push` in pieces of the given lengths, repeated.
fn in_pieces(data: &[u8], pieces: &[usize], mut push: impl FnMut(&[u8])) {
    let (mut rest, mut i) = (data, 0);
    while !rest.is_empty() {
        let n = pieces[i % pieces.len()].min(rest.len());
        push(&rest[..n]);
        rest = &rest[n..];
        i += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn opens_to_what_was_sealed_in_every_way(
        len in lengths(),
        pieces in prop::collection::vec(1..40_000usize, 1..5),
        cut in (0.0..=1.0f64, 0.0..=1.0f64),
    ) {
        let plain = bytes(len);
        let sealed = seal(&dek(), &context(), &SALT, &plain).unwrap();
        prop_assert_eq!(sealed.len() as u64, sealed_len(len as u64));
        prop_assert_eq!(opened_len(sealed.len() as u64), Ok(len as u64));
        prop_assert_eq!(&*open(&dek(), &context(), &sealed).unwrap(), &plain);

        let mut streamed = Vec::new();
        let mut sealer = Sealer::new(&dek(), &context(), &SALT, &mut streamed);
        in_pieces(&plain, &pieces, |p| sealer.push(p, &mut streamed).unwrap());
        sealer.finish(&mut streamed).unwrap();
        prop_assert_eq!(&streamed, &sealed);

        let (header, body) = sealed.split_first_chunk().unwrap();
        let mut opened = Vec::new();
        let mut opener = Opener::new(&dek(), &context(), header).unwrap();
        in_pieces(body, &pieces, |p| opener.push(p, &mut opened).unwrap());
        opener.finish(&mut opened).unwrap();
        prop_assert_eq!(&opened, &plain);

        let mut ends = [(cut.0 * len as f64) as usize, (cut.1 * len as f64) as usize];
        ends.sort();
        let range = ends[0] as u64..ends[1] as u64;
        let part = open_range(&dek(), &context(), &sealed, range).unwrap();
        prop_assert_eq!(&part[..], &plain[ends[0]..ends[1]]);
    }

    #[test]
    fn any_changed_byte_or_length_is_refused(len in lengths(), at in 0.0..1.0f64, bit in 0..8u8, cut in 0.0..1.0f64) {
        let sealed = seal(&dek(), &context(), &SALT, &bytes(len)).unwrap();
        let mut bad = sealed.clone();
        let at = (at * sealed.len() as f64) as usize;
        bad[at] ^= 1 << bit;
        let expected = match at.checked_sub(HEADER_LEN) {
            None => OpenError::Commitment,
            Some(body) => OpenError::Chunk { index: (body / SEALED_CHUNK_LEN) as u64 },
        };
        prop_assert_eq!(open(&dek(), &context(), &bad).unwrap_err(), expected);

        let cut = (cut * sealed.len() as f64) as usize;
        prop_assert!(open(&dek(), &context(), &sealed[..cut]).is_err());
        let mut longer = sealed;
        longer.push(0);
        prop_assert!(open(&dek(), &context(), &longer).is_err());
    }
}

#[test]
fn buffers_are_used_again_and_hold_nothing_after_failure() {
    let plain = bytes(40_000);
    let mut sealed = vec![0xff; 200_000];
    seal_into(&dek(), &context(), &SALT, &plain, &mut sealed).unwrap();
    let mut opened = vec![0xee; 3];
    open_into(&dek(), &context(), &sealed, &mut opened).unwrap();
    assert_eq!(opened, plain);
    *sealed.last_mut().unwrap() ^= 1;
    let err = open_into(&dek(), &context(), &sealed, &mut opened).unwrap_err();
    assert_eq!(err, OpenError::Chunk { index: 2 });
    assert!(opened.is_empty());
}

#[test]
fn another_key_or_context_is_refused_before_any_chunk() {
    let sealed = seal(&dek(), &context(), &SALT, b"text").unwrap();
    let other_key = Dek::from_bytes(&[8; 32]);
    assert_eq!(open(&other_key, &context(), &sealed).unwrap_err(), OpenError::Commitment);
    let other = SealContext::new(*b"tesu");
    assert_eq!(open(&dek(), &other, &sealed).unwrap_err(), OpenError::Commitment);
}

#[test]
fn every_field_of_a_section_context_counts() {
    let make = |i: usize| {
        let b = |k: usize| if i == k { 1 } else { 0 };
        SealContext::section(
            ChainId([b(1); 32]),
            AccountId([b(2); 32]),
            RecordId([b(3); 32]),
            VersionNo(b(4).into()),
            b(5).into(),
            Hash32([b(6); 32]),
        )
        .unwrap()
    };
    let sealed = seal(&dek(), &make(0), &SALT, b"text").unwrap();
    assert!(open(&dek(), &make(0), &sealed).is_ok());
    for moved in 1..=6 {
        let err = open(&dek(), &make(moved), &sealed).unwrap_err();
        assert_eq!(err, OpenError::Commitment, "field {moved}");
    }
}

#[test]
fn a_stream_fails_for_good_and_hands_out_only_the_authentic_prefix() {
    let plain = bytes(3 * CHUNK_LEN);
    let mut sealed = seal(&dek(), &context(), &SALT, &plain).unwrap();
    sealed[HEADER_LEN + SEALED_CHUNK_LEN + 5] ^= 1;
    let (header, body) = sealed.split_first_chunk().unwrap();
    let mut out = Vec::new();
    let mut opener = Opener::new(&dek(), &context(), header).unwrap();
    assert_eq!(opener.push(body, &mut out), Err(OpenError::Chunk { index: 1 }));
    assert_eq!(out, plain[..CHUNK_LEN]);
    assert_eq!(opener.push(&[], &mut out), Err(OpenError::Failed));
    assert_eq!(opener.finish(&mut out), Err(OpenError::Failed));
    assert_eq!(out.len(), CHUNK_LEN);
}

#[test]
fn a_stream_cut_at_a_chunk_boundary_is_incomplete() {
    let sealed = seal(&dek(), &context(), &SALT, &bytes(CHUNK_LEN)).unwrap();
    let (header, body) = sealed.split_first_chunk().unwrap();
    let mut out = Vec::new();
    let mut opener = Opener::new(&dek(), &context(), header).unwrap();
    opener.push(&body[..SEALED_CHUNK_LEN], &mut out).unwrap();
    let got = (HEADER_LEN + SEALED_CHUNK_LEN) as u64;
    assert_eq!(opener.finish(&mut out), Err(OpenError::Length { got }));
}

#[test]
fn ranges_outside_are_refused_and_the_length_is_authenticated() {
    let sealed = seal(&dek(), &context(), &SALT, &bytes(20_000)).unwrap();
    let range = |r| open_range(&dek(), &context(), &sealed, r).map(|p| p.len());
    assert_eq!(range(20_000..20_000), Ok(0));
    assert_eq!(range(0..20_001), Err(OpenError::Range { end: 20_001, len: 20_000 }));
    #[allow(clippy::reversed_empty_ranges, reason = "that is the case under test")]
    let reversed = range(5..4);
    assert_eq!(reversed, Err(OpenError::Range { end: 4, len: 20_000 }));
    // Cut inside the last chunk: the length is still possible, the last chunk no longer authentic.
    let cut = &sealed[..sealed.len() - 100];
    assert_eq!(open_range(&dek(), &context(), cut, 0..10).unwrap_err(), OpenError::Chunk { index: 1 });
}

#[test]
fn impossible_lengths_are_refused_without_the_key() {
    for len in [0, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15] {
        assert_eq!(opened_len(len), Err(OpenError::Length { got: len }), "{len}");
    }
    assert_eq!(opened_len(72), Ok(0));
    assert_eq!(opened_len(u64::MAX), Err(OpenError::TooLong));
}

/// With the feature on, the module under test is aws-lc and this recomputes the message with `aes-gcm`; without
/// it, the reverse direction is covered by the published vectors.
#[cfg(feature = "aws-lc")]
#[test]
fn both_backends_make_the_same_bytes() {
    use aes_gcm::aead::{Aead, KeyInit};
    use hkdf::hmac::{Hmac, Mac};
    for len in [0, 1, 16_383, 16_384, 16_385, 100_000] {
        let plain = bytes(len);
        let sealed = seal(&dek(), &context(), &SALT, &plain).unwrap();
        let mut okm = Vec::new();
        let mut previous = Vec::new();
        for n in 1..=2u8 {
            let mut mac = Hmac::<sha2::Sha512>::new_from_slice(&[7; 32]).unwrap();
            for part in
                [&previous[..], b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0", &SALT, b"test", &[n]]
            {
                mac.update(part);
            }
            previous = mac.finalize().into_bytes().to_vec();
            okm.extend_from_slice(&previous);
        }
        let cipher = aes_gcm::Aes256Gcm::new_from_slice(&okm[..32]).unwrap();
        let mut expected = SALT.to_vec();
        expected.extend_from_slice(&okm[44..76]);
        for index in 0..=len / CHUNK_LEN {
            let mut nonce: [u8; 12] = okm[32..44].try_into().unwrap();
            let number = (index as u64).to_be_bytes();
            nonce[4..].iter_mut().zip(number).for_each(|(n, i)| *n ^= i);
            let chunk = &plain[index * CHUNK_LEN..len.min((index + 1) * CHUNK_LEN)];
            expected.extend(cipher.encrypt(&nonce.into(), chunk).unwrap());
        }
        assert_eq!(sealed, expected, "{len}");
    }
}
