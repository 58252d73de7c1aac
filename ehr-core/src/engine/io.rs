//! What goes in and what comes out.

use super::Offence;
use crate::block::WorkTemplate;
use crate::consensus::bft::Certificate;
use crate::primitives::{AccountId, BlockId, Height, Timestamp, TxId};
use crate::store::ChangeSet;
use crate::transport::PeerId;
use std::sync::Arc;

/// Names one `Persist` output. Numbered from 1 in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

/// Names one `StartWork` output. Numbered from 1 in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkId(pub u64);

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
    /// A block from a file or another process on this machine. Untrusted all the same.
    Import {
        /// Its canonical bytes.
        bytes: Vec<u8>,
    },
    /// Several of them, in order. The first that is refused ends it with [`Refused::Run`](super::Refused::Run).
    ImportRun {
        /// The canonical bytes of each. All are held until they are taken.
        blocks: Arc<[Vec<u8>]>,
    },
    /// Build a block on the tip; work replaces any work under way.
    Produce {
        /// Account credited with fees.
        proposer: AccountId,
    },
    /// A nonce was found. Unknown or stale work is refused and changes nothing.
    WorkFound {
        /// For which work.
        work: WorkId,
        /// The nonce.
        nonce: u64,
    },
    /// A block that validators decided, under proof of stake. The certificate must prove it.
    Finalise {
        /// Its canonical bytes.
        bytes: Vec<u8>,
        /// The proof.
        certificate: Certificate,
    },
    /// A batch is on disk and would survive a crash.
    Persisted {
        /// Which.
        batch: BatchId,
    },
    /// A batch could not be stored; the store is as before it. The engine falls back to what is on disk.
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
        /// Name for the answer.
        batch: BatchId,
        /// The changes.
        changes: Arc<ChangeSet>,
    },
    /// Send a frame.
    Send {
        /// To whom.
        to: PeerId,
        /// Canonical bytes of a message.
        bytes: Vec<u8>,
    },
    /// Close a connection.
    Disconnect {
        /// Whose.
        peer: PeerId,
        /// What it did last.
        why: Offence,
    },
    /// Search for a nonce.
    StartWork {
        /// Name for the answer.
        work: WorkId,
        /// The two blocks of the hash.
        template: WorkTemplate,
    },
    /// Stop searching: the work is stale.
    StopWork {
        /// Which.
        work: WorkId,
    },
    /// Something users of the node may wait for.
    Event(LedgerEvent),
}

/// What users of a node are told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum LedgerEvent {
    /// The best chain changed, and this is on disk.
    TipMoved {
        /// Old tip.
        from: BlockId,
        /// New tip.
        to: BlockId,
        /// Height of the new tip.
        height: Height,
        /// Blocks of the old chain that were undone.
        undone: u64,
        /// Blocks that were connected.
        connected: u64,
    },
    /// Everything up to here has the confirmations the chain asks for.
    Final {
        /// Height.
        height: Height,
        /// Block at that height.
        id: BlockId,
    },
    /// A transaction was taken into the pool.
    TxAccepted(TxId),
    /// A transaction left the pool without being mined.
    TxDropped(TxId),
    /// A block in a better chain breaks a rule.
    BlockRefused {
        /// Which.
        id: BlockId,
        /// Why, in words; holds nothing private.
        why: String,
    },
    /// The clock given is behind one given before; the later one is used.
    ClockWentBack {
        /// Latest time seen.
        latest: Timestamp,
        /// Time given now.
        given: Timestamp,
    },
    /// A better chain came and cannot be taken, as the store is damaged: a block cannot be undone. The node stays
    /// on the chain it has.
    Damaged {
        /// What is wrong, in words; holds nothing private.
        what: String,
    },
    /// A batch could not be stored; the engine is back at what is on disk.
    StoreFailed(BatchId),
}
