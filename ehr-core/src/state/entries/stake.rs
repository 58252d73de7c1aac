//! Stake of one account, and the list of those who have some.

use super::entry;
use crate::primitives::{AccountId, Height, Timestamp, VerifyingKey};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Stake that was withdrawn and is not paid out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Unbonding {
    /// Credits.
    pub amount: u64,
    /// Paid out in a block that is not before this time,
    pub time: Timestamp,
    /// and not below this height.
    pub height: Height,
}

/// What an institution has put up. Its key is bound to it from the first credit to the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct StakeEntry {
    /// Signs votes and proposals.
    pub key: VerifyingKey,
    /// Credits that vote unless jailed.
    pub bonded: u64,
    /// Height of the block that placed it.
    pub since: Height,
    /// From when it may come back, if it was slashed.
    pub jailed_until: Option<Timestamp>,
    /// Withdrawals that wait, oldest first, at most [`MAX_UNBONDING`](crate::codec::limits::MAX_UNBONDING).
    pub unbonding: Vec<Unbonding>,
}

impl StakeEntry {
    /// Whether it has a vote.
    pub const fn votes(&self) -> bool {
        self.bonded > 0 && self.jailed_until.is_none()
    }
}

entry!(StakeEntry, "stake", STAKE, AccountId);

/// Whoever has a [`StakeEntry`], sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Stakers {
    /// Their accounts.
    pub accounts: Vec<AccountId>,
}

impl Stakers {
    /// The id of the one list.
    pub const ID: &'static [u8; 0] = &[];
}

entry!(Stakers, "stakers", STAKERS, [u8; 0]);
