//! Mining beside the bare compression loop it is made of, in one process, round-robin.
//!
//! Goals: one core at least 0.9 times the bare loop; two cores at least 1.6 times one.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::disallowed_types, reason = "a measurement needs a clock")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ehr_core::block::WorkTemplate;
use ehr_core::consensus::CompactTarget;
use ehr_miner::{mine, search};
use sha2::block_api::compress256;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const HASHES: u64 = 1 << 20;
const ROUNDS: usize = 9;

/// A block nobody finds.
fn hopeless() -> WorkTemplate {
    WorkTemplate {
        first: [1; 64],
        tail: [2; 40],
        target: CompactTarget::leading_zero_nibbles(63).unwrap_or(CompactTarget::EASIEST),
    }
}

/// The least a miner can do for a try: place the nonce, compress one block, look at one word.
fn bare(hashes: u64) -> u64 {
    let midstate = [3u32; 8];
    let mut block = [4u8; 64];
    let mut hits = 0;
    for nonce in 0..hashes {
        block[40..48].copy_from_slice(&nonce.to_be_bytes());
        let mut state = midstate;
        compress256(&mut state, core::slice::from_ref(&block));
        hits += u64::from(state[0] == 0);
    }
    hits
}

fn seconds<T>(f: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(f());
    start.elapsed().as_secs_f64()
}

/// Hashes a second of the pool, stopped after about a quarter of a second.
fn pool_rate(threads: usize) -> f64 {
    let (stop, tried) = (AtomicBool::new(false), AtomicU64::new(0));
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    let took = seconds(|| {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(250));
                stop.store(true, Ordering::Relaxed);
            });
            mine(&hopeless(), threads, &stop, &tried)
        });
    });
    tried.into_inner() as f64 / took
}

fn median(mut v: Vec<f64>) -> f64 {
    v.sort_by(f64::total_cmp);
    v[v.len() / 2]
}

fn ratios(_: &mut Criterion) {
    let mut rows = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        let n = HASHES as f64;
        rows[0].push(n / seconds(|| bare(black_box(HASHES))));
        rows[1].push(n / seconds(|| search(&hopeless(), 0..black_box(HASHES))));
        rows[2].push(pool_rate(1));
        rows[3].push(pool_rate(2));
    }
    // Ratios within a round, then the median: the machine's speed changes between rounds, not within one.
    let ratio = |a: usize, b: usize| median(rows[a].iter().zip(&rows[b]).map(|(a, b)| a / b).collect());
    println!("bare compress256 loop  {:7.2} MH/s", median(rows[0].clone()) / 1e6);
    println!(
        "search, one core       {:7.2} MH/s  {:.2} of bare (goal 0.9)",
        median(rows[1].clone()) / 1e6,
        ratio(1, 0)
    );
    println!(
        "mine, one thread       {:7.2} MH/s  {:.2} of bare (goal 0.9)",
        median(rows[2].clone()) / 1e6,
        ratio(2, 0)
    );
    println!(
        "mine, two threads      {:7.2} MH/s  {:.2} of one thread (goal 1.6)",
        median(rows[3].clone()) / 1e6,
        ratio(3, 2)
    );
}

fn samples(c: &mut Criterion) {
    const FEW: u64 = 1 << 14;
    let mut group = c.benchmark_group("mining");
    group.throughput(Throughput::Elements(FEW));
    group.bench_function("bare compress256 loop", |b| b.iter(|| bare(black_box(FEW))));
    group.bench_function("search", |b| b.iter(|| search(&hopeless(), 0..black_box(FEW))));
    group.finish();
}

criterion_group!(benches, ratios, samples);
criterion_main!(benches);
