//! The patient takes the permission back; what is written afterwards stays closed.

use super::error::{DemoError, expect};
use super::hospital::Hospital;
use super::ingest::seal;
use super::opening::try_key;
use super::patient::Kept;
use super::sharing::{ASKS, ask_gateway, explain};
use super::world::World;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::policy::Purposes;
use ehr_core::primitives::GrantId;
use ehr_core::tx::RevokeTarget;
use std::sync::Arc;

/// Revokes a grant and begins the scope's next epoch, in one transaction.
pub(super) async fn revoke(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    grant: GrantId,
) -> Result<(), DemoError> {
    let (mut rng, keys) = (world.fork(), world.patients[patient].keys.clone());
    let (who, target) = (Arc::clone(&keys), RevokeTarget::Grant { id: grant });
    let draft = world.a.desk(move |desk| desk.revoke(&who, target, &[], &mut rng)).await?;
    world.a.submit(draft, &[&keys]).await?;
    world.a.mine().await?;
    world.agree(b).await
}

/// Hospital A writes the next version of the patient's first record.
pub(super) async fn append(world: &mut World, b: &Hospital, patient: usize) -> Result<usize, DemoError> {
    const DOCTOR: usize = 0;
    let whose = &world.patients[patient];
    let Some(old) = whose.records.first().and_then(|id| whose.kept.iter().find(|kept| kept.record == *id))
    else {
        return Err(DemoError::Broken("a patient without record".to_owned()));
    };
    let (record, what) = (old.record, (old.kind.clone(), amended(old)));
    let (draft, kept) = seal(world, patient, DOCTOR, Some(record), what).await?;
    // Whatever the policy says, B may get hold of the bytes; they must not help.
    b.store_all(&draft.bodies)?;
    let (doctor, owner) = (world.a.doctors[DOCTOR].clone(), world.patients[patient].keys.clone());
    world.a.submit(draft, &[&doctor, &owner]).await?;
    world.a.mine().await?;
    world.agree(b).await?;
    world.patients[patient].keep(kept);
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
    let decision = ask_gateway(b, b, ASKS, kept, Purposes::TREAT, None).await?;
    expect(!decision.is_permit(), || "the policy permits after a revocation".to_owned())?;
    let because = ask_gateway(b, b, ASKS, kept, Purposes::TREAT, Some(grant)).await?;
    Ok((explain(&because), try_key(b, kept, old.pair()).await?))
}
