//! Rules: proposals, for when the patient is offline (kinds 15, 16 and 17).

use super::{Run, record};
use crate::block::EventCode;
use crate::primitives::{AccountId, TxId};
use crate::state::entries::{Proposal, ProposalStatus};
use crate::state::{Draft, TxError};
use crate::tx::{CoSign, Proposed, RecordPropose, RecordReject};

/// Who signs a proposal.
pub(super) fn author(propose: &RecordPropose) -> AccountId {
    match &propose.proposed {
        Proposed::Create { create } => create.author,
        Proposed::Append { append } => append.author,
    }
}

/// Whose answer a proposal waits for.
pub(super) fn patient(draft: &Draft<'_, '_>, proposal: TxId) -> Result<AccountId, TxError> {
    match &draft.need::<Proposal>(&proposal)?.proposed {
        Proposed::Create { create } => Ok(create.account),
        Proposed::Append { append } => record::patient(draft, append.record),
    }
}

/// Kind 15. Rule R-7: everything but the patient's signature is as for kinds 13 and 14.
pub(super) fn propose(run: &mut Run<'_, '_, '_>, propose: &RecordPropose) -> Result<(), TxError> {
    let about = match &propose.proposed {
        Proposed::Create { create } => {
            record::writes_for(run, create.institution, create.author)?;
            record::fits_create(run, create)?;
            create.record
        }
        Proposed::Append { append } => {
            record::writes_for(run, append.institution, append.author)?;
            record::fits_append(run, append)?;
            append.record
        }
    };
    let proposal = Proposal {
        proposed: propose.proposed.clone(),
        expires: run.ctx.time.plus(run.ctx.params.proposal_expiry_ms),
        status: ProposalStatus::Open {},
    };
    run.draft.put(&run.id, proposal);
    run.created(EventCode::RecordProposed, run.id);
    run.event(EventCode::RecordProposed, about);
    Ok(())
}

/// Kind 16. Rule R-9: what is ratified must still fit: id unused or head unmoved, epoch current. That the author
/// was staff was checked when it was proposed, and need no longer be so.
pub(super) fn cosign(run: &mut Run<'_, '_, '_>, cosign: &CoSign) -> Result<(), TxError> {
    let mut proposal = open(run, cosign.proposal)?;
    let ratified_by = Some(run.id);
    match &proposal.proposed {
        Proposed::Create { create } => {
            record::fits_create(run, create)?;
            record::put_create(run, create, cosign.proposal, ratified_by);
        }
        Proposed::Append { append } => {
            let record = record::fits_append(run, append)?;
            record::put_append(run, append, record, cosign.proposal, ratified_by);
        }
    }
    proposal.status = ProposalStatus::Ratified { by: run.id };
    run.draft.put(&cosign.proposal, proposal);
    Ok(())
}

/// Kind 17. Rule R-10: a refused proposal stays for audit.
pub(super) fn reject(run: &mut Run<'_, '_, '_>, reject: &RecordReject) -> Result<(), TxError> {
    let mut proposal = open(run, reject.proposal)?;
    proposal.status = ProposalStatus::Rejected { reason: reject.reason };
    run.draft.put(&reject.proposal, proposal);
    run.event(EventCode::ProposalRejected, reject.proposal);
    Ok(())
}

/// Rule R-8: a proposal is answered once, before it expires.
fn open(run: &Run<'_, '_, '_>, id: TxId) -> Result<Proposal, TxError> {
    let proposal = run.draft.need::<Proposal>(&id)?;
    if proposal.status != (ProposalStatus::Open {}) || run.ctx.time >= proposal.expires {
        return Err(TxError::Closed { what: "proposal", id: id.into() });
    }
    Ok(Proposal::clone(&proposal))
}
