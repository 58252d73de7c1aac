//! What goes in and what comes out.

use crate::guard::Step;
use crate::peers::Offence;
use ehr_core::consensus::bft::{Certificate, Evidence, ValidatorSet};
use ehr_core::primitives::{BlockId, Height};
use ehr_core::transport::PeerId;
use std::sync::Arc;

/// Names one [`Output::Persist`]. Numbered from 1 in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

/// A height and who decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeightStart {
    /// The height; the block below it is in the store.
    pub height: Height,
    /// Who decides it.
    pub validators: ValidatorSet,
    /// Who decides the height after it, so that early messages can be authenticated.
    pub next: ValidatorSet,
}

/// What happened outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The decided block is in the store: start the height above it, when late precommits are in or were waited for
    /// (rule BF-36). Any other height is ignored.
    Begin(HeightStart),
    /// A peer sent bytes. Untrusted.
    Frame {
        /// Who.
        from: PeerId,
        /// What.
        bytes: Vec<u8>,
    },
    /// The answer to [`Output::Build`]. Late ones are ignored.
    Built {
        /// Height asked for.
        height: Height,
        /// Round asked for.
        round: u32,
        /// The block's bytes.
        block: Vec<u8>,
    },
    /// The answer to [`Output::Check`].
    Checked {
        /// Which block.
        block: BlockId,
        /// Whether it may follow the block below.
        valid: bool,
    },
    /// The write of a batch would survive a crash.
    Persisted(BatchId),
    /// The write of a batch failed, wholly or in part. The validator stops ([`Fatal::LogFailed`]).
    PersistFailed(BatchId),
    /// A connection is gone.
    PeerDown(PeerId),
    /// Time passed.
    Tick,
}

/// A write to the log and the sign-protection record (rule BF-18): the log first, or both at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogWrite {
    /// Empty the log before appending.
    pub start_over: bool,
    /// Bytes to append to the log.
    pub append: Vec<u8>,
    /// What replaces the sign-protection record, if it changes.
    pub guard: Option<Vec<u8>>,
}

/// What the host should do, in order.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Make this write survive a crash, then answer [`Input::Persisted`]. What depends on it comes out afterwards.
    Persist {
        /// Name for the answer.
        batch: BatchId,
        /// What to write.
        write: LogWrite,
    },
    /// Send a frame to one peer.
    Send {
        /// To whom.
        to: PeerId,
        /// Bytes of a [`Message`](crate::Message).
        bytes: Vec<u8>,
    },
    /// Send a frame to every peer.
    Broadcast {
        /// Bytes of a [`Message`](crate::Message).
        bytes: Arc<[u8]>,
    },
    /// Build a block on the one below and answer [`Input::Built`].
    Build {
        /// For this height.
        height: Height,
        /// For this round.
        round: u32,
    },
    /// Check a block against the one below and answer [`Input::Checked`]. Its bytes have this id. The host may answer late,
    /// so that a block of the future is voted for when its time has come.
    Check {
        /// Height it is proposed for.
        height: Height,
        /// Its id.
        block: BlockId,
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// Its certificate came: it is to be judged whatever the clock says. Such a question may follow one without.
        decided: bool,
    },
    /// A block is final. Commit it, then answer [`Input::Begin`]. After a crash it may come again.
    Decided {
        /// The proof.
        certificate: Certificate,
        /// Its bytes.
        bytes: Arc<[u8]>,
    },
    /// A peer is behind: send it [`Message::Decided`](crate::Message::Decided) for each of these heights the store has.
    Serve {
        /// Who asks.
        to: PeerId,
        /// First height.
        from: Height,
        /// How many.
        count: u16,
    },
    /// A validator is convicted: put this into a block. The same offence does not come twice from one process.
    Evidence(Evidence),
    /// Close a connection.
    Disconnect {
        /// Whose.
        peer: PeerId,
        /// What it did last.
        why: Offence,
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
    /// The validator stopped and does nothing more.
    Halted(Fatal),
}

/// Why a validator stopped, and what to do. It votes no more; other validators go on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fatal {
    /// The log could not be written, so what was signed might be forgotten.
    #[error("log batch {} could not be written: repair the disk, then restart from what is on it", .0.0)]
    LogFailed(BatchId),
    /// Another process signs with this validator's key, or this one forgot that it did.
    #[error(
        "a vote of height {height} round {round} carries this validator's signature and is in no log here: stop the \
         other process that holds the key before starting again; if there is none, this store was lost or is an old \
         copy: have the record skip every height the key may have signed (`SignGuard::skip`)"
    )]
    KeyInUse {
        /// Height of the vote.
        height: Height,
        /// Its round.
        round: u32,
    },
    /// Two thirds decided a block that this host finds invalid: they or we run other rules, or more than a third lies.
    #[error(
        "block {block} of height {height} is final and invalid here: compare program versions and parameters"
    )]
    Contradiction {
        /// Height.
        height: Height,
        /// The block.
        block: BlockId,
    },
    /// The consensus core refused to go on: a mistake in this program. The log and the record are whole.
    #[error("consensus core: {0}: report this, and restart from what is on disk")]
    Core(String),
}
