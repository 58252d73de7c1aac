//! The patient is offline: proposals, one ratified later, one refused.

use super::error::{DemoError, expect};
use super::ingest::seal;
use super::patient::Kept;
use super::world::World;
use ehr_core::primitives::{RecordId, TxId};
use ehr_core::state::Record;
use ehr_core::tx::RejectReason;

/// A note that belongs to no input.
const NOTE: &[u8] =
    br#"{"resourceType":"Basic","code":{"text":"telephone advice, written while the patient was offline"}}"#;

/// The doctor proposes twice; the patient, back online, ratifies one and refuses the other.
pub(super) async fn propose(world: &mut World, patient: usize) -> Result<(), DemoError> {
    let (wanted, wanted_tx) = one(world, patient).await?;
    let (unwanted, unwanted_tx) = one(world, patient).await?;
    world.a.mine().await?;
    let pending = wanted.record;
    expect(!exists(world, pending).await?, || "a proposal counts before it is ratified".to_owned())?;
    let keys = world.patients[patient].keys.clone();
    let yes = world.a.desk(move |desk| desk.co_sign(wanted_tx)).await?;
    world.a.submit(yes, &[&keys]).await?;
    let no = world.a.desk(move |desk| desk.reject(unwanted_tx, RejectReason::WrongPatient)).await?;
    world.a.submit(no, &[&keys]).await?;
    world.a.mine().await?;
    expect(exists(world, pending).await?, || "a ratified proposal is no record".to_owned())?;
    expect(!exists(world, unwanted.record).await?, || "a refused proposal is a record".to_owned())?;
    world.patients[patient].keep(wanted);
    Ok(())
}

async fn one(world: &mut World, patient: usize) -> Result<(Kept, TxId), DemoError> {
    const DOCTOR: usize = 0;
    let (draft, kept) = seal(world, patient, DOCTOR, None, ("Basic".to_owned(), NOTE.to_vec())).await?;
    let draft = world.a.desk(move |desk| desk.propose(draft)).await?;
    let doctor = world.a.doctors[DOCTOR].clone();
    Ok((kept, world.a.submit(draft, &[&doctor]).await?))
}

async fn exists(world: &World, record: RecordId) -> Result<bool, DemoError> {
    Ok(world.a.node.read(move |snapshot| snapshot.entry::<Record>(&record)).await??.is_some())
}
