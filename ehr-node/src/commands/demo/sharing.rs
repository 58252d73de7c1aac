//! Hospital B asks, the patient answers, the data flows or does not.

use super::error::{DemoError, expect};
use super::hospital::{Blob, Hospital};
use super::opening::{check_author, compare, open, wraps};
use super::patient::wrap_blob;
use super::world::{World, commitment};
use crate::driver::system_clock;
use ehr_core::codec::Wire as _;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::crypto::wrap::WrapSet;
use ehr_core::policy::{
    AccessQuery, Actions, Decision, Obligations, Purposes, Resource, ResourceChain, Subject,
};
use ehr_core::primitives::{ContentId, GrantId, RequestId, Timestamp};
use ehr_core::record::{Manifest, Place};
use ehr_core::state::{Scope, explain_access, explain_grant};
use ehr_core::tx::{AccessRequest, Acknowledge, DenyCode, DenyRequest, Grant, Payload, ReleaseReceipt};

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
    let patient = &world.patients[patient];
    let request = AccessRequest {
        requester: b.doctors[doctor].id(),
        institution: b.account().id(),
        account: patient.owner.id(),
        resource: Resource::Scope { id: patient.scope },
        actions: Actions::READ,
        purposes,
        until: system_clock()().plus(WINDOW_MS),
        reason_commit: commitment(b"referral", &mut world.rng),
        to_key: b.doctors[doctor].encryption_key(),
    };
    let id = b.submit_with_doctor(Payload::AccessRequest { request }, doctor, &[]).await?;
    b.mine().await?;
    world.agree(b).await?;
    Ok(id.into())
}

/// The patient grants what was asked, for treatment and 30 days, and wraps the scope's key to the doctor.
pub(super) async fn grant(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    request: RequestId,
) -> Result<(GrantId, Blob), DemoError> {
    let (who, doctor) = (&world.patients[patient], &b.doctors[ASKS]);
    let wrap = who.key()?.wrap_to(who.owner.id(), doctor.id(), doctor.encryption_key(), &mut world.rng)?;
    let blob = wrap_blob(&WrapSet::sign(vec![wrap], who.owner.signer())?)?;
    world.a.store_all(std::slice::from_ref(&blob))?;
    let now = system_clock()();
    let grant = Grant {
        account: who.owner.id(),
        parent: None,
        subject: Subject::Account { id: doctor.id() },
        resource: Resource::Scope { id: who.scope },
        actions: Actions::READ,
        purposes: Purposes::TREAT,
        not_before: Timestamp::ZERO,
        not_after: now.plus(WINDOW_MS / 2),
        depth: 0,
        max_uses: None,
        obligations: Obligations::RECEIPT,
        policy_commit: commitment(b"policy", &mut world.rng),
        wraps: Some(blob.0),
    };
    let acknowledge = Acknowledge { request, grant };
    let id = world.a.submit(Payload::Acknowledge { acknowledge }, &[&who.owner]).await?;
    world.a.mine().await?;
    // A new yes counts only when it cannot be reorganised away.
    world.a.confirm().await?;
    world.agree(b).await?;
    Ok((id.into(), blob))
}

/// The patient refuses a request.
pub(super) async fn deny(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    request: RequestId,
) -> Result<(), DemoError> {
    let deny = DenyRequest { request, code: DenyCode::NotWanted };
    let owner = &world.patients[patient].owner;
    world.a.submit(Payload::DenyRequest { deny }, &[owner]).await?;
    world.a.mine().await?;
    world.agree(b).await
}

/// What a gateway says when a doctor of B wants to read a version.
pub(super) async fn ask_gateway(
    hospital: &Hospital,
    query: AccessQuery,
    about: Option<GrantId>,
) -> Result<Decision, DemoError> {
    let decide = move |snapshot: &crate::driver::Snapshot<'_>| {
        let (state, time) = (snapshot.state(), snapshot.best().header.time);
        match about {
            Some(grant) => explain_grant(&state, &query, grant, time),
            None => explain_access(&state, &query, time),
        }
    };
    Ok(hospital.node.read(decide).await??)
}

/// The question whether a doctor of B may read a version.
pub(super) fn query(
    world: &World,
    b: &Hospital,
    doctor: usize,
    patient: usize,
    place: Place,
    purpose: Purposes,
) -> AccessQuery {
    let patient = &world.patients[patient];
    AccessQuery {
        subject: b.doctors[doctor].id(),
        acting_for: Some(b.account().id()),
        action: Actions::READ,
        purpose,
        resource: ResourceChain {
            account: patient.owner.id(),
            scope: Some(patient.scope),
            record: Some(place.record),
            version: Some(place.version),
            section: None,
        },
    }
}

/// A's gateway releases every version of the patient's to B: checks the policy, hands over bodies and wraps by
/// content id, files a receipt for each. Gives how many.
pub(super) async fn release(
    world: &mut World,
    b: &Hospital,
    patient: usize,
    grant: GrantId,
    grant_wraps: &Blob,
) -> Result<u64, DemoError> {
    let mut handed = vec![grant_wraps.clone()];
    let count = world.patients[patient].kept.len();
    let bar = world.screen.bar(u64::try_from(count).unwrap_or(0), "versions released to hospital B");
    for number in 0..count {
        let version = &world.patients[patient].kept[number];
        let (place, content) = (version.place, version.content.clone());
        let question = query(world, b, ASKS, patient, place, Purposes::TREAT);
        let decision = ask_gateway(&world.a, question, None).await?;
        expect(decision.is_permit(), || format!("the granted record {} is refused", place.record))?;
        handed.extend(bodies(&world.a, &content.manifest)?);
        handed.push((content.wraps, world.a.blob(&content.wraps)?));
        let receipt = ReleaseReceipt {
            grant,
            recipient: b.doctors[ASKS].id(),
            institution: Some(b.account().id()),
            purpose: Purposes::TREAT,
            record: place.record,
            version: place.version,
            section: None,
            releaser: world.a.account().id(),
            // The manifest names every body by its hash.
            body_digest: *content.manifest.digest(),
            wrap_digest: *content.wraps.digest(),
        };
        world.a.submit(Payload::ReleaseReceipt { receipt }, &[]).await?;
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
pub(super) async fn read_at_b(
    world: &World,
    b: &Hospital,
    patient: usize,
    grant_wraps: &ContentId,
) -> Result<u64, DemoError> {
    let scope = scope_key(world, b, patient, grant_wraps).await?;
    compare(b, &world.patients[patient].kept, scope.pair()).await
}

/// The scope key that the grant handed to the doctor, checked against B's own ledger.
pub(super) async fn scope_key(
    world: &World,
    b: &Hospital,
    patient: usize,
    grant_wraps: &ContentId,
) -> Result<ScopeKey, DemoError> {
    let id = world.patients[patient].scope;
    let scope = b.node.read(move |snapshot| snapshot.entry::<Scope>(&id)).await??;
    let scope = scope.ok_or_else(|| DemoError::Broken("B does not know the scope".to_owned()))?;
    let set = wraps(b, grant_wraps)?;
    let key = b.doctors[ASKS].encryption();
    let wrap = set.find(key)?;
    check_author(b, wrap).await?;
    Ok(ScopeKey::unwrap(&wrap.body, key, scope.public)?)
}

/// A doctor without a grant takes the sealed bytes and tries own keys. Gives why it fails.
pub(super) async fn try_without_grant(b: &Hospital, place: Place) -> Result<String, DemoError> {
    match open(b, place, b.doctors[HAS_NONE].encryption()).await {
        Err(DemoError::Wrap(why)) => Ok(why.to_string()),
        Err(other) => Err(other),
        Ok(_) => Err(DemoError::Broken("a doctor without a grant opened a record".to_owned())),
    }
}

/// A decision on one line.
pub(super) fn explain(decision: &Decision) -> String {
    let parts =
        [decision.outcome.to_string()].into_iter().chain(decision.reasons.iter().map(ToString::to_string));
    parts.collect::<Vec<_>>().join(" ")
}
