//! What goes into a replica and what comes out.

use crate::guard::Step;
use crate::io::Fatal;
use crate::peers::Offence;
use ehr_core::consensus::bft::Evidence;
use ehr_core::engine::{BatchId, LedgerEvent, Refused};
use ehr_core::primitives::{BlockId, Height, TxId};
use ehr_core::store::{ChangeSet, ReadError};
use ehr_core::transport::PeerId;
use std::sync::Arc;

/// What happened outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A peer sent bytes. Untrusted.
    Frame {
        /// Who.
        from: PeerId,
        /// What.
        bytes: Vec<u8>,
    },
    /// A user of this node submits a signed transaction.
    Submit {
        /// Its canonical bytes.
        bytes: Vec<u8>,
    },
    /// A batch is on disk and would survive a crash.
    Persisted {
        /// Which.
        batch: BatchId,
    },
    /// A batch could not be stored; the store is as before it. The replica stops ([`Stop::StoreFailed`]).
    PersistFailed {
        /// Which.
        batch: BatchId,
    },
    /// A connection is up.
    PeerUp(PeerId),
    /// A connection is gone.
    PeerDown(PeerId),
}

/// What the driver should do, in order. Nothing that depends on a batch comes out before it is persisted.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Store these changes atomically, then answer with `Persisted`. Nothing more comes out before that.
    Persist {
        /// Name for the answer. Numbered from 1 in order.
        batch: BatchId,
        /// The changes.
        changes: Arc<ChangeSet>,
    },
    /// Send a frame.
    Send {
        /// To whom.
        to: PeerId,
        /// The frame.
        bytes: Arc<[u8]>,
    },
    /// Close a connection.
    Disconnect {
        /// Whose.
        peer: PeerId,
        /// What it did last.
        why: Misconduct,
    },
    /// Something users of the node may wait for.
    Event(LedgerEvent),
    /// A validator said two things, told once. `report` is the transaction that will cost it stake; without one, whoever
    /// runs this node has to report it: its account has no signer here, or cannot pay.
    Convicted {
        /// The two messages.
        evidence: Box<Evidence>,
        /// The transaction that waits in the pool.
        report: Option<TxId>,
    },
    /// A message was not signed, so this validator abstains from it: the sign-protection record forbids it, or the key
    /// store did not answer.
    Abstained {
        /// Height of the message.
        height: Height,
        /// Its round.
        round: u32,
        /// What it would have been.
        step: Step,
        /// Why, in words; holds nothing private.
        why: String,
    },
    /// It was this validator's turn and it could not build a block; the next one in turn will.
    NotProposed {
        /// Height.
        height: Height,
        /// Round.
        round: u32,
        /// Why.
        why: Box<Refused>,
    },
    /// The replica stopped and does nothing more. What was decided is on disk or with the other validators.
    Stopped(Stop),
}

/// What a peer did wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misconduct {
    /// As a node of the ledger.
    #[error(transparent)]
    Ledger(#[from] ehr_core::engine::Offence),
    /// As a validator.
    #[error(transparent)]
    Votes(#[from] Offence),
    /// It sent a frame of neither kind (rule BF-30).
    #[error("sent a frame of an unknown kind")]
    Kind,
}

/// Why a replica stopped, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// The validator stopped.
    #[error(transparent)]
    Validator(#[from] Fatal),
    /// What was decided or signed could not be stored.
    #[error("batch {} could not be stored: repair the disk, then restart from what is on it", .0.0)]
    StoreFailed(BatchId),
    /// A decided block was refused: the store is not what it was, or this program follows other rules.
    #[error(
        "final block {block} of height {height} was refused: {why}; compare program versions and parameters, or restore the \
         store, then restart"
    )]
    Contradiction {
        /// Height.
        height: Height,
        /// The block.
        block: BlockId,
        /// Why it was refused.
        why: Box<Refused>,
    },
}

/// An input that was refused. The ledger is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The engine refused it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The replica has stopped ([`Output::Stopped`] said why).
    #[error("the replica has stopped")]
    Stopped,
}

impl From<ReadError> for InputError {
    fn from(error: ReadError) -> Self {
        Self::Refused(error.into())
    }
}

/// A replica that does not start. Nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Blocks of this chain are mined.
    #[error("blocks of this chain are sealed by work: it has no validators")]
    NotStake,
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] ehr_core::engine::RecoverError),
    /// The log, the sign-protection record or the key cannot be used.
    #[error(transparent)]
    Validator(#[from] crate::saved::RecoverError),
}

impl From<ReadError> for StartError {
    fn from(error: ReadError) -> Self {
        Self::Ledger(error.into())
    }
}
