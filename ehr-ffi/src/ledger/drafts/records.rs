//! Records and their versions, and the patient's answer to those proposed.

use crate::fault::call;
use crate::types::Section;
use crate::{Draft, Keyring, Ledger, Result};
use ehr_core::primitives::{AccountId, RecordId, ScopeId, TxId};
use ehr_core::record::Section as Plain;
use ehr_core::tx::RejectReason;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
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
}

fn plain(sections: &[Section]) -> Vec<Plain<'_>> {
    sections.iter().map(|section| Plain { media_type: &section.media_type, body: &section.body }).collect()
}
