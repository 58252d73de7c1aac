//! Rules: records and versions (kinds 13 and 14). The patient's signature is the permission.

use super::{Run, staff};
use crate::block::EventCode;
use crate::primitives::{AccountId, Epoch, RecordId, ScopeId, TxId, VersionNo};
use crate::state::entries::{Record, Scope, Version, VersionId};
use crate::state::{Draft, TxError};
use crate::tx::{RecordCreate, VersionAppend, VersionContent};

/// Whose a record is.
pub(super) fn patient(draft: &Draft<'_, '_>, record: RecordId) -> Result<AccountId, TxError> {
    Ok(draft.need::<Record>(&record)?.account)
}

/// Kind 13.
pub(super) fn create(run: &mut Run<'_, '_, '_>, create: &RecordCreate) -> Result<(), TxError> {
    writes_for(run, create.institution, create.author)?;
    fits_create(run, create)?;
    put_create(run, create, run.id, None);
    Ok(())
}

/// Kind 14.
pub(super) fn append(run: &mut Run<'_, '_, '_>, append: &VersionAppend) -> Result<(), TxError> {
    writes_for(run, append.institution, append.author)?;
    let record = fits_append(run, append)?;
    put_append(run, append, record, run.id, None);
    Ok(())
}

/// Rules: the author is an active member of an admitted institution at block time, in a role that may
/// write.
pub(super) fn writes_for(
    run: &Run<'_, '_, '_>,
    institution: AccountId,
    author: AccountId,
) -> Result<(), TxError> {
    staff::writer(&run.draft, institution, author, run.ctx.time)
}

/// Rules: the id is unused, the scope is the patient's, and the content is wrapped to its current epoch.
pub(super) fn fits_create(run: &Run<'_, '_, '_>, create: &RecordCreate) -> Result<(), TxError> {
    run.draft.need_absent::<Record>(&create.record)?;
    let scope = current_scope(run, create.scope, create.epoch)?;
    if scope != create.account {
        return Err(TxError::NotTheirs { what: "scope", id: create.scope.into() });
    }
    Ok(())
}

/// Rules: the version follows the head, names the transaction that carries it, and is wrapped to the
/// current epoch of the record's scope. The history stays linear: of two appends to one head, one is stale.
pub(super) fn fits_append(run: &Run<'_, '_, '_>, append: &VersionAppend) -> Result<Record, TxError> {
    let record = run.draft.need::<Record>(&append.record)?;
    if append.parent != record.head_tx {
        return Err(TxError::StaleParent { head: record.head_tx });
    }
    let want = record.head.plus(1);
    if append.version != want || append.version == record.head {
        return Err(TxError::NotNext {
            field: "version",
            want: u64::from(want.0),
            got: u64::from(append.version.0),
        });
    }
    current_scope(run, record.scope, append.epoch)?;
    Ok(Record::clone(&record))
}

/// Rule R-4. Returns whose the scope is.
fn current_scope(run: &Run<'_, '_, '_>, id: ScopeId, epoch: Epoch) -> Result<AccountId, TxError> {
    let scope = run.draft.need::<Scope>(&id)?;
    if epoch != scope.epoch {
        return Err(TxError::NotNext {
            field: "epoch",
            want: u64::from(scope.epoch.0),
            got: u64::from(epoch.0),
        });
    }
    Ok(scope.account)
}

/// Begins a record whose content transaction `tx` carries.
pub(super) fn put_create(
    run: &mut Run<'_, '_, '_>,
    create: &RecordCreate,
    tx: TxId,
    ratified_by: Option<TxId>,
) {
    let head = VersionNo::ZERO;
    let record = Record { account: create.account, scope: create.scope, head, head_tx: tx };
    let version = version(run, &create.content, create.epoch, (create.institution, create.author));
    run.draft.put(&VersionId::new(create.record, head), Version { tx, ratified_by, ..version });
    run.draft.put(&create.record, record);
    run.created(EventCode::RecordCreated, create.record);
}

/// Adds a version whose content transaction `tx` carries.
pub(super) fn put_append(
    run: &mut Run<'_, '_, '_>,
    append: &VersionAppend,
    mut record: Record,
    tx: TxId,
    ratified_by: Option<TxId>,
) {
    (record.head, record.head_tx) = (append.version, tx);
    let version = version(run, &append.content, append.epoch, (append.institution, append.author));
    run.draft.put(&VersionId::new(append.record, append.version), Version { tx, ratified_by, ..version });
    run.draft.put(&append.record, record);
    run.event(EventCode::VersionAppended, append.record);
}

fn version(
    run: &Run<'_, '_, '_>,
    content: &VersionContent,
    epoch: Epoch,
    (institution, author): (AccountId, AccountId),
) -> Version {
    Version {
        content: content.clone(),
        epoch,
        institution,
        author,
        tx: run.id,
        ratified_by: None,
        height: run.ctx.height,
        time: run.ctx.time,
    }
}
