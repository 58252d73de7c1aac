//! The validator sets round a block.

use super::entry;
use crate::consensus::bft::Validator;

/// Which set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetSlot {
    /// Who decided this block.
    Last,
    /// Who decides the next.
    Current,
    /// Who decides the one after.
    Next,
    /// What the epoch's changes are counted from.
    Base,
}

impl AsRef<[u8]> for SetSlot {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Last => &[0],
            Self::Current => &[1],
            Self::Next => &[2],
            Self::Base => &[3],
        }
    }
}

/// A validator set in canonical order: the bytes that its hash covers (rule BF-3). Kept as numbers, because most blocks
/// only hand it on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct SetEntry(pub Vec<Validator>);

entry!(SetEntry, "validator set", VALIDATORS, SetSlot);
