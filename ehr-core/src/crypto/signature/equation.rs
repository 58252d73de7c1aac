//! The ZIP-215 equation `[8][s]B = [8]R + [8][k]A`, for one signature and for the random linear combination of
//! many. Both work on the same parsed [`Term`], so they differ in nothing but the arithmetic of the sum.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "operators here are those of scalars modulo the group order and of curve points: they cannot overflow"
)]

use super::admission::AdmittedKey;
use super::verify::SignatureError;
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::{Hash32, Signature, VerifyingKey};
use core::iter::once;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT as BASE;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use curve25519_dalek::{EdwardsPoint, Scalar, edwards::CompressedEdwardsY};
use sha2::{Digest, Sha512};
use std::collections::BTreeMap;

/// One signature, parsed and with its message hashed.
pub(super) struct Term {
    key: AdmittedKey,
    r: EdwardsPoint,
    s: Scalar,
    k: Scalar,
}

impl Term {
    /// Parses `signature`; the signed message is `tag` then `message` (rules S-5 and S-6). `R` may be encoded
    /// non-canonically, `s` may not; `k` hashes the bytes as given.
    pub(super) fn new(
        tag: &[u8],
        key: &AdmittedKey,
        message: &[u8],
        signature: &Signature,
    ) -> Result<Self, SignatureError> {
        let (r_bytes, s_bytes) = halves(signature);
        let s = Option::from(Scalar::from_canonical_bytes(s_bytes)).ok_or(SignatureError::ScalarRange)?;
        let r = CompressedEdwardsY(r_bytes).decompress().ok_or(SignatureError::NotAPoint)?;
        let hash = Sha512::new()
            .chain_update(r_bytes)
            .chain_update(key.as_bytes())
            .chain_update(tag)
            .chain_update(message)
            .finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        Ok(Self { key: key.clone(), r, s, k })
    }

    /// The equation for this signature alone (rule S-7).
    pub(super) fn holds(&self) -> bool {
        let r = EdwardsPoint::vartime_double_scalar_mul_basepoint(&self.k, &-self.key.point(), &self.s);
        (r - self.r).mul_by_cofactor().is_identity()
    }
}

/// `R` and `s`.
fn halves(signature: &Signature) -> ([u8; 32], [u8; 32]) {
    let (mut r, mut s) = ([0; 32], [0; 32]);
    for (to, from) in r.iter_mut().chain(s.iter_mut()).zip(&signature.0) {
        *to = *from;
    }
    (r, s)
}

/// Whether the sum of all equations, each times its own coefficient, holds (rule S-8):
/// `[8](-[sum z_i s_i]B + sum [z_i]R_i + sum [z_i k_i]A_i) = 0`. Terms of one key are added up first.
///
/// If every equation holds, so does the sum, always: the factor 8 removes every torsion component. If one does
/// not, the sum holds for one coefficient in 2^128.
pub(super) fn all_hold(terms: &[&Term]) -> bool {
    let seed = seed(terms);
    let mut base = Scalar::ZERO;
    let mut keys: BTreeMap<VerifyingKey, (Scalar, &EdwardsPoint)> = BTreeMap::new();
    let mut zs = Vec::with_capacity(terms.len());
    for (i, term) in (0u64..).zip(terms) {
        let z = coefficient(&seed, i);
        base -= z * term.s;
        keys.entry(term.key.bytes()).or_insert((Scalar::ZERO, term.key.point())).0 += z * term.k;
        zs.push(z);
    }
    let sum = EdwardsPoint::vartime_multiscalar_mul(
        once(&base).chain(keys.values().map(|(a, _)| a)).chain(&zs),
        once(&BASE).chain(keys.values().map(|(_, p)| *p)).chain(terms.iter().map(|t| &t.r)),
    );
    sum.mul_by_cofactor().is_identity()
}

/// Binds the coefficients to all that is verified: `k` hashes `R`, `A` and the message; `s` is the rest.
fn seed(terms: &[&Term]) -> Hash32 {
    let bytes: Vec<[u8; 32]> = terms.iter().flat_map(|t| [t.k.to_bytes(), t.s.to_bytes()]).collect();
    tagged(Domain::Batch, &[bytes.as_flattened()])
}

/// Coefficient `i`, 128 bits: nobody who chooses the signatures can choose it, and every run chooses the same.
fn coefficient(seed: &Hash32, i: u64) -> Scalar {
    let hash = tagged(Domain::Batch, &[seed.as_ref(), &i.to_le_bytes()]);
    let mut z = [0; 16];
    for (to, from) in z.iter_mut().zip(&hash.0) {
        *to = *from;
    }
    Scalar::from(u128::from_le_bytes(z))
}

/// The batch falls back on single checks, which would hide a sum that fails though each equation holds (and make
/// every batch slow), so the sum is tested here by itself.
#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;

    /// A valid term by key `a`, with torsion on key and `R`, and `error` added to `s`.
    fn term(a: u64, torsion: (usize, usize), error: Scalar) -> Term {
        let a = Scalar::from(a);
        let key = (BASE * a + EIGHT_TORSION[torsion.0]).compress().0;
        let r = Scalar::from(99u64);
        let point = BASE * r + EIGHT_TORSION[torsion.1];
        let signature = |s: Scalar| {
            let mut bytes = [0; 64];
            bytes[..32].copy_from_slice(&point.compress().0);
            bytes[32..].copy_from_slice(s.as_bytes());
            Signature(bytes)
        };
        let key = AdmittedKey::admitted_before(&key.into()).unwrap();
        let k = Term::new(b"tag", &key, b"m", &signature(Scalar::ZERO)).ok().unwrap().k;
        Term::new(b"tag", &key, b"m", &signature(r + k * a + error)).ok().unwrap()
    }

    fn sum_holds(terms: &[Term]) -> bool {
        all_hold(&terms.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_sum_holds_when_each_equation_does_whatever_the_torsion() {
        for n in [2usize, 3, 64, 300] {
            let terms: Vec<_> =
                (0..n).map(|i| term(i as u64 % 7 + 1, (i % 8, i / 8 % 8), Scalar::ZERO)).collect();
            assert!(terms.iter().all(Term::holds));
            assert!(sum_holds(&terms), "{n}");
        }
    }

    #[test]
    fn errors_that_cancel_do_not_cancel_in_the_sum() {
        for (a, b) in [(3, 3), (3, 4)] {
            let terms = [term(a, (0, 0), Scalar::ONE), term(b, (0, 0), -Scalar::ONE)];
            assert!(!terms[0].holds() && !terms[1].holds());
            assert!(!sum_holds(&terms));
        }
    }

    #[test]
    fn coefficients_depend_on_every_term_and_position() {
        let (a, b, c) =
            (term(1, (0, 0), Scalar::ZERO), term(2, (0, 0), Scalar::ZERO), term(2, (0, 0), Scalar::ONE));
        let seeds = [seed(&[&a, &b]), seed(&[&b, &a]), seed(&[&a, &c]), seed(&[&a])];
        for (i, s) in seeds.iter().enumerate() {
            assert!(seeds.iter().skip(i + 1).all(|t| t != s));
            assert_ne!(coefficient(s, 0), coefficient(s, 1));
        }
    }
}
