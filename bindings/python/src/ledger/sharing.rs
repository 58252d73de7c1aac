//! Asking for access, granting, refusing, revoking, handing over.

use super::operation::operation;
use crate::args::{Account, IdArg, Keys, Set, When, Word};
use crate::ids::{GrantId, RecordId, RequestId, TxId};
use crate::values::{ResourceArg, SubjectArg, TermsArg};
use ehr_core::policy::{Actions, Purposes};
use ehr_core::primitives::{Timestamp, VersionNo};
use ehr_core::tx::DenyCode;

operation! {
    /// Asks a patient for access. `why` stays off the chain. An officer of the institution signs too.
    draft_request, request_access -> RequestId,
    [patient, *, requester, institution, resource, actions, purposes, until, why, payer],
    (
        patient: Account, requester: Keys, institution: Account, resource: ResourceArg, actions: Set<Actions>,
        purposes: Set<Purposes>, until: When, why: String, payer: Keys,
    ),
    here (institution),
    |ledger| ledger.draft_request(
        payer.0, requester.0, institution.0, patient.0, resource.0, actions.0, purposes.0, Timestamp(until.0), why,
    )
}

operation! {
    /// Grants access and hands over the keys it needs.
    draft_grant, grant -> GrantId,
    [terms, *, patient, payer], (terms: TermsArg, patient: Keys, payer: Keys), here (),
    |ledger| ledger.draft_grant(payer.0, patient.0, terms.0)
}

operation! {
    /// Answers a request with a grant: of what was asked for, or of `terms`, which must not be more.
    draft_acknowledge, acknowledge -> GrantId,
    [request, *, patient, payer, terms = None],
    (request: IdArg<RequestId>, patient: Keys, payer: Keys, terms: Option<TermsArg>), here (),
    |ledger| ledger.draft_acknowledge(payer.0, patient.0, request.0, terms.map(|terms| terms.0))
}

operation! {
    /// Refuses a request.
    draft_deny, deny -> TxId,
    [request, *, patient, payer, code = Word(DenyCode::Unstated)],
    (request: IdArg<RequestId>, patient: Keys, payer: Keys, code: Word<DenyCode>), here (),
    |ledger| ledger.draft_deny(payer.0, patient.0, request.0, code.0)
}

operation! {
    /// Ends a grant and changes the keys it reached, in one transaction.
    draft_revoke, revoke -> TxId,
    [grant, *, patient, payer], (grant: IdArg<GrantId>, patient: Keys, payer: Keys), here (),
    |ledger| ledger.draft_revoke(payer.0, patient.0, grant.0)
}

operation! {
    /// Ends every grant to a subject, exactly as granted, and changes the keys they reached.
    draft_revoke_subject, revoke_subject -> TxId,
    [subject, *, patient, payer], (subject: SubjectArg, patient: Keys, payer: Keys), here (),
    |ledger| ledger.draft_revoke_subject(payer.0, patient.0, subject.0)
}

operation! {
    /// States that a version was handed to somebody under a grant, which uses it once.
    draft_release, release -> TxId,
    [grant, *, releaser, recipient, record, version, purpose, payer, institution = None],
    (
        grant: IdArg<GrantId>, releaser: Keys, recipient: Account, record: IdArg<RecordId>, version: u32,
        purpose: Set<Purposes>, payer: Keys, institution: Option<Account>,
    ),
    here (recipient),
    |ledger| ledger.draft_release(
        payer.0, releaser.0, grant.0, recipient.0, institution.map(|institution| institution.0), purpose.0, record.0,
        VersionNo(version),
    )
}
