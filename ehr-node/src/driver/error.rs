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
    /// The validator's log, record or key cannot be used, or blocks of this chain are mined.
    #[error(transparent)]
    Replica(#[from] ehr_bft::replica::StartError),
    /// Validators decide the blocks of this chain, and no keys of one were given.
    #[error("validators decide the blocks of this chain: a node needs keys to follow or to vote")]
    NoValidator,
    /// Another process has the validator's key.
    #[error("{0}")]
    KeyLock(String),
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
    /// What was asked for makes sense under the other consensus only.
    #[error("validators decide the blocks of this chain: none can be mined or imported")]
    OtherConsensus,
    /// The validator of this node stopped; a notice said why.
    #[error("the validator has stopped: its notice says why and what to do")]
    ValidatorStopped,
    /// The replica refused it.
    #[error("{0}")]
    Validator(String),
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
