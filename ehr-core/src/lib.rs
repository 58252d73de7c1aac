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
//! | `foreign` | what other languages are shown: error kinds, ids as text (feature `foreign`) |
//! | [`client`] | what patients, doctors and institutions do with their keys |
//! | [`light`] | proofs checked with nothing but a trusted header |
//!
//! A node is an [`engine::Engine`]: give it inputs, perform its outputs. This one mines a block:
//!
//! ```
//! use ehr_core::engine::{Engine, EngineConfig, Input, Output};
//! use ehr_core::primitives::AccountId;
//! use ehr_core::state::testkit::Consortium; // made-up hospitals; feature `testing`
//! use ehr_core::store::{LedgerStore, MemoryStore};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let spec = Consortium::new(1).spec();
//! let (mut disk, now) = (MemoryStore::new(), spec.genesis().time.plus(10_000));
//! let mut engine = Engine::recover(spec, EngineConfig::default(), &disk)?;
//! engine.handle(now, &disk, Input::Produce { proposer: AccountId::ZERO })?;
//! while let Some(output) = engine.poll_output() {
//!     let input = match output {
//!         Output::Persist { batch, changes } => {
//!             disk.commit(&changes)?;
//!             Input::Persisted { batch }
//!         }
//!         Output::StartWork { work, template } => {
//!             let nonce = (0..).find(|nonce| template.is_solved_by(*nonce)).unwrap_or_default();
//!             Input::WorkFound { work, nonce }
//!         }
//!         _ => continue, // frames for peers, events for users
//!     };
//!     engine.handle(now, &disk, input)?;
//! }
//! assert_eq!(engine.best().header.height.0, 1);
//! # Ok(())
//! # }
//! ```
//!
//! Longer programs are in the `examples/` folder of the repository.
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
pub mod client;
pub mod codec;
pub mod consensus;
pub mod crypto;
pub mod engine;
#[cfg(feature = "foreign")]
pub mod foreign;
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

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
