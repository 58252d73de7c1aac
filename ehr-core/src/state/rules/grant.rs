//! Rules G-1 to G-6: grants (kind 20).

use super::{Run, resource, staff};
use crate::block::EventCode;
use crate::codec::limits::{MAX_DELEGATION, MAX_LIVE_GRANTS};
use crate::policy::{RuleTerms, Subject, attenuates};
use crate::primitives::{AccountId, GrantId};
use crate::state::entries::{Account, AccountGrants, GrantEntry, GrantStatus, LiveGrant};
use crate::state::facts::ancestors;
use crate::state::{Draft, StateRead, TxError};
use crate::tx::Grant;

/// Who must sign a grant: the patient, or for a delegated one whom its parent names (rule G-5).
pub(super) fn grantor(draft: &Draft<'_, '_>, grant: &Grant) -> Result<AccountId, TxError> {
    match grant.parent {
        None => Ok(grant.account),
        Some(parent) => party(&draft.need::<GrantEntry>(&parent)?.grant.subject)
            .ok_or(TxError::CannotDelegate { grant: parent }),
    }
}

/// The one account a subject names: what it was granted it may pass on or renounce.
pub(super) fn party(subject: &Subject) -> Option<AccountId> {
    match subject {
        Subject::Account { id } | Subject::Institution { id } => Some(*id),
        Subject::StaffOf { .. } | Subject::AnyAdmitted { .. } => None,
    }
}

/// Kind 20.
pub(super) fn grant(run: &mut Run<'_, '_, '_>, grant: &Grant, acting: &[AccountId]) -> Result<(), TxError> {
    check(run, grant)?;
    let grantor = acting.first().copied().unwrap_or(grant.account);
    put(run, grant, grantor)
}

/// Rules G-1 to G-3 and G-5.
pub(super) fn check(run: &Run<'_, '_, '_>, grant: &Grant) -> Result<(), TxError> {
    run.draft.need::<Account>(&grant.account)?;
    names_somebody(run, &grant.subject)?;
    has_terms(run, grant)?;
    let scope = resource::belongs(&run.draft, grant.account, &grant.resource)?;
    let Some(parent_id) = grant.parent else { return Ok(()) };
    // Rule G-5: within the parent in every field, and only while the parent lives.
    let parent = run.draft.need::<GrantEntry>(&parent_id)?;
    if parent.grant.account != grant.account {
        return Err(TxError::NotTheirs { what: "grant", id: parent_id.into() });
    }
    attenuates(&RuleTerms::from(grant), &RuleTerms::from(&parent.grant), grant.account, scope)?;
    if !is_live(run, &parent)? {
        return Err(TxError::GrantNotLive { grant: parent_id });
    }
    Ok(())
}

/// Rule G-2: the subject exists.
fn names_somebody(run: &Run<'_, '_, '_>, subject: &Subject) -> Result<(), TxError> {
    let roles = match subject {
        Subject::Account { id } => return run.draft.need::<Account>(id).map(drop),
        Subject::Institution { id } => return staff::admitted(&run.draft, *id).map(drop),
        Subject::StaffOf { institution, roles } => {
            staff::admitted(&run.draft, *institution)?;
            roles
        }
        Subject::AnyAdmitted { roles } => roles,
    };
    if roles.is_empty() { Err(TxError::Empty { field: "subject.roles" }) } else { Ok(()) }
}

/// Rule G-3: it permits something, for some purpose, at some time to come.
fn has_terms(run: &Run<'_, '_, '_>, grant: &Grant) -> Result<(), TxError> {
    let (start, end) = (grant.not_before.max(run.ctx.time), grant.not_after);
    if grant.actions.is_empty() {
        return Err(TxError::Empty { field: "actions" });
    }
    if grant.purposes.is_empty() {
        return Err(TxError::Empty { field: "purposes" });
    }
    if end <= start {
        return Err(TxError::EmptyPeriod { field: "not_after", start, end });
    }
    if grant.depth > MAX_DELEGATION {
        let (limit, got) = (u64::from(MAX_DELEGATION), u64::from(grant.depth));
        return Err(TxError::TooLarge { field: "depth", limit, got });
    }
    if grant.max_uses == Some(0) {
        return Err(TxError::Empty { field: "max_uses" });
    }
    Ok(())
}

/// Whether a grant and all it is delegated from are unrevoked, not over, and not used up.
fn is_live(run: &Run<'_, '_, '_>, entry: &GrantEntry) -> Result<bool, TxError> {
    let used_up = entry.grant.max_uses.is_some_and(|max| entry.uses >= max);
    let alive = entry.status == (GrantStatus::Active {}) && run.ctx.time < entry.grant.not_after && !used_up;
    let line = ancestors(&run.draft, entry)?;
    Ok(alive && line.iter().all(|above| above.revoked.is_none() && !above.used_up()))
}

/// Stores a grant. Rule G-4: a patient has at most so many live ones; those that ended make room.
pub(super) fn put(run: &mut Run<'_, '_, '_>, grant: &Grant, grantor: AccountId) -> Result<(), TxError> {
    let id = GrantId::from(run.id);
    let mut grants = run
        .draft
        .get::<AccountGrants>(&grant.account)?
        .map_or_else(AccountGrants::default, |g| AccountGrants::clone(&g));
    grants.prune(run.ctx.time);
    grants.live.push(LiveGrant { id, parent: grant.parent, not_after: grant.not_after });
    let got = grants.live.len();
    if got > MAX_LIVE_GRANTS {
        return Err(TxError::TooMany { field: "live grants", limit: MAX_LIVE_GRANTS, got });
    }
    let entry = GrantEntry { grant: grant.clone(), grantor, uses: 0, status: GrantStatus::Active {} };
    run.draft.put(&id, entry);
    run.draft.put(&grant.account, grants);
    run.created(EventCode::GrantMade, id);
    Ok(())
}
