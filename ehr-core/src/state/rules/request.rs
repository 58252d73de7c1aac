//! Rules: requests for access and their answers (kinds 23, 24 and 25).

use super::{Run, grant, resource, staff};
use crate::block::EventCode;
use crate::policy::Subject;
use crate::primitives::{AccountId, GrantId, RequestId};
use crate::state::entries::{Account, Request, RequestStatus};
use crate::state::{Draft, TxError};
use crate::tx::{AccessRequest, Acknowledge, DenyRequest, Grant};

/// Whose answer a request waits for.
pub(super) fn patient(draft: &Draft<'_, '_>, request: RequestId) -> Result<AccountId, TxError> {
    Ok(draft.need::<Request>(&request)?.request.account)
}

/// Kind 23.
pub(super) fn ask(run: &mut Run<'_, '_, '_>, asked: &AccessRequest) -> Result<(), TxError> {
    // Rule Q-1: by active staff, about something of the patient's.
    staff::active(&run.draft, asked.institution, asked.requester, run.ctx.time)?;
    run.draft.need::<Account>(&asked.account)?;
    resource::belongs(&run.draft, asked.account, &asked.resource)?;
    // Rule Q-2: for something, for some purpose, for some time to come.
    if asked.actions.is_empty() {
        return Err(TxError::Empty { field: "actions" });
    }
    if asked.purposes.is_empty() {
        return Err(TxError::Empty { field: "purposes" });
    }
    if asked.until <= run.ctx.time {
        return Err(TxError::EmptyPeriod { field: "until", start: run.ctx.time, end: asked.until });
    }
    let id = RequestId::from(run.id);
    run.draft.put(&id, Request { request: asked.clone(), status: RequestStatus::Pending {} });
    run.created(EventCode::AccessRequested, id);
    run.event(EventCode::AccessRequested, asked.account);
    Ok(())
}

/// Kind 24. The grant's id is this transaction's.
pub(super) fn acknowledge(run: &mut Run<'_, '_, '_>, answer: &Acknowledge) -> Result<(), TxError> {
    let mut request = pending(run, answer.request)?;
    within(run, &answer.grant, &request.request)?;
    if let Subject::Account { .. } = answer.grant.subject {
        // Rule Q-5: a grant to the person was asked for on behalf of the institution; who has left it gets none.
        let asked = &request.request;
        staff::active(&run.draft, asked.institution, asked.requester, run.ctx.time)?;
    }
    grant::check(run, &answer.grant)?;
    grant::put(run, &answer.grant, request.request.account)?;
    request.status = RequestStatus::Granted { grant: GrantId::from(run.id) };
    run.draft.put(&answer.request, request);
    run.event(EventCode::RequestGranted, answer.request);
    Ok(())
}

/// Kind 25.
pub(super) fn deny(run: &mut Run<'_, '_, '_>, answer: &DenyRequest) -> Result<(), TxError> {
    let mut request = pending(run, answer.request)?;
    request.status = RequestStatus::Denied { code: answer.code };
    run.draft.put(&answer.request, request);
    run.event(EventCode::RequestDenied, answer.request);
    Ok(())
}

/// Rule Q-3: a request is answered once, before it ends.
fn pending(run: &Run<'_, '_, '_>, id: RequestId) -> Result<Request, TxError> {
    let request = run.draft.need::<Request>(&id)?;
    if request.status != (RequestStatus::Pending {}) || run.ctx.time >= request.request.until {
        return Err(TxError::Closed { what: "request", id: id.into() });
    }
    Ok(Request::clone(&request))
}

/// Rules: never more than was asked, and to those who asked.
fn within(run: &Run<'_, '_, '_>, grant: &Grant, asked: &AccessRequest) -> Result<(), TxError> {
    if grant.parent.is_some() {
        return Err(TxError::MustBeAbsent { field: "grant.parent" });
    }
    if grant.account != asked.account {
        return Err(TxError::NotTheirs { what: "request of", id: asked.account.into() });
    }
    let scope = resource::belongs(&run.draft, grant.account, &grant.resource)?;
    let checks = [
        ("grant.subject", is_about(&grant.subject, asked)),
        ("grant.resource", grant.resource.is_within(&asked.resource, asked.account, scope)),
        ("grant.actions", asked.actions.contains(grant.actions)),
        ("grant.purposes", asked.purposes.contains(grant.purposes)),
        ("grant.not_after", grant.not_after <= asked.until),
    ];
    match checks.into_iter().find(|(_, ok)| !ok) {
        Some((field, _)) => Err(TxError::BeyondRequest { field }),
        None => Ok(()),
    }
}

fn is_about(subject: &Subject, asked: &AccessRequest) -> bool {
    match subject {
        Subject::Account { id } => *id == asked.requester,
        Subject::StaffOf { institution: id, .. } | Subject::Institution { id } => *id == asked.institution,
        Subject::AnyAdmitted { .. } => false,
    }
}
