//! The driver: a thread with a clock, a store, a transport and a miner around the core's sans-IO engine.
//!
//! The thread does everything in one order: give an input to the engine, perform the outputs, wait for the next
//! input. Storing happens on it, because nothing may leave before it is stored anyway; the search for nonces runs
//! on threads of its own.

mod clock;
mod error;
mod links;
mod mining;
mod node;
mod run;
mod snapshot;
mod wait;

pub use clock::{Clock, system_clock};
pub use error::{NodeError, StartError};
pub use node::{Mined, Node, NodeConfig};
pub use snapshot::Snapshot;
