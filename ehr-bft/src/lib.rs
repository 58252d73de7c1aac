//! Proof of stake with instant finality: one validator as a sans-IO state machine.
//!
//! [`Bft`] runs Tendermint (arXiv 1807.04938) round Malachite's consensus core: frames of peers, blocks and the time go
//! in, and frames, requests and decisions come out ([`Input`], [`Output`]). It has no clock, no I/O, no threads and no
//! randomness. No type of Malachite's is in this interface (`docs/adr/0009-bft-engine.md`); the rules are numbered in
//! `docs/spec/bft.md`.
//!
//! What the host does:
//!
//! * It answers [`Output::Build`] with a block, [`Output::Check`] with a verdict, and [`Output::Serve`] with decided
//!   blocks of its store.
//! * It stores every [`Output::Persist`] and answers [`Input::Persisted`]. Nothing that depends on the write leaves
//!   before.
//! * It commits the block of [`Output::Decided`] and then says [`Input::Begin`] for the next height, with its
//!   validators.
//! * It calls [`Bft::step`] with [`Input::Tick`] when the time of [`Bft::poll_timeout`] has come.
//!
//! After a crash [`Bft::recover`] continues from the stored log.
//!
//! [`Replica`] is such a host: one node of a chain of stake, ledger engine and validator over one store, with the shape of
//! the engine itself. A program drives a replica; [`Bft`] alone is for other ledgers and for tests.
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

mod admit;
mod blocks;
mod catch_up;
mod config;
mod context;
mod decided;
mod effects;
mod frame;
mod guard;
mod height;
mod io;
mod late;
mod log;
mod machine;
mod memo;
mod message;
mod outbox;
mod peers;
mod recover;
pub mod replica;
mod saved;
mod signing;
#[cfg(any(test, feature = "testing"))]
pub mod sim;
mod timers;
mod verdicts;
mod verify;
mod wal;
mod witness;

pub use config::{BlockIdOf, Config, Timeouts};
pub use guard::{SignGuard, Step};
pub use io::{BatchId, Fatal, HeightStart, Input, LogWrite, Output};
pub use log::LogError;
pub use machine::Bft;
pub use memo::Memo;
pub use message::Message;
pub use peers::Offence;
pub use replica::Replica;
pub use saved::{RecoverError, Saved};
