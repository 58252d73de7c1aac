//! Every clinical resource becomes a record: sealed, stored, signed by doctor and patient, mined.

use super::error::DemoError;
use super::input::Item;
use super::patient::{Head, Kept, Patient, random};
use super::sealing::{Sealed, seal};
use super::world::{DOCTORS, World};
use ehr_core::primitives::{RecordId, VersionNo};
use ehr_core::tx::{Payload, RecordCreate, VersionAppend};
use std::collections::BTreeMap;

/// Resources that are sealed and stored before their transactions are submitted.
const CHUNK: usize = 64;

/// One resource on its way.
struct Job {
    patient: usize,
    item: Item,
    /// The record it continues; none if it begins one.
    head: Option<usize>,
}

/// Keeps all items. A resource that appears again is the next version of its record, which must be in a block
/// before: hence rounds.
pub(super) async fn ingest(world: &mut World, input: Vec<Vec<Item>>) -> Result<(), DemoError> {
    let total = input.iter().map(Vec::len).sum::<usize>();
    let bar = world.screen.bar(u64::try_from(total).unwrap_or(0), "records sealed, stored, signed and mined");
    let mut known: Vec<BTreeMap<(String, String), usize>> = input.iter().map(|_| BTreeMap::new()).collect();
    let mut todo: Vec<(usize, Item)> = input
        .into_iter()
        .enumerate()
        .flat_map(|(n, items)| items.into_iter().map(move |item| (n, item)))
        .collect();
    while !todo.is_empty() {
        let (round, later) = next_round(todo, &mut known, &world.patients);
        todo = later;
        let mut round = round.into_iter().peekable();
        while round.peek().is_some() {
            let chunk: Vec<Job> = round.by_ref().take(CHUNK).collect();
            let count = u64::try_from(chunk.len()).unwrap_or(0);
            keep(world, chunk).await?;
            bar.inc(count);
        }
        world.a.mine().await?;
    }
    bar.finish();
    Ok(())
}

/// Splits off what can be kept now: of each record one version.
fn next_round(
    todo: Vec<(usize, Item)>,
    known: &mut [BTreeMap<(String, String), usize>],
    patients: &[Patient],
) -> (Vec<Job>, Vec<(usize, Item)>) {
    let (mut round, mut later) = (Vec::new(), Vec::new());
    let mut begun: Vec<usize> = patients.iter().map(|patient| patient.heads.len()).collect();
    let mut busy = std::collections::BTreeSet::new();
    for (patient, item) in todo {
        let at = begun[patient];
        let head = item.key.clone().map_or(at, |key| *known[patient].entry(key).or_insert(at));
        if !busy.insert((patient, head)) {
            later.push((patient, item));
        } else if head == at {
            begun[patient] += 1;
            round.push(Job { patient, item, head: None });
        } else {
            round.push(Job { patient, item, head: Some(head) });
        }
    }
    (round, later)
}

/// Seals, stores, signs and submits.
async fn keep(world: &mut World, chunk: Vec<Job>) -> Result<(), DemoError> {
    let (mut sealed, mut blobs) = (Vec::with_capacity(chunk.len()), Vec::new());
    for job in chunk {
        let doctor = job.patient % DOCTORS;
        let patient = &world.patients[job.patient];
        let (record, version) = match job.head.map(|head| patient.heads[head]) {
            None => (RecordId(random(&mut world.rng)), VersionNo::ZERO),
            Some(head) => (head.record, head.version.plus(1)),
        };
        let place = patient.place(world.chain, record, version);
        let (author, resource) = (&world.a.doctors[doctor], job.item.resource);
        let Sealed { blobs: more, kept } = seal(
            place,
            &resource.resource_type,
            resource.bytes,
            patient,
            author,
            world.a.account(),
            &mut world.rng,
        )?;
        blobs.extend(more);
        sealed.push((job.patient, job.head, doctor, kept));
    }
    world.a.store_all(&blobs)?;
    for (patient, head, doctor, kept) in sealed {
        submit(world, patient, head, doctor, kept).await?;
    }
    Ok(())
}

/// Signs and submits the transaction of a sealed version, and remembers the version.
pub(super) async fn submit(
    world: &mut World,
    patient: usize,
    head: Option<usize>,
    doctor: usize,
    kept: Kept,
) -> Result<(), DemoError> {
    let owner = &world.patients[patient].owner;
    let payload = match head {
        None => Payload::RecordCreate { create: create(world, patient, doctor, &kept)? },
        Some(head) => Payload::VersionAppend {
            append: VersionAppend {
                record: kept.place.record,
                version: kept.place.version,
                parent: world.patients[patient].heads[head].tx,
                epoch: world.patients[patient].key()?.epoch(),
                institution: world.a.account().id(),
                author: world.a.doctors[doctor].id(),
                content: kept.content.clone(),
            },
        },
    };
    let tx = world.a.submit_with_doctor(payload, doctor, &[owner]).await?;
    let new = Head { record: kept.place.record, version: kept.place.version, tx };
    let patient = &mut world.patients[patient];
    match head {
        None => patient.heads.push(new),
        Some(head) => patient.heads[head] = new,
    }
    patient.kept.push(kept);
    Ok(())
}

/// What begins a record.
pub(super) fn create(
    world: &World,
    patient: usize,
    doctor: usize,
    kept: &Kept,
) -> Result<RecordCreate, DemoError> {
    let patient = &world.patients[patient];
    Ok(RecordCreate {
        record: kept.place.record,
        account: patient.owner.id(),
        scope: patient.scope,
        epoch: patient.key()?.epoch(),
        institution: world.a.account().id(),
        author: world.a.doctors[doctor].id(),
        content: kept.content.clone(),
    })
}
