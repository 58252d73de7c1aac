//! The deterministic core of EHR Ledger.
//!
//! Hospitals append signed, sealed record versions to a shared chain; patients decide who reads what, why and
//! until when; anybody can verify; nothing clinical is ever on the chain. This crate holds every rule of that
//! and nothing else: it has no clock, no I/O, no threads and no randomness of its own. Time, keys, random bytes
//! and stored bytes come in as arguments, and what the outside should do comes out as values.
//!
//! | module | holds |
//! |---|---|
//! | [`primitives`] | ids, heights, times: newtypes |
//! | [`codec`] | canonical DAG-CBOR and its limits |
//! | [`crypto`] | hash, signature rule, sealing, wraps, keyring, key file |
//! | [`merkle`] | RFC 6962 tree, sparse Merkle state tree, header MMR |
//! | [`tx`], [`block`] | what is signed and what is mined |
//! | [`record`] | sections, manifests and the wraps that open them |
//! | [`policy`] | who may do what: one pure function |
//! | [`state`], [`validate`] | what a transaction changes, and when a block is valid |
//! | [`consensus`] | seal rules, work, difficulty, fork choice |
//! | [`mempool`], [`engine`] | the sans-IO node |
//! | [`store`], [`transport`] | traits where disks and networks plug in |
//! | [`light`] | proofs checked with nothing but a trusted header |
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::float_arithmetic,
        clippy::disallowed_types,
        clippy::disallowed_methods,
        clippy::cast_possible_truncation,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod block;
pub mod codec;
pub mod consensus;
pub mod crypto;
pub mod engine;
pub mod light;
pub mod mempool;
pub mod merkle;
mod planted;
pub mod policy;
pub mod primitives;
pub mod record;
#[cfg(any(test, feature = "testing"))]
pub mod sim;
pub mod state;
pub mod store;
pub mod transport;
pub mod tx;
pub mod validate;
