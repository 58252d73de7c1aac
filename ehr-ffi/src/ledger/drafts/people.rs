//! Accounts, institutions, staff and scopes.

use crate::fault::call;
use crate::{Draft, Keyring, Ledger, Result};
use ehr_core::policy::StaffRoles;
use ehr_core::primitives::{AccountId, ScopeId, Timestamp};
use ehr_core::tx::{Role, RotateReason};
use std::sync::Arc;

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
}
