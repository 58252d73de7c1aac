//! Which waiting transaction goes first (rule MP-1).

use crate::primitives::TxId;
use crate::tx::Tx;
use core::cmp::Reverse;

/// Fee per byte, highest first; among equals the one that came first; the id makes the order total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority {
    rate: Reverse<u64>,
    arrival: i64,
    id: TxId,
}

impl Priority {
    /// The priority of a transaction that arrived as number `arrival`; transactions given back by a
    /// reorganisation have negative numbers, so that they go before what came after them.
    pub fn new(tx: &Tx, arrival: i64) -> Self {
        Self { rate: Reverse(rate(tx)), arrival, id: tx.id() }
    }
    /// Fee in 1/65,536 credits per byte.
    pub const fn rate(&self) -> u64 {
        self.rate.0
    }
    /// The transaction.
    pub const fn id(&self) -> TxId {
        self.id
    }
    /// Arrival number.
    pub const fn arrival(&self) -> i64 {
        self.arrival
    }
}

/// Fee in 1/65,536 credits per byte, at most `u64::MAX`.
fn rate(tx: &Tx) -> u64 {
    let size = u128::try_from(tx.bytes().len()).unwrap_or(u128::MAX).max(1);
    let scaled = u128::from(tx.body().fee).saturating_mul(1 << 16).checked_div(size).unwrap_or(0);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}
