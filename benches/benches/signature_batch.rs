//! Our signature batch beside that of `ed25519-zebra`: the same equation, our own coefficients and culprit search.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ed25519_zebra::{Signature, VerificationKeyBytes, batch};
use ehr_benches::Beside;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{AdmittedKey, Batch, Signer, SoftwareSigner, verify};
use ehr_core::primitives;
use rand_core::SeedableRng;

const ROUNDS: usize = 21;

struct Signed {
    key: primitives::VerifyingKey,
    message: Vec<u8>,
    signature: primitives::Signature,
}

/// `count` signatures by `signers` keys in turn, over messages as long as a record's transaction.
fn signed(count: usize, signers: usize) -> Vec<Signed> {
    let sign = |n: usize| {
        let mut seed = [3; 32];
        seed[..8].copy_from_slice(&((n % signers) as u64).to_be_bytes());
        let signer = SoftwareSigner::from_seed(&seed);
        let message = n.to_be_bytes().repeat(50);
        let signature = signer.sign(Domain::Tx, &message).unwrap();
        Signed { key: signer.public_key(), message, signature }
    };
    (0..count).map(sign).collect()
}

fn raw(all: &[(VerificationKeyBytes, Signature, Vec<u8>)]) {
    let mut verifier = batch::Verifier::new();
    all.iter().for_each(|(key, signature, message)| verifier.queue((*key, *signature, message)));
    verifier.verify(rand_chacha::ChaCha20Rng::from_seed([7; 32])).unwrap();
}

fn ours(all: &[Signed], keys: Option<&[AdmittedKey]>) {
    let mut batch = Batch::new();
    for (n, Signed { key, message, signature }) in all.iter().enumerate() {
        let key = keys.map_or_else(|| AdmittedKey::admitted_before(key).unwrap(), |keys| keys[n].clone());
        batch.push(Domain::Tx, &key, message, signature);
    }
    batch.verify().unwrap();
}

fn ratios(c: &mut Criterion) {
    for (count, signers) in [(16, 16), (1000, 1000), (1000, 10)] {
        let all = signed(count, signers);
        let zebra = |s: &Signed| {
            let message = [Domain::Tx.tag(), &s.message].concat();
            (s.key.0.into(), s.signature.0.into(), message)
        };
        let raws: Vec<_> = all.iter().map(zebra).collect();
        let keys: Vec<_> = all.iter().map(|s| AdmittedKey::admitted_before(&s.key).unwrap()).collect();
        let what = format!("batch of {count} by {signers} keys");
        let new = Beside::sampled(c, &what, ROUNDS, || raw(&raws), || ours(&all, None));
        new.print(&what, count as f64, "signature", None);
        let known = Beside::new(ROUNDS, || raw(&raws), || ours(&all, Some(&keys)));
        known.print(&format!("{what}, keys decoded before"), count as f64, "signature", None);
        let single = Beside::new(
            ROUNDS,
            || raw(&raws),
            || {
                all.iter()
                    .zip(&keys)
                    .for_each(|(s, key)| verify(Domain::Tx, key, &s.message, &s.signature).unwrap())
            },
        );
        single.print(&format!("{what}, one by one"), count as f64, "signature", None);
    }
}

criterion_group!(benches, ratios);
criterion_main!(benches);
