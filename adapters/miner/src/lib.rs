//! The search for the nonce of a block, on one thread or on all cores, for whoever drives the engine.

mod pool;
mod search;

pub use pool::mine;
pub use search::search;
