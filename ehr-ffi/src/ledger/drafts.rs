//! Transactions in the making. Whoever's keys are given signs at once; the others sign the draft. Nothing is stored or
//! sent before [`Ledger::submit`].

use super::Ledger;
use crate::fault::call;
use crate::types::{GrantTerms, Section};
use crate::{Draft, Keyring, Result};
use ehr_core::client::{self, AccountKeys, Desk};
use ehr_core::policy::{Actions, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::{AccountId, GrantId, RecordId, RequestId, ScopeId, Timestamp, TxId, VersionNo};
use ehr_core::record::Section as Plain;
use ehr_core::tx::{DenyCode, RejectReason, RevokeTarget, Role, RotateReason};
use rand_chacha::ChaCha20Rng;
use std::sync::Arc;

/// What makes a payload at a desk. May be called again when the tip moves.
type Made = core::result::Result<client::Draft, client::ClientError>;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Enrols an account. `payer` pays and, if it is an institution, vouches.
    ///
    /// # Errors
    /// Wiped keys, or the person's recovery key was forgotten before.
    pub fn draft_enrol(&self, payer: Arc<Keyring>, person: Arc<Keyring>) -> Result<Arc<Draft>> {
        call(|| {
            let keys = payer.keys()?;
            let sponsor =
                (keys.role() == Role::Institution && keys.id() != person.account()?).then(|| keys.id());
            self.draft(&payer, &person, |desk, person, _| desk.enrol(person, sponsor))
        })
    }

    /// Admits an enrolled institution; two thirds of the admitted ones must sign. `jurisdiction` is the ISO 3166-1
    /// numeric code. The name itself stays off the chain.
    ///
    /// # Errors
    /// `NotFound`: it is not enrolled.
    pub fn draft_admit(
        &self,
        payer: Arc<Keyring>,
        institution: AccountId,
        name: String,
        jurisdiction: u16,
    ) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &payer, |desk, _, rng| desk.admit(institution, &name, jurisdiction, rng)))
    }

    /// Makes a person staff of an institution for a time; both sign.
    ///
    /// # Errors
    /// `NotFound`: one of them is not enrolled. `InvalidArgument`: no role.
    pub fn draft_membership(
        &self,
        institution: Arc<Keyring>,
        staff: AccountId,
        roles: StaffRoles,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Arc<Draft>> {
        call(|| {
            let id = institution.account()?;
            self.draft(&institution, &institution, |desk, _, _| {
                desk.membership(id, staff, roles, from, until)
            })
        })
    }

    /// Ends a membership and changes the institution's encryption key. Save the keys before submitting.
    ///
    /// # Errors
    /// `NotFound`: one of them is not enrolled.
    pub fn draft_dismiss(&self, institution: Arc<Keyring>, staff: AccountId) -> Result<Arc<Draft>> {
        call(|| {
            self.draft_changing(&institution, &institution, |desk, keys, rng| desk.dismiss(keys, staff, rng))
        })
    }

    /// Begins the next generation of an account's encryption key. Save the keys before submitting.
    ///
    /// # Errors
    /// `NotFound`: not enrolled.
    pub fn draft_rotate_keys(&self, payer: Arc<Keyring>, keys: Arc<Keyring>) -> Result<Arc<Draft>> {
        call(|| self.draft_changing(&payer, &keys, |desk, keys, rng| desk.rotate_keys(keys, rng)))
    }

    /// Makes a scope: a patient's group of records with a key of its own.
    ///
    /// # Errors
    /// `NotFound`: the patient is not enrolled.
    pub fn draft_scope(&self, payer: Arc<Keyring>, patient: Arc<Keyring>) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &patient, |desk, patient, rng| desk.scope(patient, rng)))
    }

    /// Begins the next epoch of a scope's key.
    ///
    /// # Errors
    /// `NotFound`: no such scope. `CannotOpen`: its key is not among what these keys open.
    pub fn draft_rotate_scope(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        scope: ScopeId,
        reason: RotateReason,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &patient, |desk, patient, rng| desk.rotate_scope(patient, scope, reason, rng))
        })
    }

    /// Begins a record in a patient's scope: seals the sections; the patient must co-sign.
    ///
    /// # Errors
    /// `NotFound`: no such scope or account. `InvalidArgument`: the sections do not fit.
    pub fn draft_record(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        scope: ScopeId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &author, |desk, author, rng| {
                desk.record(author, institution, scope, &kind, &plain(&sections), rng)
            })
        })
    }

    /// Continues a record with its next version; the patient must co-sign.
    ///
    /// # Errors
    /// `NotFound`: no such record or account. `InvalidArgument`: the sections do not fit.
    pub fn draft_version(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        record: RecordId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &author, |desk, author, rng| {
                desk.version(author, institution, record, &kind, &plain(&sections), rng)
            })
        })
    }

    /// As [`Ledger::draft_record`], for a patient who is not there: waits on the chain to be co-signed.
    ///
    /// # Errors
    /// As there.
    pub fn draft_record_proposal(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        scope: ScopeId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &author, |desk, author, rng| {
                desk.propose(desk.record(author, institution, scope, &kind, &plain(&sections), rng)?)
            })
        })
    }

    /// As [`Ledger::draft_version`], for a patient who is not there: waits on the chain to be co-signed.
    ///
    /// # Errors
    /// As there.
    pub fn draft_version_proposal(
        &self,
        payer: Arc<Keyring>,
        author: Arc<Keyring>,
        institution: AccountId,
        record: RecordId,
        kind: String,
        sections: Vec<Section>,
    ) -> Result<Arc<Draft>> {
        call(|| {
            self.draft(&payer, &author, |desk, author, rng| {
                desk.propose(desk.version(author, institution, record, &kind, &plain(&sections), rng)?)
            })
        })
    }

    /// The patient ratifies a proposal.
    ///
    /// # Errors
    /// `NotFound`: no such proposal.
    pub fn draft_co_sign(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        proposal: TxId,
    ) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &patient, |desk, _, _| desk.co_sign(proposal)))
    }

    /// The patient refuses a proposal.
    ///
    /// # Errors
    /// `NotFound`: no such proposal.
    pub fn draft_reject(
        &self,
        payer: Arc<Keyring>,
        patient: Arc<Keyring>,
        proposal: TxId,
        reason: RejectReason,
    ) -> Result<Arc<Draft>> {
        call(|| self.draft(&payer, &patient, |desk, _, _| desk.reject(proposal, reason)))
    }

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

impl Ledger {
    /// A draft that one account's keys make, signed by these and by the payer.
    fn draft(
        &self,
        payer: &Keyring,
        by: &Keyring,
        make: impl Fn(&Desk<'_>, &AccountKeys, &mut ChaCha20Rng) -> Made,
    ) -> Result<Arc<Draft>> {
        let (payer, by, rng) = (payer.keys()?, by.keys()?, self.entropy.rng()?);
        let maker = Arc::clone(&by);
        self.compose(payer.id(), &[payer, by], |desk| Ok(make(desk, &maker, &mut rng.clone())?))
    }

    /// A draft that begins a new generation of `changed`, which is in the keyring when this returns.
    fn draft_changing(
        &self,
        payer: &Keyring,
        changed: &Keyring,
        make: impl Fn(&Desk<'_>, &mut AccountKeys, &mut ChaCha20Rng) -> Made,
    ) -> Result<Arc<Draft>> {
        let (payer, by, rng) = (payer.keys()?, changed.keys()?, self.entropy.rng()?);
        self.compose(payer.id(), &[payer, by], |desk| {
            changed.change(|keys| Ok(make(desk, keys, &mut rng.clone())?))
        })
    }

    /// Makes the payload at a desk, puts the envelope around it and signs it.
    fn compose(
        &self,
        payer: AccountId,
        signers: &[Arc<AccountKeys>],
        make: impl Fn(&Desk<'_>) -> Result<client::Draft>,
    ) -> Result<Arc<Draft>> {
        let (mut tx, about, needed) = self.at_desk(|desk| {
            let draft = make(desk)?;
            let about = draft.about.clone();
            let nonce = self.take_nonce(desk, payer)?;
            let tx = desk.compose(payer, nonce, draft)?;
            let needed = desk.missing(&tx)?;
            Ok((tx, about, needed))
        })?;
        for keys in signers {
            tx.sign(keys)?;
        }
        Ok(Draft::of(tx, about, needed))
    }

    /// A nonce that no transaction of the payer's has, whether mined, waiting or drafted.
    fn take_nonce(&self, desk: &Desk<'_>, payer: AccountId) -> Result<u64> {
        loop {
            let in_use = self.core(|core| Ok(core.nonces_in_use(payer)))?;
            let nonce = desk.next_nonce(payer, &in_use)?;
            // Another thread may have taken it meanwhile.
            if self.core(|core| Ok(core.drafted.take(payer, nonce)))? {
                return Ok(nonce);
            }
        }
    }
}

fn plain(sections: &[Section]) -> Vec<Plain<'_>> {
    sections.iter().map(|section| Plain { media_type: &section.media_type, body: &section.body }).collect()
}
