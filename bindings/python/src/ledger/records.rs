//! Scopes, records, versions and proposals.

use super::operation::{RecordRef, ScopeRef, operation};
use crate::args::{Account, Data, IdArg, Keys, Many, Word};
use crate::ids::{RecordId, ScopeId, TxId};
use crate::values::{SectionArg, Value, sections_of};
use ehr_core::tx::{RejectReason, RotateReason};

operation! {
    /// Makes a scope: a patient's group of records with a key of its own.
    draft_scope, create_scope -> Value<ScopeRef>,
    [patient, *, payer], (patient: Keys, payer: Keys), here (),
    |ledger| ledger.draft_scope(payer.0, patient.0)
}

operation! {
    /// Begins the next epoch of a scope's key.
    draft_rotate_scope, rotate_scope -> TxId,
    [scope, *, patient, payer, reason = Word(RotateReason::Routine)],
    (scope: IdArg<ScopeId>, patient: Keys, payer: Keys, reason: Word<RotateReason>), here (),
    |ledger| ledger.draft_rotate_scope(payer.0, patient.0, scope.0, reason.0)
}

operation! {
    /// Begins a record in a patient's scope: seals the sections on the way. The patient must sign.
    ///
    /// Give one `body` and its `media_type`, or several `sections`.
    draft_record, append_record -> Value<RecordRef>,
    [*, scope, author, institution, kind, payer, body = None, media_type = None, sections = None],
    (
        scope: IdArg<ScopeId>, author: Keys, institution: Account, kind: String, payer: Keys, body: Option<Data>,
        media_type: Option<String>, sections: Option<Many<SectionArg>>,
    ),
    here (institution),
    first { let sections = sections_of(body, media_type, sections)?; },
    |ledger| ledger.draft_record(payer.0, author.0, institution.0, scope.0, kind, sections)
}

operation! {
    /// Continues a record with its next version. The patient must sign.
    ///
    /// Give one `body` and its `media_type`, or several `sections`.
    draft_version, append_version -> Value<RecordRef>,
    [record, *, author, institution, kind, payer, body = None, media_type = None, sections = None],
    (
        record: IdArg<RecordId>, author: Keys, institution: Account, kind: String, payer: Keys, body: Option<Data>,
        media_type: Option<String>, sections: Option<Many<SectionArg>>,
    ),
    here (institution),
    first { let sections = sections_of(body, media_type, sections)?; },
    |ledger| ledger.draft_version(payer.0, author.0, institution.0, record.0, kind, sections)
}

operation! {
    /// As `append_record` for a patient who is not there: waits on the chain for `co_sign`.
    ///
    /// Give one `body` and its `media_type`, or several `sections`.
    draft_record_proposal, propose_record -> Value<RecordRef>,
    [*, scope, author, institution, kind, payer, body = None, media_type = None, sections = None],
    (
        scope: IdArg<ScopeId>, author: Keys, institution: Account, kind: String, payer: Keys, body: Option<Data>,
        media_type: Option<String>, sections: Option<Many<SectionArg>>,
    ),
    here (institution),
    first { let sections = sections_of(body, media_type, sections)?; },
    |ledger| ledger.draft_record_proposal(payer.0, author.0, institution.0, scope.0, kind, sections)
}

operation! {
    /// As `append_version` for a patient who is not there: waits on the chain for `co_sign`.
    ///
    /// Give one `body` and its `media_type`, or several `sections`.
    draft_version_proposal, propose_version -> Value<RecordRef>,
    [record, *, author, institution, kind, payer, body = None, media_type = None, sections = None],
    (
        record: IdArg<RecordId>, author: Keys, institution: Account, kind: String, payer: Keys, body: Option<Data>,
        media_type: Option<String>, sections: Option<Many<SectionArg>>,
    ),
    here (institution),
    first { let sections = sections_of(body, media_type, sections)?; },
    |ledger| ledger.draft_version_proposal(payer.0, author.0, institution.0, record.0, kind, sections)
}

operation! {
    /// The patient ratifies a proposal, named by its transaction.
    draft_co_sign, co_sign -> TxId,
    [proposal, *, patient, payer], (proposal: IdArg<TxId>, patient: Keys, payer: Keys), here (),
    |ledger| ledger.draft_co_sign(payer.0, patient.0, proposal.0)
}

operation! {
    /// The patient refuses a proposal.
    draft_reject, reject -> TxId,
    [proposal, *, patient, payer, reason = Word(RejectReason::Unstated)],
    (proposal: IdArg<TxId>, patient: Keys, payer: Keys, reason: Word<RejectReason>), here (),
    |ledger| ledger.draft_reject(payer.0, patient.0, proposal.0, reason.0)
}
