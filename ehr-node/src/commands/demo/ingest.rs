//! Every clinical resource becomes a record: sealed, stored, signed by doctor and patient, mined.

use super::error::DemoError;
use super::input::Item;
use super::patient::{Kept, Patient};
use super::world::{DOCTORS, World};
use ehr_core::client::Draft;
use ehr_core::primitives::RecordId;
use ehr_core::record::Section;
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
    let mut begun: Vec<usize> = patients.iter().map(|patient| patient.records.len()).collect();
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
    let (mut sealed, mut bodies) = (Vec::with_capacity(chunk.len()), Vec::new());
    for job in chunk {
        let doctor = job.patient % DOCTORS;
        let record = job.head.map(|head| world.patients[job.patient].records[head]);
        let resource = job.item.resource;
        let what = (resource.resource_type, resource.bytes);
        let (mut draft, kept) = seal(world, job.patient, doctor, record, what).await?;
        bodies.append(&mut draft.bodies);
        sealed.push((job.patient, doctor, draft, kept));
    }
    world.a.store_all(&bodies)?;
    for (patient, doctor, draft, kept) in sealed {
        let (doctor, owner) = (world.a.doctors[doctor].clone(), world.patients[patient].keys.clone());
        world.a.submit_stored(draft, &[&doctor, &owner]).await?;
        world.patients[patient].keep(kept);
    }
    Ok(())
}

/// A doctor of A seals a resource as the next version of a record, or as a new record in the patient's scope.
pub(super) async fn seal(
    world: &mut World,
    patient: usize,
    doctor: usize,
    record: Option<RecordId>,
    (kind, plain): (String, Vec<u8>),
) -> Result<(Draft, Kept), DemoError> {
    const MEDIA_TYPE: &str = "application/fhir+json";
    let mut rng = world.fork();
    let (institution, scope) = (world.a.id(), world.patients[patient].scope);
    let author = world.a.doctors[doctor].clone();
    let at_desk = move |desk: &ehr_core::client::Desk<'_>| {
        let sections = [Section { media_type: MEDIA_TYPE, body: &plain }];
        let draft = match record {
            None => desk.record(&author, institution, scope, &kind, &sections, &mut rng)?,
            Some(record) => desk.version(&author, institution, record, &kind, &sections, &mut rng)?,
        };
        let kept = Kept::of(&draft, kind, plain);
        Ok((draft, kept))
    };
    world.a.desk(at_desk).await
}
