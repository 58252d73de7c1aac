//! Canonical decoding and encoding of transactions and blocks beside the CBOR library without our checks.
//!
//! No goal of its own: decoding counts in `validate_chain`.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic};
use ehr_core::block::Block;
use ehr_core::codec::Wire;
use ehr_core::tx::{SignedTx, Tx, TxBody};

const TXS: usize = 500;
const ROUNDS: usize = 51;

fn ratios(c: &mut Criterion) {
    let mut clinic = Clinic::new(TXS);
    let block = clinic.record_block();
    let txs: Vec<&[u8]> = block.txs().iter().map(Tx::bytes).collect();
    let decode = Beside::sampled(
        c,
        "decode transactions",
        ROUNDS,
        || {
            for bytes in &txs {
                let signed: SignedTx = serde_ipld_dagcbor::from_slice(bytes).unwrap();
                std::hint::black_box(serde_ipld_dagcbor::from_slice::<TxBody>(&signed.body).unwrap());
            }
        },
        || txs.iter().for_each(|bytes| drop(Tx::decode(bytes).unwrap())),
    );
    decode.print("decode a transaction, canonical or refused, and its id", TXS as f64, "transaction", None);
    let encode = Beside::sampled(
        c,
        "encode transaction bodies",
        ROUNDS,
        || block.txs().iter().for_each(|tx| drop(serde_ipld_dagcbor::to_vec(tx.body()).unwrap())),
        || block.txs().iter().for_each(|tx| drop(tx.body().to_bytes().unwrap())),
    );
    encode.print("encode a transaction body", TXS as f64, "transaction", None);
    let spec = &clinic.ledger.spec;
    let bytes = block.bytes();
    let whole = Beside::sampled(
        c,
        "decode and check a block",
        ROUNDS,
        || txs.iter().for_each(|bytes| drop(Tx::decode(bytes).unwrap())),
        || drop(Block::decode(bytes).unwrap().check(spec).unwrap()),
    );
    whole.print("decode and check a block, beside its transactions", TXS as f64, "transaction", None);
}

criterion_group!(benches, ratios);
criterion_main!(benches);
