//! Transactions in the making. Whoever's keys are given signs at once; the others sign the draft. Nothing is stored or
//! sent before [`Ledger::submit`].

use super::Ledger;
use crate::types::{GrantTerms, Section};
use crate::{Draft, Keyring, Result, unfinished};
use ehr_core::policy::{Actions, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::{AccountId, GrantId, RecordId, RequestId, ScopeId, Timestamp, TxId, VersionNo};
use ehr_core::tx::{DenyCode, RejectReason, RotateReason};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Enrols an account. `payer` pays and, where enrolment is not open, is the institution that vouches.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_enrol(&self, payer: Arc<Keyring>, person: Arc<Keyring>) -> Result<Arc<Draft>> {
        let _ = (payer, person);
        unfinished()
    }

    /// Admits an enrolled institution; two thirds of the admitted ones must sign. `jurisdiction` is the ISO 3166-1 numeric
    /// code. The name itself stays off the chain.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_admit(
        &self,
        payer: Arc<Keyring>,
        institution: AccountId,
        name: String,
        jurisdiction: u16,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, institution, name, jurisdiction);
        unfinished()
    }

    /// Makes a person staff of an institution for a time; both sign.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_membership(
        &self,
        institution: Arc<Keyring>,
        staff: AccountId,
        roles: StaffRoles,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Arc<Draft>> {
        let _ = (institution, staff, roles, from, until);
        unfinished()
    }

    /// Ends a membership and changes the institution's encryption key. Save the keys before submitting.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_dismiss(&self, institution: Arc<Keyring>, staff: AccountId) -> Result<Arc<Draft>> {
        let _ = (institution, staff);
        unfinished()
    }

    /// Begins the next generation of an account's encryption key. Save the keys before submitting.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_rotate_keys(&self, payer: Arc<Keyring>, keys: Arc<Keyring>) -> Result<Arc<Draft>> {
        let _ = (payer, keys);
        unfinished()
    }

    /// Makes a scope: a patient's group of records with a key of its own.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_scope(&self, payer: Arc<Keyring>, patient: Arc<Keyring>) -> Result<Arc<Draft>> {
        let _ = (payer, patient);
        unfinished()
    }

    /// Begins the next epoch of a scope's key.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_rotate_scope(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        scope: ScopeId,
        reason: RotateReason,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, scope, reason);
        unfinished()
    }

    /// Begins a record in a patient's scope: seals the sections; the patient must co-sign.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_record(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        scope: ScopeId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, author, institution, scope, kind, sections);
        unfinished()
    }

    /// Continues a record with its next version; the patient must co-sign.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_version(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        record: RecordId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, author, institution, record, kind, sections);
        unfinished()
    }

    /// As [`Ledger::draft_record`], for a patient who is not there: waits on the chain to be co-signed.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_record_proposal(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        scope: ScopeId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, author, institution, scope, kind, sections);
        unfinished()
    }

    /// As [`Ledger::draft_version`], for a patient who is not there: waits on the chain to be co-signed.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_version_proposal(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        record: RecordId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, author, institution, record, kind, sections);
        unfinished()
    }

    /// The patient ratifies a proposal.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_co_sign(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        proposal: TxId,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, proposal);
        unfinished()
    }

    /// The patient refuses a proposal.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_reject(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        proposal: TxId,
        reason: RejectReason,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, proposal, reason);
        unfinished()
    }

    /// Asks a patient for access. `why` stays off the chain. An officer of the institution signs too.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    #[allow(clippy::too_many_arguments, reason = "each crosses by name")]
    pub fn draft_request(
        &self,
        payer: Arc<Keyring>,
        requester: Arc<Keyring>,
        institution: AccountId,
        patient: AccountId,
        resource: Resource,
        actions: Actions,
        purposes: Purposes,
        until: Timestamp,
        why: String,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, requester, institution, patient, resource, actions, purposes, until, why);
        unfinished()
    }

    /// Grants access and hands over the keys it needs.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_grant(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        terms: GrantTerms,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, terms);
        unfinished()
    }

    /// Answers a request with a grant: what was asked for, or these terms, which must not be more.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_acknowledge(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        request: RequestId,
        terms: Option<GrantTerms>,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, request, terms);
        unfinished()
    }

    /// Refuses a request.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_deny(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        request: RequestId,
        code: DenyCode,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, request, code);
        unfinished()
    }

    /// Ends a grant and changes the keys it reached, in one transaction.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_revoke(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        grant: GrantId,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, grant);
        unfinished()
    }

    /// Ends every grant to a subject, exactly as granted, and changes the keys they reached.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    pub fn draft_revoke_subject(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        subject: Subject,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, patient, subject);
        unfinished()
    }

    /// States that a version was handed to somebody under a grant, which uses it once.
    ///
    /// # Errors
    /// A rule of the ledger would refuse it, something it names does not exist, or keys are wiped.
    #[allow(clippy::too_many_arguments, reason = "each crosses by name")]
    pub fn draft_release(
        &self,
        payer: Arc<Keyring>,
        releaser: Arc<Keyring>,
        grant: GrantId,
        recipient: AccountId,
        institution: Option<AccountId>,
        purpose: Purposes,
        record: RecordId,
        version: VersionNo,
    ) -> Result<Arc<Draft>> {
        let _ = (payer, releaser, grant, recipient, institution, purpose, record, version);
        unfinished()
    }
}
