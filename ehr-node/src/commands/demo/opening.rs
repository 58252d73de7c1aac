//! From what the chain says and the blob store holds to the plaintext, with one key.

use super::error::DemoError;
use super::hospital::Hospital;
use super::patient::Kept;
use ehr_core::codec::Wire as _;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::signature::admit;
use ehr_core::crypto::wrap::{Wrap, WrapSet};
use ehr_core::primitives::ContentId;
use ehr_core::record::{Place, open_version, unwrap_version};
use ehr_core::state::{Account, Version, VersionId};

/// Opens a version at a hospital, from that hospital's own ledger and bodies, with one key pair.
pub(super) async fn open(
    hospital: &Hospital,
    place: Place,
    key: &EncryptionKeyPair,
) -> Result<Vec<u8>, DemoError> {
    let id = VersionId::new(place.record, place.version);
    let version = hospital.node.read(move |snapshot| snapshot.entry::<Version>(&id)).await??;
    let version = version
        .ok_or_else(|| DemoError::Broken(format!("{} has no record {}", hospital.name, place.record)))?;
    let wraps = wraps(hospital, &version.content.wraps)?;
    let wrap = wraps.find(key)?;
    check_author(hospital, wrap).await?;
    let keys = unwrap_version(place, &wrap.body, key)?;
    let manifest = hospital.blob(&version.content.manifest)?;
    let fetch = |id: &ContentId| ehr_core::store::BlobStore::get(&hospital.blobs, id);
    let mut opened = open_version(place, &version.content, &manifest, &keys, fetch)?;
    let section = opened.sections.pop();
    section
        .map(|plain| plain.to_vec())
        .ok_or_else(|| DemoError::Broken("a version without sections".to_owned()))
}

/// Opens versions and compares each with what was sealed. Gives how many there were.
pub(super) async fn compare(
    hospital: &Hospital,
    kept: &[Kept],
    key: &EncryptionKeyPair,
) -> Result<u64, DemoError> {
    let mut equal = 0;
    for version in kept {
        if open(hospital, version.place, key).await? != version.plain {
            return Err(DemoError::Broken(format!(
                "record {} opens to something else",
                version.place.record
            )));
        }
        equal += 1;
    }
    Ok(equal)
}

/// A wrap set from a hospital's blob store.
pub(super) fn wraps(hospital: &Hospital, id: &ContentId) -> Result<WrapSet, DemoError> {
    let bytes = hospital.blob(id)?;
    WrapSet::from_bytes(&bytes).map_err(|e| DemoError::Broken(format!("wraps {id}: {e}")))
}

/// Whether a wrap is by the account it names.
pub(super) async fn check_author(hospital: &Hospital, wrap: &Wrap) -> Result<(), DemoError> {
    let author = wrap.body.author;
    let account = hospital.node.read(move |snapshot| snapshot.entry::<Account>(&author)).await??;
    let devices = account.map(|account| account.devices).unwrap_or_default();
    let by_one = |sig| admit(sig).is_ok_and(|key| wrap.verify(&key).is_ok());
    if devices.iter().any(|slot| by_one(&slot.key.sig)) {
        Ok(())
    } else {
        Err(DemoError::Broken(format!("a wrap is not by {author}")))
    }
}
