//! Rules G-7 to G-9: revocation (kind 21).

use super::{Run, grant::party, scope};
use crate::block::EventCode;
use crate::codec::limits::MAX_ROTATIONS;
use crate::planted::planted;
use crate::primitives::{AccountId, GrantId};
use crate::state::entries::{AccountGrants, GrantEntry, GrantStatus, Scope};
use crate::state::{Draft, StateRead, TxError};
use crate::tx::{Revoke, RevokeTarget};

/// Rule G-7: the patient, who granted, and who was granted, may end a grant.
pub(super) fn parties(draft: &Draft<'_, '_>, target: &RevokeTarget) -> Result<Vec<AccountId>, TxError> {
    match target {
        RevokeTarget::Grant { id } => {
            let entry = draft.need::<GrantEntry>(id)?;
            Ok([entry.grant.account, entry.grantor].into_iter().chain(party(&entry.grant.subject)).collect())
        }
        RevokeTarget::Subject { account, subject } => {
            Ok([*account].into_iter().chain(party(subject)).collect())
        }
    }
}

/// Who has to sign because the revocation rotates scopes (rule G-9).
pub(super) fn rotator(draft: &Draft<'_, '_>, revoke: &Revoke) -> Result<Option<AccountId>, TxError> {
    if revoke.rotate.is_empty() {
        return Ok(None);
    }
    Ok(Some(match &revoke.target {
        RevokeTarget::Grant { id } => draft.need::<GrantEntry>(id)?.grant.account,
        RevokeTarget::Subject { account, .. } => *account,
    }))
}

/// Kind 21. Grants end and scopes rotate in one step, so no version is written to the old epoch in between.
pub(super) fn revoke(
    run: &mut Run<'_, '_, '_>,
    revoke: &Revoke,
    acting: &[AccountId],
) -> Result<(), TxError> {
    let (account, ids) = targets(run, &revoke.target)?;
    let mut grants =
        run.draft.get::<AccountGrants>(&account)?.map(|g| AccountGrants::clone(&g)).unwrap_or_default();
    for id in ids {
        if planted!(run.ctx, IGNORE_REVOKE) {
            continue;
        }
        let mut entry = GrantEntry::clone(&*run.draft.need::<GrantEntry>(&id)?);
        entry.status = GrantStatus::Revoked { height: run.ctx.height };
        grants.remove_tree(id);
        run.draft.put(&id, entry);
        run.event(EventCode::GrantRevoked, id);
    }
    run.draft.put(&account, grants);
    rotate(run, revoke, account, acting)
}

/// The patient and the grants to revoke. Rule G-8: at least one, none revoked before.
fn targets(run: &Run<'_, '_, '_>, target: &RevokeTarget) -> Result<(AccountId, Vec<GrantId>), TxError> {
    match target {
        RevokeTarget::Grant { id } => {
            let entry = run.draft.need::<GrantEntry>(id)?;
            match entry.status {
                GrantStatus::Active {} => Ok((entry.grant.account, vec![*id])),
                GrantStatus::Revoked { .. } => Err(TxError::Closed { what: "grant", id: (*id).into() }),
            }
        }
        RevokeTarget::Subject { account, subject } => {
            let mut ids = Vec::new();
            let live = run.draft.get::<AccountGrants>(account)?;
            for listed in live.iter().flat_map(|grants| &grants.live) {
                if run.draft.need::<GrantEntry>(&listed.id)?.grant.subject == *subject {
                    ids.push(listed.id);
                }
            }
            if ids.is_empty() {
                return Err(TxError::Unknown {
                    what: "live grant to that subject by",
                    id: (*account).into(),
                });
            }
            Ok((*account, ids))
        }
    }
}

/// Rule G-9: only the patient rotates, only own scopes, each once.
fn rotate(
    run: &mut Run<'_, '_, '_>,
    revoke: &Revoke,
    account: AccountId,
    acting: &[AccountId],
) -> Result<(), TxError> {
    let got = revoke.rotate.len();
    if got > MAX_ROTATIONS {
        return Err(TxError::TooMany { field: "rotate", limit: MAX_ROTATIONS, got });
    }
    if got > 0 && !acting.contains(&account) {
        return Err(TxError::MissingSignature { account });
    }
    if !revoke.rotate.is_sorted_by(|a, b| a.scope < b.scope) {
        return Err(TxError::Unsorted { field: "rotate" });
    }
    for rotation in &revoke.rotate {
        if run.draft.need::<Scope>(&rotation.scope)?.account != account {
            return Err(TxError::NotTheirs { what: "scope", id: rotation.scope.into() });
        }
        scope::rotate(run, rotation)?;
    }
    Ok(())
}
