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

/// A transaction that carries a version: `draft_x, x, [the first of the signature], what it belongs to`.
macro_rules! writing {
    ($(#[$doc:meta])* $draft:ident, $name:ident, [$($first:tt)*], $target:ident: $id:ty) => {
        operation! {
            $(#[$doc])*
            ///
            /// Give one `body` and its `media_type`, or several `sections`.
            $draft, $name -> Value<RecordRef>,
            [$($first)*, author, institution, kind, payer, body = None, media_type = None, sections = None],
            (
                $target: IdArg<$id>, author: Keys, institution: Account, kind: String, payer: Keys,
                body: Option<Data>, media_type: Option<String>, sections: Option<Many<SectionArg>>,
            ),
            here (institution),
            first { let sections = sections_of(body, media_type, sections)?; },
            |ledger| ledger.$draft(payer.0, author.0, institution.0, $target.0, kind, sections)
        }
    };
}

writing! {
    /// Begins a record in a patient's scope: seals the sections on the way. The patient must sign.
    draft_record, append_record, [*, scope], scope: ScopeId
}

writing! {
    /// Continues a record with its next version. The patient must sign.
    draft_version, append_version, [record, *], record: RecordId
}

writing! {
    /// As `append_record` for a patient who is not there: waits on the chain for `co_sign`.
    draft_record_proposal, propose_record, [*, scope], scope: ScopeId
}

writing! {
    /// As `append_version` for a patient who is not there: waits on the chain for `co_sign`.
    draft_version_proposal, propose_version, [record, *], record: RecordId
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
