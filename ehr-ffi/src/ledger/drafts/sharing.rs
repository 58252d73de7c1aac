//! Asking, granting, revoking, releasing.

use crate::fault::call;
use crate::types::GrantTerms;
use crate::{Draft, Keyring, Ledger, Result};
use ehr_core::policy::{Actions, Purposes, Resource, Subject};
use ehr_core::primitives::{AccountId, GrantId, RecordId, RequestId, Timestamp, VersionNo};
use ehr_core::tx::{DenyCode, RevokeTarget};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Asks a patient for access. `why` stays off the chain. An officer of the institution signs too.
    ///
    /// # Errors
    /// `NotFound`: one of them is not enrolled.
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
        call(|| {
            self.draft(&payer, &requester, |desk, requester, rng| {
                let (who, what) = (requester.id(), resource.clone());
                desk.request(who, institution, patient, what, actions, purposes, until, &why, rng)
            })
        })
    }

    /// Grants access and hands over the keys it needs.
    ///
    /// # Errors
    /// `NotFound`: what is granted does not exist. `CannotOpen`: its keys are not among what these keys open.
    pub fn draft_grant(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        terms: GrantTerms,
    ) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &patient, |desk, patient, rng| desk.grant(patient, &terms, rng)))
    }

    /// Answers a request with a grant: what was asked for, or these terms, which must not be more.
    ///
    /// # Errors
    /// `NotFound`: no such request. As [`Ledger::draft_grant`].
    pub fn draft_acknowledge(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        request: RequestId,
        terms: Option<GrantTerms>,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &patient, |desk, patient, rng| {
                desk.acknowledge(patient, request, terms.as_ref(), rng)
            })
        })
    }

    /// Refuses a request.
    ///
    /// # Errors
    /// `NotFound`: no such request.
    pub fn draft_deny(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        request: RequestId,
        code: DenyCode,
    ) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &patient, |desk, _, _| desk.deny(request, code)))
    }

    /// Ends a grant and changes the keys it reached, in one transaction.
    ///
    /// # Errors
    /// `NotFound`: no such grant.
    pub fn draft_revoke(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        grant: GrantId,
    ) -> Result<Arc<Draft>> {
        let target = RevokeTarget::Grant { id: grant };
        call(|| {
            self.draft(&payer, &patient, |desk, patient, rng| desk.revoke(patient, target.clone(), &[], rng))
        })
    }

    /// Ends every grant to a subject, exactly as granted, and changes the keys they reached.
    ///
    /// # Errors
    /// `NotFound`: there is none.
    pub fn draft_revoke_subject(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        subject: Subject,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &patient, |desk, patient, rng| {
                let target = RevokeTarget::Subject { account: patient.id(), subject: subject.clone() };
                desk.revoke(patient, target, &[], rng)
            })
        })
    }

    /// States that a version was handed to somebody under a grant, which uses it once.
    ///
    /// # Errors
    /// `NotFound`: no such grant or version. `Denied`: the grant does not permit it.
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
        call(|| {
            self.draft(&payer, &releaser, |desk, releaser, _| {
                desk.release(releaser.id(), grant, recipient, institution, purpose, record, version)
            })
        })
    }
}
