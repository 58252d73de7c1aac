//! An offence that was punished.

use super::entry;
use crate::consensus::bft::Evidence;
use crate::primitives::Height;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What makes two pieces of evidence one offence: validator, height, round, and what was signed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffenceId([u8; 45]);

impl OffenceId {
    /// The offence that evidence shows: account 32 ‖ height 8 ‖ round 4 ‖ kind 1 (1 prevote, 2 precommit, 3
    /// proposal), numbers big-endian.
    pub fn of(evidence: &Evidence) -> Self {
        let kind = match evidence {
            Evidence::Votes { first, .. } => first.vote.kind.code(),
            Evidence::Proposals { .. } => 3,
        };
        let offender = evidence.offender();
        let parts: [&[u8]; 4] =
            [offender.as_ref(), &evidence.height().0.to_be_bytes(), &evidence.round().to_be_bytes(), &[kind]];
        let mut bytes = [0; 45];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        Self(bytes)
    }
}

impl AsRef<[u8]> for OffenceId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// An offence costs once, however many pairs of messages show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Offence {
    /// Height of the block that punished it.
    pub punished: Height,
    /// Credits it cost.
    pub slashed: u64,
}

entry!(Offence, "offence", OFFENCE, OffenceId);
