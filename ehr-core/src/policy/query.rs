//! What is asked, and what the state says about it.

use super::{Actions, Purposes, Rule, StaffRoles};
use crate::primitives::{AccountId, RecordId, ScopeId, Timestamp, VersionNo};

/// The resource asked for, from the outside in, as deep as the question goes.
///
/// A question about a whole scope leaves `record` empty. A level that is merely not known is left empty too: no
/// permit on that level or below it then applies, and every deny does (rule P-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ResourceChain {
    /// The patient.
    pub account: AccountId,
    /// The scope the record is filed in.
    pub scope: Option<ScopeId>,
    /// The record.
    pub record: Option<RecordId>,
    /// The version.
    pub version: Option<VersionNo>,
    /// The section.
    pub section: Option<u16>,
}

/// May this account do this, for this purpose, to this resource?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AccessQuery {
    /// Who asks.
    pub subject: AccountId,
    /// The institution they act for; none when they act for themselves.
    pub acting_for: Option<AccountId>,
    /// Exactly one action.
    pub action: Actions,
    /// Exactly one purpose.
    pub purpose: Purposes,
    /// What is asked for.
    pub resource: ResourceChain,
}

/// A person's roles at an institution, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The roles.
    pub roles: StaffRoles,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
}

/// What one state of the ledger says about one query.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Whether the subject has an account.
    pub enrolled: bool,
    /// Whether that account is suspended.
    pub suspended: bool,
    /// Whether the institution acted for is admitted and not suspended. Ignored when the query names none.
    pub institution_admitted: bool,
    /// The subject's membership of the institution acted for.
    pub membership: Option<Membership>,
    /// The institution that wrote the version named in the query; none when the query names no version.
    pub author_institution: Option<AccountId>,
    /// Whether the resource was tombstoned.
    pub tombstoned: bool,
    /// The patient's rules, at most [`MAX_LIVE_GRANTS`](crate::codec::limits::MAX_LIVE_GRANTS) of them live;
    /// their order does not matter.
    pub rules: &'a [Rule],
}
