//! The patient takes the permission back; what is written afterwards stays closed.

use super::error::{DemoError, expect};
use super::hospital::Hospital;
use super::ingest::submit;
use super::opening::{open, wraps};
use super::patient::Kept;
use super::sealing::{Sealed, seal};
use super::sharing::{ASKS, ask_gateway, explain, query};
use super::world::World;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::policy::Purposes;
use ehr_core::primitives::GrantId;
use ehr_core::tx::{Payload, Revoke, RevokeTarget};

/// Revokes a grant and begins the scope's next epoch, in one transaction.
pub(super) async fn revoke(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    grant: GrantId,
) -> Result<(), DemoError> {
    let (rotate, blob) = world.patients[patient].rotate_scope(&mut world.rng)?;
    world.a.store_all(&[blob])?;
    let revoke = Revoke { target: RevokeTarget::Grant { id: grant }, rotate: vec![rotate] };
    let owner = &world.patients[patient].owner;
    world.a.submit(Payload::Revoke { revoke }, &[owner]).await?;
    world.a.mine().await?;
    world.agree(b).await
}

/// Hospital A writes the next version of the patient's first record.
pub(super) async fn append(world: &mut World, b: &Hospital, patient: usize) -> Result<usize, DemoError> {
    const DOCTOR: usize = 0;
    const HEAD: usize = 0;
    let whose = &world.patients[patient];
    let head = whose.heads[HEAD];
    let old = whose.kept.iter().find(|kept| kept.place.record == head.record);
    let old = old.ok_or_else(|| DemoError::Broken("a record without version".to_owned()))?;
    let place = whose.place(world.chain, head.record, head.version.plus(1));
    let (author, institution) = (&world.a.doctors[DOCTOR], world.a.account());
    let Sealed { blobs, kept } =
        seal(place, &old.kind, amended(old), whose, author, institution, &mut world.rng)?;
    world.a.store_all(&blobs)?;
    submit(world, patient, Some(HEAD), DOCTOR, kept).await?;
    world.a.mine().await?;
    world.agree(b).await?;
    // Whatever the policy says, B may get hold of the bytes; they must not help.
    b.store_all(&blobs)?;
    Ok(world.patients[patient].kept.len() - 1)
}

/// The same resource with a higher `meta.versionId`; what is no object stays as it is.
fn amended(kept: &Kept) -> Vec<u8> {
    let Ok(serde_json::Value::Object(mut resource)) = serde_json::from_slice(&kept.plain) else {
        return kept.plain.clone();
    };
    let meta = resource.entry("meta").or_insert_with(|| serde_json::json!({}));
    if let Some(meta) = meta.as_object_mut() {
        meta.insert("versionId".to_owned(), "2".into());
    }
    serde_json::to_vec(&resource).unwrap_or_else(|_| kept.plain.clone())
}

/// The doctor who had the grant tries the next version: by asking, and with the old scope key. Gives the gateway's
/// reason and why the key does not open it.
pub(super) async fn try_next_version(
    world: &World,
    b: &Hospital,
    patient: usize,
    version: usize,
    grant: GrantId,
    old: &ScopeKey,
) -> Result<(String, String), DemoError> {
    let kept = &world.patients[patient].kept[version];
    let question = query(world, b, ASKS, patient, kept.place, Purposes::TREAT);
    let decision = ask_gateway(b, question, None).await?;
    expect(!decision.is_permit(), || "the policy permits after a revocation".to_owned())?;
    let because = ask_gateway(b, question, Some(grant)).await?;
    let why = match open(b, kept.place, old.pair()).await {
        Err(DemoError::Wrap(why)) => why.to_string(),
        Err(other) => return Err(other),
        Ok(_) => return Err(DemoError::Broken("the old scope key opens the next version".to_owned())),
    };
    // Not even the wrap that was made for the scope's new key.
    let set = wraps(b, &kept.content.wraps)?;
    expect(set.wraps.iter().all(|wrap| wrap.body.open(old.pair()).is_err()), || {
        "the old scope key opens a new wrap".to_owned()
    })?;
    Ok((explain(&because), why))
}
