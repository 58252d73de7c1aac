//! One rule on every path: single, batch and the reference implementation of ZIP-215 agree on whatever is thrown
//! at them, and other popular verifiers do not (the negative control).

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as BASE, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar, edwards::CompressedEdwardsY};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{
    AdmittedKey, Batch, KeyError, SignatureError, Signer, SoftwareSigner, admit, check_possession,
    prove_possession, verify, verify_raw,
};
use ehr_core::primitives::{Signature, VerifyingKey};
use proptest::prelude::*;
use sha2::{Digest, Sha512};
use std::collections::BTreeMap;

const DOMAIN: Domain = Domain::Tx;

/// A signature by secret `a`, with torsion points added to key and `R`; the key's bytes may be replaced by
/// another encoding of the same point.
fn craft(
    a: u64,
    nonce: u64,
    key_torsion: usize,
    r_torsion: usize,
    message: &[u8],
) -> (VerifyingKey, Signature) {
    let (a, r) = (Scalar::from(a), Scalar::from(nonce));
    let key = (BASE * a + EIGHT_TORSION[key_torsion]).compress().0;
    let r_bytes = (BASE * r + EIGHT_TORSION[r_torsion]).compress().0;
    (VerifyingKey(key), close(r_bytes, r, key, a, &[DOMAIN.tag(), message].concat()))
}

/// `s = r + k a` for the bytes as given.
fn close(r_bytes: [u8; 32], r: Scalar, key: [u8; 32], a: Scalar, signed: &[u8]) -> Signature {
    let hash = Sha512::new().chain_update(r_bytes).chain_update(key).chain_update(signed).finalize();
    let s = r + Scalar::from_bytes_mod_order_wide(&hash.into()) * a;
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&r_bytes);
    bytes[32..].copy_from_slice(s.as_bytes());
    Signature(bytes)
}

/// All 32-byte strings that are a second encoding of some point: y at or above the field prime, or a sign bit on
/// x = 0.
fn non_canonical() -> Vec<[u8; 32]> {
    let mut found = Vec::new();
    for sign in [0u8, 0x80] {
        let mut small = [[0u8; 32], [0u8; 32]]; // y = 1 and y = -1, where x = 0
        small[0][0] = 1;
        small[1] = [0xff; 32];
        small[1][0] = 0xec;
        small[1][31] = 0x7f;
        let above = (0xed..=0xffu8).map(|low| {
            let mut y = [0xff; 32];
            (y[0], y[31]) = (low, 0x7f);
            y
        });
        for mut y in small.into_iter().chain(above) {
            y[31] |= sign;
            let point = CompressedEdwardsY(y).decompress();
            if point.is_some_and(|p| p.compress().0 != y) {
                found.push(y);
            }
        }
    }
    found
}

fn zebra(key: &VerifyingKey, signed: &[u8], signature: &Signature) -> bool {
    let signature = ed25519_zebra::Signature::from(signature.0);
    ed25519_zebra::VerificationKey::try_from(key.0).is_ok_and(|k| k.verify(&signature, signed).is_ok())
}

type Case = (VerifyingKey, Vec<u8>, Signature);

/// Single, batch and reference agree on each case; gives the verdicts.
fn agreed(cases: &[Case]) -> Vec<Result<(), SignatureError>> {
    let mut batch = Batch::new();
    let mut verdicts = Vec::new();
    for (key, message, signature) in cases {
        // Deliberately without admission: the equation must agree for every key that is a point.
        let decoded = AdmittedKey::admitted_before(key).expect("a point");
        let single = verify(DOMAIN, &decoded, message, signature);
        let signed = [DOMAIN.tag(), message].concat();
        assert_eq!(single, verify_raw(key, &signed, signature));
        assert_eq!(single.is_ok(), zebra(key, &signed, signature));
        verdicts.push(single);
        batch.push(DOMAIN, &decoded, message, signature);
    }
    let expected: BTreeMap<_, _> =
        verdicts.iter().enumerate().filter_map(|(i, v)| Some((i, v.err()?))).collect();
    match batch.verify() {
        Ok(()) => assert!(expected.is_empty(), "the batch accepted {expected:?}"),
        Err(c) => assert_eq!((c.errors, c.total), (expected, cases.len())),
    }
    verdicts
}

#[test]
fn every_torsion_component_on_key_and_r_is_valid_in_single_and_batch() {
    let mut cases = Vec::new();
    for i in 0..8 {
        for j in 0..8 {
            let (key, signature) = craft(77, 1000 + i as u64, i, j, b"m");
            cases.push((key, b"m".to_vec(), signature));
        }
    }
    assert!(agreed(&cases).iter().all(Result::is_ok));
    // One altered message among them is found, and only that one.
    cases[37].1 = b"n".to_vec();
    let bad: Vec<_> = agreed(&cases).iter().enumerate().filter(|(_, v)| v.is_err()).map(|(i, _)| i).collect();
    assert_eq!(bad, [37]);
}

#[test]
fn non_canonical_encodings_get_one_verdict() {
    let odd = non_canonical();
    assert!(odd.len() >= 14, "{}", odd.len());
    let mut cases = Vec::new();
    for key in &odd {
        for r in &odd {
            // s = 0 closes the equation when both points have small order.
            let mut signature = Signature::ZERO;
            signature.0[..32].copy_from_slice(r);
            cases.push((VerifyingKey(*key), b"m".to_vec(), signature));
        }
    }
    for r in &odd {
        // An honest key with a small-order R in odd clothes: s = k a.
        let key = (BASE * Scalar::from(5u64)).compress().0;
        let signed = [DOMAIN.tag(), b"m"].concat();
        let signature = close(*r, Scalar::ZERO, key, Scalar::from(5u64), &signed);
        cases.push((VerifyingKey(key), b"m".to_vec(), signature));
    }
    let valid = agreed(&cases).iter().filter(|v| v.is_ok()).count();
    assert!(valid > 0 && valid < cases.len(), "{valid} of {}", cases.len());
}

#[test]
fn other_rules_split_on_keys_that_admission_refuses() {
    let (mut split, mut ours_split) = (0, 0);
    let honest = SoftwareSigner::from_seed(&[3; 32]);
    let honest_key = ed25519_dalek::VerifyingKey::from_bytes(&honest.public_key().0).unwrap();
    for nonce in 0..200u64 {
        let message = nonce.to_le_bytes();
        let signed = [DOMAIN.tag(), &message].concat();
        let (key, signature) = craft(9, 5000 + nonce, 1, 3, &message);
        assert_eq!(admit(&key), Err(KeyError::MixedOrder));

        let theirs = ed25519_dalek::VerifyingKey::from_bytes(&key.0).unwrap();
        let sig = ed25519_dalek::Signature::from_bytes(&signature.0);
        let strict = theirs.verify_strict(&signed, &sig).is_ok();
        let cofactorless = ed25519_dalek::Verifier::verify(&theirs, &signed, &sig).is_ok();
        let alone = ed25519_dalek::verify_batch(&[&signed], &[sig], &[theirs]).is_ok();
        let other = ed25519_dalek::Signature::from_bytes(&honest.sign_raw(b"x").0);
        let with_other =
            ed25519_dalek::verify_batch(&[&signed, b"x"], &[sig, other], &[theirs, honest_key]).is_ok();
        let votes = [strict, cofactorless, alone, with_other];
        split += usize::from(votes.iter().any(|v| *v != votes[0]));

        let verdicts = agreed(&[(key, message.to_vec(), signature)]);
        ours_split += usize::from(verdicts[0].is_err());
    }
    assert!(split > 20, "the control no longer shows the hazard: {split} of 200");
    assert_eq!(ours_split, 0);
}

#[test]
fn admission_names_the_rule_that_is_broken() {
    let honest = BASE * Scalar::from(12345u64);
    assert!(admit(&VerifyingKey(honest.compress().0)).is_ok());
    for (i, torsion) in EIGHT_TORSION.iter().enumerate() {
        assert_eq!(admit(&VerifyingKey(torsion.compress().0)), Err(KeyError::SmallOrder));
        let mixed = VerifyingKey((honest + torsion).compress().0);
        assert_eq!(admit(&mixed).err(), (i != 0).then_some(KeyError::MixedOrder));
    }
    for bytes in non_canonical() {
        assert_eq!(admit(&VerifyingKey(bytes)), Err(KeyError::NotCanonical));
    }
    let off_curve = (0..=255u8)
        .map(|b| VerifyingKey([b; 32]))
        .filter(|k| CompressedEdwardsY(k.0).decompress().is_none() && admit(k) == Err(KeyError::NotAPoint));
    assert!(off_curve.count() > 50);
    assert_eq!(admit(&VerifyingKey(EdwardsPoint::default().compress().0)), Err(KeyError::SmallOrder));
}

#[test]
fn possession_is_proven_for_one_key_in_one_context() {
    let signer = SoftwareSigner::from_seed(&[1; 32]);
    let key = admit(&signer.public_key()).unwrap();
    let proof = prove_possession(&signer, b"chain and account").unwrap();
    assert_eq!(check_possession(b"chain and account", &key, &proof), Ok(()));
    assert_eq!(check_possession(b"another chain", &key, &proof), Err(SignatureError::Mismatch));
    let other = admit(&SoftwareSigner::from_seed(&[2; 32]).public_key()).unwrap();
    assert_eq!(check_possession(b"chain and account", &other, &proof), Err(SignatureError::Mismatch));
    // A transaction signature is no proof, whatever its bytes say.
    let message = [key.bytes().as_ref(), b"chain and account"].concat();
    let tx = signer.sign(Domain::Tx, &message).unwrap();
    assert_eq!(check_possession(b"chain and account", &key, &tx), Err(SignatureError::Mismatch));
}

#[test]
fn a_signature_is_valid_in_one_domain_only() {
    let signer: Box<dyn Signer> = Box::new(SoftwareSigner::from_seed(&[1; 32]));
    let key = admit(&signer.public_key()).unwrap();
    for made in Domain::ALL {
        let signature = signer.sign(*made, b"m").unwrap();
        for checked in Domain::ALL {
            assert_eq!(verify(*checked, &key, b"m", &signature).is_ok(), made == checked);
        }
    }
}

#[test]
fn unparsable_halves_are_named() {
    let signer = SoftwareSigner::from_seed(&[1; 32]);
    let key = signer.public_key();
    let good = signer.sign(DOMAIN, b"m").unwrap();
    let (mut high, mut off) = (good, good);
    high.0[63] |= 0xe0;
    off.0[..32].copy_from_slice(&[2; 32]);
    while CompressedEdwardsY(off.0[..32].try_into().unwrap()).decompress().is_some() {
        off.0[0] += 1;
    }
    let cases = [good, high, off].map(|s| (key, b"m".to_vec(), s));
    assert_eq!(agreed(&cases), [Ok(()), Err(SignatureError::ScalarRange), Err(SignatureError::NotAPoint)]);
    assert_eq!(Batch::new().verify(), Ok(()));
}

/// What is done to an honest or torsion-crafted signature.
#[derive(Debug, Clone, Copy)]
enum Harm {
    None,
    Signature(usize),
    Message,
    OtherKey,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        6 => Just(Harm::None),
        1 => (0usize..512).prop_map(Harm::Signature),
        1 => Just(Harm::Message),
        1 => Just(Harm::OtherKey),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Few keys, so that terms of one key are added up; sizes on both sides of the leaf.
    #[test]
    fn batch_single_and_reference_agree(
        specs in prop::collection::vec((1u64..6, any::<u64>(), 0usize..8, 0usize..8, harm()), 0..100)
    ) {
        let cases: Vec<Case> = specs.iter().map(|&(a, nonce, i, j, harm)| {
            let mut message = nonce.to_le_bytes().to_vec();
            let (mut key, mut signature) = craft(a, nonce, i, j, &message);
            match harm {
                Harm::None => {}
                Harm::Signature(bit) => signature.0[bit / 8] ^= 1 << (bit % 8),
                Harm::Message => message.push(0),
                Harm::OtherKey => key = craft(a + 1, nonce, i, j, &message).0,
            }
            (key, message, signature)
        }).collect();
        let verdicts = agreed(&cases);
        for (verdict, (.., harm)) in verdicts.iter().zip(&specs) {
            prop_assert_eq!(verdict.is_ok(), matches!(harm, Harm::None), "{:?}", harm);
        }
    }
}
