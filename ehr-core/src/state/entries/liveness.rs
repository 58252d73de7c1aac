//! Who was absent how often.

use super::entry;
use crate::primitives::{AccountId, Height};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Blocks that one validator did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Missed {
    /// The validator.
    pub account: AccountId,
    /// How many.
    pub blocks: u32,
}

/// Absences of one window. A window in which nobody was absent leaves the last one standing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Liveness {
    /// First height of the window.
    pub start: Height,
    /// Sorted by account.
    pub missed: Vec<Missed>,
}

impl Liveness {
    /// The id of the one list.
    pub const ID: &'static [u8; 0] = &[];

    /// Counts one more and returns how many that makes.
    pub(crate) fn count(&mut self, account: AccountId) -> u32 {
        let at = self.missed.partition_point(|other| other.account < account);
        if self.missed.get(at).is_none_or(|other| other.account != account) {
            self.missed.insert(at, Missed { account, blocks: 0 });
        }
        let Some(missed) = self.missed.get_mut(at) else { return 0 };
        missed.blocks = missed.blocks.saturating_add(1);
        missed.blocks
    }
}

entry!(Liveness, "liveness", LIVENESS, [u8; 0]);
