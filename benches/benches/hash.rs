//! Hashing with a domain tag beside plain `sha2` on the same bytes.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::Beside;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash::{sha256, tagged};
use sha2::{Digest, Sha256};
use std::hint::black_box;

const ROUNDS: usize = 51;

fn ratios(c: &mut Criterion) {
    for (len, calls) in [(32, 20_000), (650, 5_000), (1 << 20, 8)] {
        let bytes = vec![5u8; len];
        let raw = || {
            (0..calls).for_each(|_| {
                black_box(Sha256::digest(black_box(&bytes)));
            })
        };
        let plain = Beside::sampled(c, &format!("SHA-256 of {len} bytes"), ROUNDS, raw, || {
            (0..calls).for_each(|_| {
                black_box(sha256(black_box(&bytes)));
            });
        });
        plain.print(&format!("SHA-256 of {len} bytes"), f64::from(calls), "hash", None);
        let with_tag = Beside::sampled(c, &format!("tagged SHA-256 of {len} bytes"), ROUNDS, raw, || {
            (0..calls).for_each(|_| {
                black_box(tagged(Domain::TxId, &[black_box(&bytes)]));
            });
        });
        with_tag.print(&format!("tagged SHA-256 of {len} bytes"), f64::from(calls), "hash", None);
    }
}

criterion_group!(benches, ratios);
criterion_main!(benches);
