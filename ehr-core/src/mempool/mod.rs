//! Transactions that wait for a block: bounded by count, bytes and sender, replaced and evicted by rule.

mod order;
mod pool;

pub use order::Priority;
pub use pool::{Inserted, Mempool, PoolLimits, PoolRefusal};
