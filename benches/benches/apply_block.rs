//! Executing one checked block of 1,000 records, without decoding and commit, beside the raw batch of its signatures;
//! then when its transactions waited in the mempool before, so that their signatures are known to be valid.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic, raw_batch, signatures};
use ehr_core::crypto::signature::SignatureCache;
use ehr_core::validate;

const TXS: usize = 1000;
const ROUNDS: usize = 15;

fn ratios(c: &mut Criterion) {
    let mut clinic = Clinic::new(TXS);
    let txs = clinic.records();
    let block = clinic.block(&txs);
    let raw = signatures(&clinic.ledger, &block);
    let (spec, base, store) = (&clinic.ledger.spec, clinic.ledger.base(), &clinic.ledger.store);
    let execute = |cache: &SignatureCache| {
        drop(validate::execute_cached(spec, &base, store, &block, cache).unwrap());
    };
    let keys = SignatureCache::new();
    let synced = Beside::sampled(c, "execute, not seen", ROUNDS, || raw_batch(&raw), || execute(&keys));
    synced.print("execute a block, transactions not seen before", raw.len() as f64, "signature", None);
    let waited = SignatureCache::new();
    let time = clinic.ledger.next_time();
    for tx in &txs {
        validate::admit_cached(spec, store, clinic.ledger.tip(), time, tx, &waited).unwrap();
    }
    let mined = Beside::sampled(c, "execute, waited", ROUNDS, || raw_batch(&raw), || execute(&waited));
    mined.print("execute a block, transactions from the mempool", raw.len() as f64, "signature", None);
}

criterion_group!(benches, ratios);
criterion_main!(benches);
