//! Rules L-1 to L-4: release receipts (kind 26).

use super::{Run, staff};
use crate::block::EventCode;
use crate::policy::{AccessQuery, Actions, Basis, Outcome, ResourceChain};
use crate::primitives::{AccountId, GrantId};
use crate::state::entries::{GrantEntry, Record, Version, VersionId};
use crate::state::facts::explain_grant;
use crate::state::{StateRead, TxError};
use crate::tx::ReleaseReceipt;

/// Who signs.
pub(super) fn releaser(receipt: &ReleaseReceipt) -> AccountId {
    receipt.releaser
}

/// Kind 26.
pub(super) fn release(run: &mut Run<'_, '_, '_>, receipt: &ReleaseReceipt) -> Result<(), TxError> {
    // Rule L-1: the version exists.
    let record = run.draft.need::<Record>(&receipt.record)?;
    let version = run
        .draft
        .get::<Version>(&VersionId::new(receipt.record, receipt.version))?
        .ok_or(TxError::Unknown { what: "version of record", id: receipt.record.into() })?;
    // Rule L-2: who wrote it releases it: the institution's officers or its staff.
    if receipt.releaser != version.institution {
        staff::active(&run.draft, version.institution, receipt.releaser, run.ctx.time)?;
    }
    let resource = ResourceChain {
        account: record.account,
        scope: Some(record.scope),
        record: Some(receipt.record),
        version: Some(receipt.version),
        section: receipt.section,
    };
    permitted(run, receipt, resource)?;
    // Rule L-4: a release uses up the grant and all it is delegated from.
    let mut next = Some(receipt.grant);
    while let Some(id) = next {
        let mut entry = GrantEntry::clone(&*run.draft.need::<GrantEntry>(&id)?);
        entry.uses = entry.uses.saturating_add(1);
        next = entry.grant.parent;
        run.draft.put(&id, entry);
    }
    run.event(EventCode::Released, receipt.record);
    Ok(())
}

/// Rule L-3: the named grant, by itself, permits the recipient to read this for this purpose at block time.
fn permitted(
    run: &Run<'_, '_, '_>,
    receipt: &ReleaseReceipt,
    resource: ResourceChain,
) -> Result<(), TxError> {
    let query = AccessQuery {
        subject: receipt.recipient,
        acting_for: receipt.institution,
        action: Actions::READ,
        purpose: receipt.purpose,
        resource,
    };
    let grant: GrantId = receipt.grant;
    run.draft.need::<GrantEntry>(&grant)?;
    let decision = explain_grant(&run.draft, &query, grant, run.ctx.time)?;
    match decision.outcome {
        Outcome::Permit { by: Basis::Grant(_), .. } => Ok(()),
        Outcome::Permit { .. } => Err(TxError::GrantNotNeeded { grant }),
        Outcome::Deny { reason } => {
            let why = decision.reasons.first().map(|considered| considered.why);
            Err(TxError::NotPermitted { grant, reason, why })
        }
    }
}
