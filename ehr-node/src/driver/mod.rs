//! The driver: a thread with a clock, a store, a transport and a miner around the core's sans-IO engine, or around a
//! replica of a chain of stake.
//!
//! The thread does everything in one order: give an input to the engine, perform the outputs, wait for the next
//! input. Batches are stored on a thread of their own, so that the next block is validated while the last one is written;
//! what depends on a batch leaves when it is stored, answers included. Signatures of blocks are verified, and nonces searched for,
//! on threads of their own.

mod clock;
mod error;
mod helpers;
mod imports;
mod key_lock;
mod links;
mod machine;
mod mining;
mod node;
mod run;
mod snapshot;
mod wait;
mod writer;

pub use clock::{Clock, system_clock};
pub use error::{NodeError, StartError};
pub use helpers::SignatureThreads;
pub use machine::Notice;
pub use node::{Mined, Node, NodeConfig, Validator};
pub use snapshot::Snapshot;
