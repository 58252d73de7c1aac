//! Reading as the reader's own machine does, and trying to read with keys that must not do.

use super::error::DemoError;
use super::hospital::Hospital;
use super::patient::Kept;
use ehr_core::client::{AccountKeys, Reader};
use ehr_core::codec::Wire as _;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::wrap::{WrapError, WrapSet};
use ehr_core::policy::Purposes;
use ehr_core::primitives::{AccountId, ContentId};
use ehr_core::state::{Version, VersionId};
use ehr_core::tx::VersionContent;
use std::sync::Arc;

/// Opens versions at a hospital, from that hospital's own ledger and bodies, and compares each with what was sealed.
/// Gives how many there were.
pub(super) async fn compare(
    hospital: &Hospital,
    kept: &[Kept],
    reader: &Arc<AccountKeys>,
    acting_for: Option<AccountId>,
) -> Result<u64, DemoError> {
    let mut equal = 0;
    for Kept { record, version, plain, .. } in kept {
        let (keys, record, version) = (Arc::clone(reader), *record, *version);
        let opened = hospital.desk(move |desk| {
            let reader = Reader { acting_for, ..Reader::own(&keys) };
            desk.read(&reader, record, Some(version), Purposes::TREAT)
        });
        if opened.await?.sections.first().map(|section| &*section.body) != Some(plain) {
            return Err(DemoError::Broken(format!("record {record} opens to something else")));
        }
        equal += 1;
    }
    Ok(equal)
}

/// Somebody takes the sealed bytes and tries a key on the wraps of a version, whatever the policy says. Gives why none
/// opens.
pub(super) async fn try_key(
    hospital: &Hospital,
    kept: &Kept,
    key: &EncryptionKeyPair,
) -> Result<String, DemoError> {
    let set = wraps(hospital, &content(hospital, kept).await?.wraps)?;
    let tried: Result<Vec<_>, WrapError> =
        set.find(key).and_then(|wrap| wrap.body.open(key)).map(|s| s.to_vec());
    match tried {
        Err(why) if set.wraps.iter().all(|wrap| wrap.body.open(key).is_err()) => Ok(why.to_string()),
        _ => Err(DemoError::Broken(format!("a key that must not opens record {}", kept.record))),
    }
}

/// What a hospital's ledger says of a version.
pub(super) async fn content(hospital: &Hospital, kept: &Kept) -> Result<VersionContent, DemoError> {
    let id = VersionId::new(kept.record, kept.version);
    let version = hospital.node.read(move |snapshot| snapshot.entry::<Version>(&id)).await??;
    let none = || DemoError::Broken(format!("{} has no record {}", hospital.name, kept.record));
    Ok(version.ok_or_else(none)?.content)
}

/// A wrap set from a hospital's blob store.
pub(super) fn wraps(hospital: &Hospital, id: &ContentId) -> Result<WrapSet, DemoError> {
    let bytes = hospital.blob(id)?;
    WrapSet::from_bytes(&bytes).map_err(|e| DemoError::Broken(format!("wraps {id}: {e}")))
}
