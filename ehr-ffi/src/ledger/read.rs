//! Asking the policy, and reading.

use super::Ledger;
use crate::types::OpenedVersion;
use crate::{Keyring, Result, unfinished};
use ehr_core::policy::{AccessQuery, Decision, Purposes};
use ehr_core::primitives::{AccountId, GrantId, RecordId, VersionNo};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Whether this is allowed now, and every rule that was considered.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn evaluate(&self, query: AccessQuery) -> Result<Decision> {
        let _ = (query,);
        unfinished()
    }

    /// As [`Ledger::evaluate`], considering one grant only: says why that one does not apply.
    ///
    /// # Errors
    /// `NotFound`: no such grant.
    pub fn explain(&self, query: AccessQuery, grant: GrantId) -> Result<Decision> {
        let _ = (query, grant);
        unfinished()
    }

    /// Opens a version, the newest if none is named: asks the policy, finds the keys, opens and checks the sections.
    /// `acting_for` is the institution the reader works for; its keys are needed where the version or grant is for it.
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
        let _ = (reader, record, version, purpose, acting_for, institution_keys);
        unfinished()
    }
}
