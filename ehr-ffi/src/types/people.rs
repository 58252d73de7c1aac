//! Accounts, memberships and what is granted to whom.

use ehr_core::policy::{Actions, Obligations, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::{AccountId, ScopeId, Timestamp};
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

/// What a patient grants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GrantTerms {
    /// Who may.
    pub subject: Subject,
    /// On what.
    pub resource: Resource,
    /// To do what.
    pub actions: Actions,
    /// For which purposes.
    pub purposes: Purposes,
    /// From when, block time, inclusive.
    pub not_before: Timestamp,
    /// Until when, block time, exclusive.
    pub not_after: Timestamp,
    /// How many times it may be delegated on.
    pub depth: u8,
    /// How many releases it allows; none means no limit.
    pub max_uses: Option<u32>,
    /// What is asked in return.
    pub obligations: Obligations,
    /// For a grant of everything: the scopes whose keys it hands over, as the chain does not list them.
    pub scopes: Vec<ScopeId>,
}
