//! What can go wrong with a node.

use ehr_core::engine::{RecoverError, Refused};
use ehr_core::primitives::TxId;
use ehr_core::store::{ReadError, StoreError};
use std::time::Duration;

/// A node that cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store holds another chain, does not answer, or is damaged.
    #[error(transparent)]
    Recover(#[from] RecoverError),
    /// The new ledger could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gave no thread or no timer.
    #[error("the node's thread does not start: {0}")]
    Thread(#[from] std::io::Error),
}

/// A request that a node did not fulfil. The ledger is as before the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The engine refused it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not take the changes.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not answer.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Another block came first, or another search was started; the transactions still wait.
    #[error("the search for a nonce was stopped: the chain moved on")]
    Stale,
    /// The transaction left the pool without being mined.
    #[error("transaction {0} was dropped")]
    Dropped(TxId),
    /// It did not happen in time.
    #[error("{what} did not happen within {} s", limit.as_secs())]
    TimedOut {
        /// What was waited for.
        what: &'static str,
        /// How long.
        limit: Duration,
    },
    /// The node has stopped.
    #[error("the node has stopped")]
    Stopped,
}
