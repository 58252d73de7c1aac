//! What makes a header's seal valid (rules W-2, W-3, W-6, W-7 and H-5). One trait, one implementation a kind of
//! consensus, an enum that dispatches, so that nothing above carries a type parameter.

use super::{
    CompactTarget, DifficultyRule, ProofOfStake, TargetError, TimeError, Weight, check_header_time,
    future_bound_ms,
};
use crate::block::{Header, ProofHeader};
use crate::primitives::{BlockId, Height, Timestamp};

/// A header whose seal is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Not a header version this software knows.
    #[error("header version {got} is unknown, this chain uses {want}")]
    UnknownVersion {
        /// Header's version.
        got: u16,
        /// Version known.
        want: u16,
    },
    /// Sealed by stake where work is asked for.
    #[error("header is sealed by stake, this chain asks for work")]
    NotWork,
    /// Sealed by work where stake is asked for.
    #[error("header is sealed by work, this chain asks for stake")]
    NotStake,
    /// A round no vote can name.
    #[error("header is of round {got}, at most {limit} allowed")]
    Round {
        /// [`limits::MAX_ROUND`](crate::codec::limits::MAX_ROUND).
        limit: u32,
        /// Header's round.
        got: u64,
    },
    /// The claimed target is none.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The hash is above the target the header itself claims: no work was done.
    #[error("hash {id} does not meet target {bits:#010x}")]
    HashAboveTarget {
        /// The header's id.
        id: BlockId,
        /// The target claimed.
        bits: u32,
    },
    /// Another chain's header.
    #[error("header belongs to another chain")]
    OtherChain,
    /// Another shard's header.
    #[error("header belongs to shard {got}, its parent to shard {want}")]
    OtherShard {
        /// Header's shard.
        got: u16,
        /// Parent's shard.
        want: u16,
    },
    /// `prev` is not the parent it was checked against.
    #[error("header names parent {got}, checked against {want}")]
    NotChild {
        /// Parent the header names.
        got: BlockId,
        /// Parent given.
        want: BlockId,
    },
    /// Height is not the parent's plus one.
    #[error("header height {got} follows height {parent}")]
    NotNextHeight {
        /// Header's height.
        got: Height,
        /// Parent's height.
        parent: Height,
    },
    /// The claimed target is not what the difficulty rule gives.
    #[error("header claims target {got:#010x}, the difficulty rule gives {want:#010x}")]
    WrongTarget {
        /// Bits claimed.
        got: u32,
        /// Bits by rule.
        want: u32,
    },
    /// The weight of the chain up to it does not fit 256 bits (rule W-5).
    #[error("weight of the chain up to this header does not fit 256 bits")]
    Overweight,
    /// Header time.
    #[error(transparent)]
    Time(#[from] TimeError),
}

impl SealError {
    /// Whether the same header may be valid later: hold it or forget it, but do not mark it bad.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Time(TimeError::TooFarAhead { .. }))
    }
}

/// A header whose own seal was accepted, with its id at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The header's id.
    pub id: BlockId,
    /// The header.
    pub proof: ProofHeader,
}

impl From<ProofHeader> for Parent {
    fn from(proof: ProofHeader) -> Self {
        Self { id: proof.id(), proof }
    }
}

/// The rules of one kind of consensus, over proof headers. Genesis is not checked: the chain id fixes it.
pub trait SealRules {
    /// Checks what needs no parent; cheap enough for any header from anybody.
    ///
    /// # Errors
    /// Unknown version, wrong kind of seal, or no work behind it.
    fn check_alone(&self, header: &ProofHeader) -> Result<(), SealError>;

    /// Checks a header that passed [`SealRules::check_alone`] against its accepted parent and the local clock.
    ///
    /// # Errors
    /// Not the parent's child, wrong target, or wrong time; see [`SealError::is_transient`].
    fn check_after(&self, header: &ProofHeader, parent: &Parent, now: Timestamp) -> Result<(), SealError>;

    /// What the header adds to its chain's weight; zero for one that [`SealRules::check_alone`] refuses.
    fn weight(&self, header: &ProofHeader) -> Weight;
}

/// That a header continues its parent on the same chain and shard (rule W-2).
pub(super) fn check_place(header: &ProofHeader, parent: &Parent) -> Result<(), SealError> {
    if header.chain != parent.proof.chain {
        return Err(SealError::OtherChain);
    }
    if header.shard != parent.proof.shard {
        return Err(SealError::OtherShard { got: header.shard, want: parent.proof.shard });
    }
    if header.prev != parent.id {
        return Err(SealError::NotChild { got: header.prev, want: parent.id });
    }
    if parent.proof.height.next() != Some(header.height) {
        return Err(SealError::NotNextHeight { got: header.height, parent: parent.proof.height });
    }
    Ok(())
}

/// Proof of work under a difficulty rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofOfWork {
    /// How hard a block must be.
    pub difficulty: DifficultyRule,
    /// Time of the genesis header, where ASERT's schedule starts.
    pub genesis_time: Timestamp,
}

impl ProofOfWork {
    /// The target a child of this parent must have.
    pub fn target_after(&self, parent: &ProofHeader) -> CompactTarget {
        self.difficulty.target_after(self.genesis_time, parent.height, parent.time)
    }
}

impl SealRules for ProofOfWork {
    fn check_alone(&self, header: &ProofHeader) -> Result<(), SealError> {
        if header.version != Header::VERSION {
            return Err(SealError::UnknownVersion { got: header.version, want: Header::VERSION });
        }
        if header.bits == 0 {
            return Err(SealError::NotWork);
        }
        let target = CompactTarget::from_bits(header.bits)?;
        let id = header.id();
        if !target.is_met_by(&id) {
            return Err(SealError::HashAboveTarget { id, bits: header.bits });
        }
        Ok(())
    }

    fn check_after(&self, header: &ProofHeader, parent: &Parent, now: Timestamp) -> Result<(), SealError> {
        check_place(header, parent)?;
        let want = self.target_after(&parent.proof).bits();
        if header.bits != want {
            return Err(SealError::WrongTarget { got: header.bits, want });
        }
        check_header_time(header.time, parent.proof.time, now, future_bound_ms(&self.difficulty))?;
        Ok(())
    }

    fn weight(&self, header: &ProofHeader) -> Weight {
        CompactTarget::from_bits(header.bits).map_or(Weight::ZERO, Weight::of_target)
    }
}

/// The consensus of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consensus {
    /// Most accumulated work.
    Work(ProofOfWork),
    /// Stake-weighted votes.
    Stake(ProofOfStake),
}

impl SealRules for Consensus {
    fn check_alone(&self, header: &ProofHeader) -> Result<(), SealError> {
        match self {
            Self::Work(rules) => rules.check_alone(header),
            Self::Stake(rules) => rules.check_alone(header),
        }
    }

    fn check_after(&self, header: &ProofHeader, parent: &Parent, now: Timestamp) -> Result<(), SealError> {
        match self {
            Self::Work(rules) => rules.check_after(header, parent, now),
            Self::Stake(rules) => rules.check_after(header, parent, now),
        }
    }

    fn weight(&self, header: &ProofHeader) -> Weight {
        match self {
            Self::Work(rules) => rules.weight(header),
            Self::Stake(rules) => rules.weight(header),
        }
    }
}
