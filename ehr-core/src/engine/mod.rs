//! The node without the world: a sans-IO engine.
//!
//! Inputs go in with the time and the disk as arguments; outputs come out of a queue; nothing leaves before what
//! it depends on is on disk. Three drivers run it: the simulator, `ehr-node`, and the foreign-language handle.

mod bodies;
mod chain;
mod entry;
mod fall_back;
mod fetch;
mod headers;
mod import;
mod io;
mod machine;
mod message;
mod outbox;
mod peers;
mod penalty;
mod refused;
mod stake;
mod switch;
mod sync;
mod tip;
mod work;

pub use chain::{Best, ChainError};
pub use entry::{
    BlockEntry, BlockStatus, GENESIS_KEY, TIP_KEY, TipEntry, block_at, block_entry, certificate_of,
};
pub use fetch::MAX_RUN;
pub use io::{BatchId, Input, LedgerEvent, Output, WorkId};
pub use machine::{Engine, EngineConfig};
pub use message::{Carried, Message, PROTOCOL};
pub use outbox::View;
pub use penalty::{Asked, Offence};
pub use refused::{RecoverError, Refused};
