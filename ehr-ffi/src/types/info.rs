//! Records, grants, requests and proposals as the chain holds them.

use super::GrantTerms;
use ehr_core::policy::{Actions, Basis, Obligations, Purposes, Resource};
use ehr_core::primitives::{
    AccountId, ContentId, Epoch, GrantId, Height, RecordId, RequestId, ScopeId, Timestamp, TxId, VersionNo,
};

/// A part of a record version, in the clear.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Section {
    /// Media type, such as `application/fhir+json`.
    pub media_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A record version that was opened.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct OpenedVersion {
    /// The record.
    pub record: RecordId,
    /// Which version of it.
    pub version: VersionNo,
    /// Kind of record, as its author named it.
    pub kind: String,
    /// Its parts.
    pub sections: Vec<Section>,
    /// Who wrote it.
    pub author: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// On what the permission rests.
    pub basis: Basis,
    /// What is asked in return.
    pub obligations: Obligations,
}

/// A record version as the chain knows it: nothing clinical.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VersionInfo {
    /// The record.
    pub record: RecordId,
    /// Which version of it.
    pub version: VersionNo,
    /// The patient.
    pub account: AccountId,
    /// Where it is filed.
    pub scope: ScopeId,
    /// Epoch of the scope key it is wrapped to.
    pub epoch: Epoch,
    /// Who wrote it.
    pub author: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// The transaction that carries it.
    pub transaction: TxId,
    /// The transaction with which the patient ratified it later.
    pub ratified_by: Option<TxId>,
    /// Height of the block that made it part of the record.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
    /// The manifest, which lists the sealed sections.
    pub manifest: ContentId,
    /// The wraps of its keys.
    pub wraps: ContentId,
}

/// A patient's group of records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ScopeInfo {
    /// Its id.
    pub id: ScopeId,
    /// Whose it is.
    pub account: AccountId,
    /// The current epoch of its key.
    pub epoch: Epoch,
}

/// A grant as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GrantInfo {
    /// Its id.
    pub id: GrantId,
    /// The patient.
    pub account: AccountId,
    /// Who granted.
    pub grantor: AccountId,
    /// The grant it is delegated from.
    pub parent: Option<GrantId>,
    /// What it says. Scopes are not listed here.
    pub terms: GrantTerms,
    /// Releases under it.
    pub uses: u32,
    /// Height at which it was revoked.
    pub revoked: Option<Height>,
}

/// A request as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RequestInfo {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub requester: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// Whom.
    pub account: AccountId,
    /// For what.
    pub resource: Resource,
    /// To do what.
    pub actions: Actions,
    /// For which purposes.
    pub purposes: Purposes,
    /// Until when.
    pub until: Timestamp,
    /// `"Pending"`, `"Granted"` or `"Denied"`.
    pub status: String,
    /// The grant that answered it.
    pub grant: Option<GrantId>,
}

/// A proposal as the chain holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ProposalInfo {
    /// The proposing transaction.
    pub id: TxId,
    /// The record.
    pub record: RecordId,
    /// The version it would be.
    pub version: VersionNo,
    /// Who wrote it.
    pub author: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// Time from which it can no longer be ratified.
    pub expires: Timestamp,
    /// `"Open"`, `"Ratified"` or `"Rejected"`.
    pub status: String,
}
