//! Asking the policy, and reading.

use super::Ledger;
use crate::fault::call;
use crate::types::{OpenedVersion, Section};
use crate::{Keyring, Result};
use ehr_core::client::Reader;
use ehr_core::policy::{AccessQuery, Decision, Purposes};
use ehr_core::primitives::{AccountId, GrantId, RecordId, VersionNo};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Whether this is allowed now, and every rule that was considered.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn evaluate(&self, query: AccessQuery) -> Result<Decision> {
        call(|| self.at_desk(|desk| Ok(desk.decide(&query)?)))
    }

    /// As [`Ledger::evaluate`], considering one grant only: says why that one does not apply.
    ///
    /// # Errors
    /// `NotFound`: no such grant.
    pub fn explain(&self, query: AccessQuery, grant: GrantId) -> Result<Decision> {
        call(|| self.at_desk(|desk| Ok(desk.explain(&query, grant)?)))
    }

    /// Opens a version, the newest if none is named: asks the policy, finds the keys, opens and checks the sections.
    /// `acting_for` is the institution the reader works for; what is wrapped to the institution opens only with
    /// `institution_keys`.
    ///
    /// # Errors
    /// `Denied` with the reason, `CannotOpen`, or `NotFound` for a version or a body.
    pub fn read(
        &self,
        reader: Arc<Keyring>,
        record: RecordId,
        version: Option<VersionNo>,
        purpose: Purposes,
        acting_for: Option<AccountId>,
        institution_keys: Option<Arc<Keyring>>,
    ) -> Result<OpenedVersion> {
        call(|| {
            let keys = reader.keys()?;
            let institution = institution_keys.map(|keys| keys.keys()).transpose()?;
            let reader = Reader { keys: &keys, acting_for, institution_keys: institution.as_deref() };
            let opened = self.at_desk(|desk| Ok(desk.read(&reader, record, version, purpose)?))?;
            let section = |mut section: ehr_core::client::ReadSection| Section {
                media_type: core::mem::take(&mut section.media_type),
                body: core::mem::take(&mut *section.body),
            };
            Ok(OpenedVersion {
                record: opened.record,
                version: opened.version,
                kind: opened.kind,
                sections: opened.sections.into_iter().map(section).collect(),
                author: opened.author,
                institution: opened.institution,
                basis: opened.basis,
                obligations: opened.obligations,
            })
        })
    }
}
