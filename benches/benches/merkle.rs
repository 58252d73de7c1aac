//! Trees beside the hashing they cannot do without: two compressions a node (a prefix byte and two hashes are 65
//! bytes), one call a node.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::Beside;
use ehr_core::crypto::hash::sha256;
use ehr_core::merkle::{rfc6962, sparse};
use ehr_core::primitives::Hash32;
use ehr_core::store::{LedgerStore, MemoryStore, Table};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::hint::black_box;

const LEAVES: usize = 10_000;
const ROUNDS: usize = 21;

fn nodes(count: usize) {
    let node = [7u8; 65];
    (0..count).for_each(|_| {
        black_box(Sha256::digest(black_box(node)));
    });
}

fn ratios(c: &mut Criterion) {
    let leaves: Vec<Hash32> = (0..LEAVES).map(|n| sha256(&n.to_be_bytes())).collect();
    let root = Beside::sampled(
        c,
        "RFC 6962 root",
        ROUNDS,
        || nodes(LEAVES - 1),
        || rfc6962::root_of_hashes(leaves.iter().copied()),
    );
    root.print("RFC 6962 root of 10,000 leaves", LEAVES as f64, "leaf", None);

    // A state of 100,000 entries of 200 bytes, and a block that changes 1,000 of them.
    let entry = |n: usize| (sha256(&n.to_be_bytes()), Some(vec![n as u8; 200]));
    let all: BTreeMap<_, _> = (0..100_000).map(entry).collect();
    let mut store = MemoryStore::new();
    let mut changes = sparse::update(&store, &all).unwrap().pages;
    changes.apply(Table::State, all);
    store.commit(&changes).unwrap();
    let changed: BTreeMap<_, _> = (0..1000).map(|n| (entry(n * 97).0, Some(vec![1; 200]))).collect();
    // The least any tree does: hash 1,000 values and leaves, and the nodes above them, about 10 levels each.
    let value = [7u8; 200];
    let update = Beside::sampled(
        c,
        "state tree",
        ROUNDS,
        || {
            (0..1000).for_each(|_| {
                black_box(Sha256::digest(black_box(value)));
            });
            nodes(1000 + 1000 * 10);
        },
        || sparse::update(&store, &changed).unwrap(),
    );
    update.print("state tree of 100,000, a block changing 1,000", 1000.0, "entry", None);
}

criterion_group!(benches, ratios);
criterion_main!(benches);
