//! Accounts and memberships.

use ehr_core::policy::StaffRoles;
use ehr_core::primitives::{AccountId, Timestamp};
use ehr_core::tx::Role;

/// An account as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AccountInfo {
    /// Its id.
    pub id: AccountId,
    /// What it is.
    pub role: Role,
    /// Who vouched for it.
    pub sponsor: Option<AccountId>,
    /// Its encryption key, 32 bytes.
    pub encryption_key: Vec<u8>,
    /// Generation of that key.
    pub generation: u32,
    /// Live devices.
    pub devices: u32,
    /// Credits.
    pub balance: u64,
    /// Whether it is an institution that is admitted.
    pub admitted: bool,
}

/// A live device of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct DeviceInfo {
    /// Its number; never used again.
    pub number: u32,
    /// The key that signs, 32 bytes.
    pub public_key: Vec<u8>,
    /// Whether it may add and remove devices.
    pub manages: bool,
}

/// A membership as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct MembershipInfo {
    /// The roles.
    pub roles: StaffRoles,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
}
