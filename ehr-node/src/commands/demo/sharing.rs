//! Hospital B asks, the patient answers, the data flows or does not.

use super::error::{DemoError, expect};
use super::hospital::{Blob, Hospital};
use super::opening::{compare, content, try_key, wraps};
use super::patient::Kept;
use super::world::World;
use crate::driver::system_clock;
use ehr_core::client::GrantTerms;
use ehr_core::codec::Wire as _;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::policy::{Actions, Decision, Obligations, Purposes, Resource, Subject};
use ehr_core::primitives::{ContentId, GrantId, RequestId, Timestamp};
use ehr_core::record::Manifest;
use ehr_core::state::Scope;
use ehr_core::tx::DenyCode;
use std::sync::Arc;

/// How long B may read, milliseconds: 30 days.
const WINDOW_MS: u64 = 30 * 24 * 3_600 * 1_000;

/// Doctor of B who asks and is granted.
pub(super) const ASKS: usize = 0;
/// Doctor of B who never gets a grant.
pub(super) const HAS_NONE: usize = 1;

/// A doctor of B asks for a patient's scope, for a purpose.
pub(super) async fn request(
    world: &mut World,
    b: &mut Hospital,
    doctor: usize,
    patient: usize,
    purposes: Purposes,
) -> Result<RequestId, DemoError> {
    let (mut rng, doctor, until) =
        (world.fork(), b.doctors[doctor].clone(), system_clock()().plus(WINDOW_MS));
    let (patient, resource) =
        (world.patients[patient].keys.id(), Resource::Scope { id: world.patients[patient].scope });
    let (asks, institution, actions) = (doctor.id(), b.id(), Actions::READ);
    let ask = move |desk: &ehr_core::client::Desk<'_>| {
        desk.request(asks, institution, patient, resource, actions, purposes, until, "referral", &mut rng)
    };
    let draft = b.desk(ask).await?;
    let id = b.submit(draft, &[&doctor]).await?;
    b.mine().await?;
    world.agree(b).await?;
    Ok(id.into())
}

/// The patient grants what was asked, for treatment and 15 days; the scope's key goes along. Gives the grant and the
/// wraps that went with it.
pub(super) async fn grant(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    request: RequestId,
) -> Result<(GrantId, Vec<Blob>), DemoError> {
    let (mut rng, keys) = (world.fork(), world.patients[patient].keys.clone());
    let terms = GrantTerms {
        subject: Subject::Account { id: b.doctors[ASKS].id() },
        resource: Resource::Scope { id: world.patients[patient].scope },
        actions: Actions::READ,
        purposes: Purposes::TREAT,
        not_before: Timestamp::ZERO,
        not_after: system_clock()().plus(WINDOW_MS / 2),
        depth: 0,
        max_uses: None,
        obligations: Obligations::RECEIPT,
        scopes: Vec::new(),
    };
    let who = Arc::clone(&keys);
    let draft = world.a.desk(move |desk| desk.acknowledge(&who, request, Some(&terms), &mut rng)).await?;
    let bodies = draft.bodies.clone();
    let id = world.a.submit(draft, &[&keys]).await?;
    world.a.mine().await?;
    // A new yes counts only when it cannot be reorganised away.
    world.a.confirm().await?;
    world.agree(b).await?;
    Ok((id.into(), bodies))
}

/// The patient refuses a request.
pub(super) async fn deny(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    request: RequestId,
) -> Result<(), DemoError> {
    let draft = world.a.desk(move |desk| desk.deny(request, DenyCode::NotWanted)).await?;
    let keys = world.patients[patient].keys.clone();
    world.a.submit(draft, &[&keys]).await?;
    world.a.mine().await?;
    world.agree(b).await
}

/// What a gateway says when a doctor of B wants to read a version; about one grant, if one is named.
pub(super) async fn ask_gateway(
    hospital: &Hospital,
    b: &Hospital,
    doctor: usize,
    kept: &Kept,
    purpose: Purposes,
    about: Option<GrantId>,
) -> Result<Decision, DemoError> {
    let (doctor, institution) = (b.doctors[doctor].id(), Some(b.id()));
    let (record, version) = (kept.record, Some(kept.version));
    let decide = move |desk: &ehr_core::client::Desk<'_>| {
        let query = desk.query(doctor, institution, Actions::READ, purpose, record, version)?;
        match about {
            Some(grant) => desk.explain(&query, grant),
            None => desk.decide(&query),
        }
    };
    hospital.desk(decide).await
}

/// A's gateway releases every version of the patient's to B: checks the policy, hands over bodies and wraps by
/// content id, files a receipt for each. Gives how many.
pub(super) async fn release(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    grant: GrantId,
    grant_wraps: &[Blob],
) -> Result<u64, DemoError> {
    let mut handed = grant_wraps.to_vec();
    let count = world.patients[patient].kept.len();
    let bar = world.screen.bar(u64::try_from(count).unwrap_or(0), "versions released to hospital B");
    for number in 0..count {
        let kept = &world.patients[patient].kept[number];
        let decision = ask_gateway(&world.a, b, ASKS, kept, Purposes::TREAT, None).await?;
        expect(decision.is_permit(), || format!("the granted record {} is refused", kept.record))?;
        let content = content(&world.a, kept).await?;
        handed.extend(bodies(&world.a, &content.manifest)?);
        handed.push((content.wraps, world.a.blob(&content.wraps)?));
        let (releaser, recipient, institution) = (world.a.id(), b.doctors[ASKS].id(), Some(b.id()));
        let (record, version) = (kept.record, kept.version);
        let file = move |desk: &ehr_core::client::Desk<'_>| {
            desk.release(releaser, grant, recipient, institution, Purposes::TREAT, record, version)
        };
        let draft = world.a.desk(file).await?;
        world.a.submit(draft, &[]).await?;
        bar.inc(1);
    }
    bar.finish();
    world.a.mine().await?;
    b.store_all(&handed)?;
    world.agree(b).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A manifest from a hospital's blob store.
pub(super) fn manifest(hospital: &Hospital, id: &ContentId) -> Result<Manifest, DemoError> {
    Manifest::from_bytes(&hospital.blob(id)?).map_err(|e| DemoError::Broken(format!("manifest {id}: {e}")))
}

/// A manifest and the bodies it names.
fn bodies(hospital: &Hospital, id: &ContentId) -> Result<Vec<Blob>, DemoError> {
    let mut blobs = vec![(*id, hospital.blob(id)?)];
    for section in manifest(hospital, id)?.sections {
        blobs.push((section.body, hospital.blob(&section.body)?));
    }
    Ok(blobs)
}

/// The granted doctor opens everything of the patient's at B and compares. Gives how many versions were equal.
pub(super) async fn read_at_b(world: &World, b: &Hospital, patient: usize) -> Result<u64, DemoError> {
    compare(b, &world.patients[patient].kept, &b.doctors[ASKS], Some(b.id())).await
}

/// The scope key that the grant handed to the doctor, as a doctor would keep it who wants to read on later.
pub(super) async fn scope_key(
    world: &World,
    b: &Hospital,
    patient: usize,
    grant_wraps: &[Blob],
) -> Result<ScopeKey, DemoError> {
    let id = world.patients[patient].scope;
    let scope = b.node.read(move |snapshot| snapshot.entry::<Scope>(&id)).await??;
    let scope = scope.ok_or_else(|| DemoError::Broken("B does not know the scope".to_owned()))?;
    let key = b.doctors[ASKS].ring().current().encryption_key();
    let Some((id, _)) = grant_wraps.first() else {
        return Err(DemoError::Broken("the grant has no wraps".to_owned()));
    };
    Ok(ScopeKey::unwrap(&wraps(b, id)?.find(&key)?.body, &key, scope.public)?)
}

/// A doctor without a grant takes the sealed bytes and tries own keys. Gives why it fails.
pub(super) async fn try_without_grant(b: &Hospital, kept: &Kept) -> Result<String, DemoError> {
    try_key(b, kept, &b.doctors[HAS_NONE].ring().current().encryption_key()).await
}

/// A decision on one line.
pub(super) fn explain(decision: &Decision) -> String {
    let parts =
        [decision.outcome.to_string()].into_iter().chain(decision.reasons.iter().map(ToString::to_string));
    parts.collect::<Vec<_>>().join(" ")
}
