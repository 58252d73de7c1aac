//! What a peer's misbehaviour costs it. Decided here and nowhere else (rule N-4).

use crate::codec::DecodeError;
use crate::consensus::SealError;
use crate::state::TxError;
use crate::validate::BlockError;

/// What a peer was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// `GetHeaders`.
    Headers,
    /// `GetBlocks`.
    Blocks,
}

impl core::fmt::Display for Asked {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Headers => "headers",
            Self::Blocks => "blocks",
        })
    }
}

/// Something a peer should not have done, or did not do in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Offence {
    /// A frame that is no message, or a message that holds undecodable bytes.
    #[error("sent bytes that do not decode: {0}")]
    Malformed(DecodeError),
    /// Another chain or another protocol.
    #[error("speaks for another chain or protocol")]
    Foreign,
    /// Any message before `Hello`.
    #[error("sent a message before its hello")]
    NoHello,
    /// More than a message may hold.
    #[error("{what}: {got}, at most {limit} allowed")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// Its limit.
        limit: usize,
        /// What came.
        got: usize,
    },
    /// Headers that do not link to each other or to a known block.
    #[error("sent headers that do not link")]
    Unlinked,
    /// A header that breaks a rule.
    #[error("sent a bad header: {0}")]
    BadHeader(SealError),
    /// A block that breaks a rule, or whose body is not what its header says.
    #[error("sent a bad block: {0}")]
    BadBlock(Box<BlockError>),
    /// A block nobody asked for.
    #[error("sent a block nobody asked for")]
    Unsolicited,
    /// A transaction that breaks a rule whatever the state is.
    #[error("sent a transaction that can never be valid")]
    BadTx,
    /// Did not answer in time, or not with what it said it has.
    #[error("did not send {0} in time")]
    Stalled(Asked),
    /// A chain whose headers do not outweigh ours, though it was announced as heavier.
    #[error("claimed more weight than its headers have")]
    Overclaimed,
    /// More connections than a node keeps.
    #[error("too many peers")]
    Crowded,
}

/// Score at which a peer is disconnected.
pub(super) const LIMIT: u32 = 100;

/// Late answers in a row at which a peer is disconnected; one answer in time clears them, as any network loses
/// some.
pub(super) const MAX_STALLS: u32 = 4;

/// What an offence adds to the peer's score; [`LIMIT`] disconnects at once.
pub(super) const fn cost(offence: &Offence) -> u32 {
    match offence {
        Offence::Malformed(_)
        | Offence::Foreign
        | Offence::TooMany { .. }
        | Offence::BadBlock(_)
        | Offence::Crowded => LIMIT,
        Offence::BadHeader(e) if e.is_transient() => 0,
        Offence::BadHeader(_) => LIMIT,
        Offence::Stalled(_) => 0,
        Offence::Overclaimed => 25,
        Offence::BadTx => 20,
        // Also what an honest peer's answer looks like when we changed our mind after asking.
        Offence::Unsolicited | Offence::Unlinked => 10,
        // A lost or overtaken hello is nobody's fault, a thousand messages without one are.
        Offence::NoHello => 1,
    }
}

/// Whether a transaction could not be valid on any tip of this chain, so that passing it on is the peer's fault.
pub(super) const fn is_forged(error: &TxError) -> bool {
    matches!(
        error,
        TxError::UnknownVersion { .. }
            | TxError::OtherChain
            | TxError::OtherShard { .. }
            | TxError::Window { .. }
            | TxError::UnsortedSignatures
            | TxError::BadSignature { .. }
    )
}
