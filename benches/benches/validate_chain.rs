//! Validating a chain of signed blocks beside verifying its signatures in raw batches, in one process, in turn. No disk.
//!
//! Goal: blocks of 1,000 transactions by distinct signers at least 0.8 times as fast as the batch of each block's
//! signatures, block by block on both sides. First as a node validates, whose signatures are verified on all cores, by
//! the clock, beside raw batches on one; then both on one core, by processor time, which other programs disturb least. For
//! information: several blocks with one batch, as a node does that catches up, beside the same and beside one raw batch over
//! all blocks.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic, RawSignature, median, raw_batch, seconds, signatures, worked};
use ehr_core::block::{Block, Checked, Header};
use ehr_core::consensus::{SealRules, Weight};
use ehr_core::crypto::signature::SignatureCache;
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_core::validate::{self, Base, Window};
use ehr_node::driver::SignatureThreads;

const TXS: usize = 1000;
const BLOCKS: usize = 12;
const ROUNDS: usize = 5;

/// Blocks to validate, on a ledger that is where they begin.
struct Chain {
    clinic: Clinic,
    start: (Header, Weight),
    store: MemoryStore,
    blocks: Vec<Vec<u8>>,
    signatures: Vec<Vec<RawSignature>>,
}

/// How blocks come to be executed.
#[derive(Clone, Copy)]
enum How {
    /// Several with one signature batch, as a node does that catches up.
    Windows,
    /// Each by itself, as a node does with a block that was just mined.
    OneByOne,
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

    /// Decodes, checks, executes and commits every block.
    fn validate(&self, store: &mut MemoryStore, cache: &SignatureCache, how: How) {
        let spec = &self.clinic.ledger.spec;
        let (mut header, mut total) = self.start.clone();
        let mut blocks = self.blocks.iter().peekable();
        while blocks.peek().is_some() {
            let (mut window, mut now) = (Window::default(), Vec::<Block<Checked>>::new());
            while let Some(bytes) = blocks.next_if(|bytes| match how {
                How::Windows => window.take(bytes.len()),
                How::OneByOne => now.is_empty(),
            }) {
                now.push(Block::decode(bytes).unwrap().check(spec).unwrap());
            }
            let base = Base { header: &header, total };
            let done = validate::execute_chain(spec, &base, &*store, &now, cache);
            assert_eq!((done.executed.len(), done.refused), (now.len(), None));
            done.executed.iter().for_each(|executed| store.commit(&executed.changes).unwrap());
            for block in &now {
                total = total.checked_add(spec.consensus().weight(block.proof())).unwrap();
            }
            header = now.last().unwrap().header().clone();
        }
    }

    /// As a node does, if there is more than one core.
    fn measure_on_all_cores(&self, what: &str) {
        let Some(threads) = SignatureThreads::beside_one().unwrap() else { return };
        let cache = SignatureCache::with_helpers(threads);
        let count = self.signatures.iter().map(Vec::len).sum::<usize>() as f64;
        let raw = || seconds(|| self.signatures.iter().for_each(raw_batch));
        let ours = |how| {
            let mut store = self.store.clone();
            seconds(|| self.validate(&mut store, &cache, how))
        };
        println!(" by the clock, signatures on all cores, beside the raw batch of each block on one");
        for (how, goal, name) in
            [(How::OneByOne, Some(0.8), "block by block"), (How::Windows, None, "several blocks at once")]
        {
            let beside = Beside::timed(ROUNDS, raw, || ours(how));
            beside.print(&format!("{what}, {name}"), count, "signature", goal);
        }
    }

    fn measure(&self, what: &str) {
        self.measure_on_all_cores(what);
        let each = || worked(|| self.signatures.iter().for_each(raw_batch));
        let all = || worked(|| raw_batch(self.signatures.iter().flatten()));
        let ours = |cache: &SignatureCache, how| {
            let mut store = self.store.clone();
            worked(|| self.validate(&mut store, cache, how))
        };
        let count = self.signatures.iter().map(Vec::len).sum::<usize>() as f64;
        let print = |beside: &Beside, how: &str, goal| {
            beside.print(&format!("{what}, {how}"), count, "signature", goal);
        };
        let cache = SignatureCache::new();
        let known = |how| ours(&cache, how);
        let new = |how| ours(&SignatureCache::new(), how);
        println!(" on one core, beside the raw batch of each block");
        let one_by_one = Beside::timed(ROUNDS, each, || known(How::OneByOne));
        print(&one_by_one, "block by block, keys met before", Some(0.8));
        print(&Beside::timed(ROUNDS, each, || new(How::OneByOne)), "block by block, new keys", Some(0.8));
        let windows = Beside::timed(ROUNDS, each, || known(How::Windows));
        print(&windows, "several blocks at once, keys met before", None);
        print(&Beside::timed(ROUNDS, each, || new(How::Windows)), "several blocks at once, new keys", None);
        println!(" several blocks at once beside one raw batch over all blocks");
        print(&Beside::timed(ROUNDS, all, || known(How::Windows)), "keys met before", None);
        print(&Beside::timed(ROUNDS, all, || new(How::Windows)), "new keys", None);
        let spec = &self.clinic.ledger.spec;
        let parts = (0..ROUNDS).map(|_| {
            worked(|| self.blocks.iter().for_each(|b| drop(Block::decode(b).unwrap().check(spec).unwrap())))
        });
        println!("  decoding and checking: {:.1} %", median(parts.collect()) / one_by_one.ours() * 100.0);
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
