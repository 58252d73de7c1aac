//! Who works for an institution.

use super::entry;
use crate::policy::StaffRoles;
use crate::primitives::{AccountId, Timestamp};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Institution and member, 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipId([u8; 64]);

impl MembershipId {
    /// The name of a membership.
    pub fn new(institution: AccountId, staff: AccountId) -> Self {
        let mut bytes = [0; 64];
        let (first, second) = bytes.split_at_mut(AccountId::LEN);
        first.copy_from_slice(institution.as_ref());
        second.copy_from_slice(staff.as_ref());
        Self(bytes)
    }
}

impl AsRef<[u8]> for MembershipId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A membership; a removed one is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Membership {
    /// Roles, at least one.
    pub roles: StaffRoles,
    /// Start, block time, inclusive.
    pub from: Timestamp,
    /// End, block time, exclusive.
    pub until: Timestamp,
}

impl Membership {
    /// Whether it is active at a block time.
    pub fn is_active(&self, time: Timestamp) -> bool {
        self.from <= time && time < self.until
    }
}

entry!(Membership, "membership", MEMBERSHIP, MembershipId);
