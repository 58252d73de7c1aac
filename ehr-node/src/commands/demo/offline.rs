//! The patient is offline: proposals, one ratified later, one refused.

use super::error::{DemoError, expect};
use super::ingest::create;
use super::patient::{Head, Kept, random};
use super::sealing::{Sealed, seal};
use super::world::World;
use ehr_core::primitives::{RecordId, TxId, VersionNo};
use ehr_core::state::Record;
use ehr_core::tx::{CoSign, Payload, Proposed, RecordPropose, RecordReject, RejectReason};

/// A note that belongs to no input.
const NOTE: &[u8] =
    br#"{"resourceType":"Basic","code":{"text":"telephone advice, written while the patient was offline"}}"#;

/// The doctor proposes twice; the patient, back online, ratifies one and refuses the other.
pub(super) async fn propose(world: &mut World, patient: usize) -> Result<(), DemoError> {
    let (wanted, wanted_tx) = one(world, patient).await?;
    let (unwanted, unwanted_tx) = one(world, patient).await?;
    world.a.mine().await?;
    let pending = wanted.place.record;
    expect(!exists(world, pending).await?, || "a proposal counts before it is ratified".to_owned())?;
    let owner = &world.patients[patient].owner;
    world.a.submit(Payload::CoSign { cosign: CoSign { proposal: wanted_tx } }, &[owner]).await?;
    let reject = RecordReject { proposal: unwanted_tx, reason: RejectReason::WrongPatient };
    world.a.submit(Payload::RecordReject { reject }, &[&world.patients[patient].owner]).await?;
    world.a.mine().await?;
    expect(exists(world, pending).await?, || "a ratified proposal is no record".to_owned())?;
    expect(!exists(world, unwanted.place.record).await?, || "a refused proposal is a record".to_owned())?;
    let patient = &mut world.patients[patient];
    let place = wanted.place;
    patient.heads.push(Head { record: place.record, version: place.version, tx: wanted_tx });
    patient.kept.push(wanted);
    Ok(())
}

async fn one(world: &mut World, patient: usize) -> Result<(Kept, TxId), DemoError> {
    const DOCTOR: usize = 0;
    let whose = &world.patients[patient];
    let place = whose.place(world.chain, RecordId(random(&mut world.rng)), VersionNo::ZERO);
    let (author, institution) = (&world.a.doctors[DOCTOR], world.a.account());
    let Sealed { blobs, kept } =
        seal(place, "Basic", NOTE.to_vec(), whose, author, institution, &mut world.rng)?;
    world.a.store_all(&blobs)?;
    let proposed = Proposed::Create { create: create(world, patient, DOCTOR, &kept)? };
    let payload = Payload::RecordPropose { propose: RecordPropose { proposed } };
    let tx = world.a.submit_with_doctor(payload, DOCTOR, &[]).await?;
    Ok((kept, tx))
}

async fn exists(world: &World, record: RecordId) -> Result<bool, DemoError> {
    Ok(world.a.node.read(move |snapshot| snapshot.entry::<Record>(&record)).await??.is_some())
}
