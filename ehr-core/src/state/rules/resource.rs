//! Rule G-1: what a grant or request names exists and is the patient's.

use crate::policy::Resource;
use crate::primitives::{AccountId, RecordId, ScopeId, VersionNo};
use crate::state::entries::{Record, Scope};
use crate::state::{Draft, TxError};

/// Checks that a resource exists and belongs to `account`. Returns the scope its record is filed in, if it names a
/// record.
pub(super) fn belongs(
    draft: &Draft<'_, '_>,
    account: AccountId,
    resource: &Resource,
) -> Result<Option<ScopeId>, TxError> {
    match resource {
        Resource::AllOf { account: owner } if *owner == account => Ok(None),
        Resource::AllOf { account: other } => {
            Err(TxError::NotTheirs { what: "account", id: (*other).into() })
        }
        Resource::Scope { id } if draft.need::<Scope>(id)?.account == account => Ok(None),
        Resource::Scope { id } => Err(TxError::NotTheirs { what: "scope", id: (*id).into() }),
        Resource::Record { id } => record(draft, account, *id, VersionNo::ZERO),
        Resource::Version { record: id, version } | Resource::Section { record: id, version, .. } => {
            record(draft, account, *id, *version)
        }
    }
}

fn record(
    draft: &Draft<'_, '_>,
    account: AccountId,
    id: RecordId,
    version: VersionNo,
) -> Result<Option<ScopeId>, TxError> {
    let record = draft.need::<Record>(&id)?;
    if record.account != account {
        return Err(TxError::NotTheirs { what: "record", id: id.into() });
    }
    if version > record.head {
        return Err(TxError::Unknown { what: "version of record", id: id.into() });
    }
    Ok(Some(record.scope))
}
