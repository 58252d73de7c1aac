//! Rules SC-1 to SC-3: scopes (kinds 11 and 12).

use super::Run;
use crate::block::EventCode;
use crate::primitives::{AccountId, Epoch, ScopeId};
use crate::state::entries::{Account, Scope};
use crate::state::{Draft, TxError};
use crate::tx::{Role, ScopeCreate, ScopeRotate};

/// Whose a scope is.
pub(super) fn owner(draft: &Draft<'_, '_>, scope: ScopeId) -> Result<AccountId, TxError> {
    Ok(draft.need::<Scope>(&scope)?.account)
}

/// Kind 11. Rule SC-1: of a patient, with an id nobody uses.
pub(super) fn create(run: &mut Run<'_, '_, '_>, create: &ScopeCreate) -> Result<(), TxError> {
    if run.draft.need::<Account>(&create.account)?.role != Role::Patient {
        return Err(TxError::WrongRole { account: create.account });
    }
    run.draft.need_absent::<Scope>(&create.scope)?;
    let scope =
        Scope { account: create.account, epoch: Epoch::ZERO, public: create.public, wraps: create.wraps };
    run.draft.put(&create.scope, scope);
    run.created(EventCode::ScopeCreated, create.scope);
    Ok(())
}

/// Kind 12, alone or inside a revocation. Rule SC-2: epochs count up; rule SC-3: with a new key.
pub(super) fn rotate(run: &mut Run<'_, '_, '_>, rotate: &ScopeRotate) -> Result<(), TxError> {
    let mut scope = Scope::clone(&*run.draft.need::<Scope>(&rotate.scope)?);
    let want = scope.epoch.plus(1);
    if rotate.epoch != want || rotate.epoch == scope.epoch {
        return Err(TxError::NotNext {
            field: "epoch",
            want: u64::from(want.0),
            got: u64::from(rotate.epoch.0),
        });
    }
    if rotate.public == scope.public {
        return Err(TxError::DuplicateKey { field: "public", index: 0 });
    }
    (scope.epoch, scope.public, scope.wraps) = (rotate.epoch, rotate.public, rotate.wraps);
    run.draft.put(&rotate.scope, scope);
    run.event(EventCode::ScopeRotated, rotate.scope);
    Ok(())
}
