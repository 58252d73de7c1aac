//! Where and when a transaction is applied.

use super::Params;
use crate::primitives::{ChainId, Height, Timestamp};

/// What a rule may know beside the state and the transaction. Time is the block's, never a clock's.
#[derive(Clone, Copy, Debug)]
pub struct BlockContext<'a> {
    /// The chain.
    pub chain_id: ChainId,
    /// The shard.
    pub shard: u16,
    /// Height of the block that would hold the transaction.
    pub height: Height,
    /// Its time.
    pub time: Timestamp,
    /// The chain's parameters.
    pub params: &'a Params,
    /// Planted bugs, in tests.
    #[cfg(any(test, feature = "testing"))]
    pub bugs: crate::sim::Bug,
}

#[cfg(any(test, feature = "testing"))]
impl BlockContext<'_> {
    /// Planted bugs.
    pub(crate) const fn bugs(&self) -> crate::sim::Bug {
        self.bugs
    }
}
