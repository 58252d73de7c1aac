//! Proof-of-work mining on all cores, outside the core library.

mod pool;
mod search;

pub use pool::mine;
pub use search::search;
