//! Validating a chain of signed blocks beside verifying its signatures in a raw batch, in one process, in turn.
//!
//! Goal: a chain of blocks of 1,000 transactions by distinct signers at least 0.8 times as fast as the batch.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic, RawSignature, median, raw_batch, seconds, signatures};
use ehr_core::block::{Block, Header};
use ehr_core::consensus::{SealRules, Weight};
use ehr_core::crypto::signature::SignatureCache;
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_core::validate::{self, Base};

const TXS: usize = 1000;
const BLOCKS: usize = 4;
const ROUNDS: usize = 9;

/// Blocks to validate, on a ledger that is where they begin.
struct Chain {
    clinic: Clinic,
    start: (Header, Weight),
    store: MemoryStore,
    blocks: Vec<Vec<u8>>,
    signatures: Vec<Vec<RawSignature>>,
}

impl Chain {
    fn new(name: &str, mut txs: impl FnMut(&mut Clinic, u32) -> Vec<ehr_core::tx::Tx>) -> Self {
        let mut clinic = Clinic::new(TXS);
        let base = clinic.ledger.base();
        let start = (base.header.clone(), base.total);
        let store = clinic.ledger.store.clone();
        let (mut blocks, mut raw) = (Vec::new(), Vec::new());
        for number in 1..=BLOCKS as u32 {
            let txs = txs(&mut clinic, number);
            let block = clinic.block(&txs);
            raw.push(signatures(&clinic.ledger, &block));
            clinic.ledger.commit(&block).unwrap();
            blocks.push(block.bytes().to_vec());
        }
        let count: usize = raw.iter().map(Vec::len).sum();
        let bytes: usize = blocks.iter().map(Vec::len).sum();
        println!("{name}: {BLOCKS} blocks, {TXS} transactions each, {count} signatures, {bytes} bytes");
        Self { clinic, start, store, blocks, signatures: raw }
    }

    /// Decodes, checks, executes and commits every block. Without a cache, every key is decoded in every block.
    fn validate(&self, store: &mut MemoryStore, cache: Option<&SignatureCache>) {
        let spec = &self.clinic.ledger.spec;
        let (mut header, mut total) = self.start.clone();
        for bytes in &self.blocks {
            let block = Block::decode(bytes).unwrap().check(spec).unwrap();
            let base = Base { header: &header, total };
            let executed = match cache {
                Some(cache) => validate::execute_cached(spec, &base, &*store, &block, cache),
                None => validate::execute(spec, &base, &*store, &block),
            };
            store.commit(&executed.unwrap().changes).unwrap();
            total = total.checked_add(spec.consensus().weight(block.proof())).unwrap();
            header = block.header().clone();
        }
    }

    fn measure(&self, what: &str) {
        let raw = || seconds(|| self.signatures.iter().for_each(|block| raw_batch(block)));
        let ours = |cache| {
            let mut store = self.store.clone();
            seconds(|| self.validate(&mut store, cache))
        };
        let count = self.signatures.iter().map(Vec::len).sum::<usize>() as f64;
        let new = Beside::timed(ROUNDS, raw, || ours(None));
        new.print(&format!("{what}, new to each block"), count, "signature", None);
        let cache = SignatureCache::new();
        let known = Beside::timed(ROUNDS, raw, || ours(Some(&cache)));
        known.print(&format!("{what}, seen before"), count, "signature", Some(0.8));
        let spec = &self.clinic.ledger.spec;
        let parts = (0..ROUNDS).map(|_| {
            seconds(|| self.blocks.iter().for_each(|b| drop(Block::decode(b).unwrap().check(spec).unwrap())))
        });
        println!("  of that, decoding and checking {:.1} %", median(parts.collect()) / known.ours() * 100.0);
    }
}

fn ratios(_: &mut Criterion) {
    let chain = Chain::new("one signer a transaction, all distinct", |clinic, n| clinic.rotations(n));
    chain.measure("one signer a transaction");
    let chain = Chain::new("records, the patient and one doctor", |clinic, _| clinic.records());
    chain.measure("records, patient and doctor");
}

criterion_group!(benches, ratios);
criterion_main!(benches);
