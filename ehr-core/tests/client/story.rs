//! The whole story: enrol, scope, record, version, propose, co-sign, reject, request, acknowledge, read, deny, revoke.

use crate::world::{START, World, YEAR, denied, desk, mine, text};
use ehr_core::client::{ClientError, Reader, Unopened, commitment};
use ehr_core::policy::{Actions, Basis, Purposes, Resource, Subject};
use ehr_core::primitives::{Epoch, RequestId, ScopeId, TxId, VersionNo};
use ehr_core::record::Section;
use ehr_core::state::{AccountGrants, Record, Request, RequestStatus, StateRead, TxError};
use ehr_core::tx::{DenyCode, Payload, RejectReason, RevokeTarget, RotateReason};

#[test]
fn patient_doctor_and_institution_read_what_they_may() {
    let mut world = World::new(2);
    let scope = world.scope(0);
    let record = world.record(0, scope, "blood pressure 120/80");
    world.version(0, record, "blood pressure 130/85");

    let opened = world.patient_reads(0, record, None).unwrap();
    assert_eq!((opened.record, opened.version, opened.kind.as_str()), (record, VersionNo(1), "Observation"));
    assert_eq!((opened.author, opened.institution), (world.doctor_a.id(), world.a.id()));
    assert_eq!(opened.basis, Basis::Patient);
    assert_eq!(text(world.patient_reads(0, record, Some(VersionNo(0)))).unwrap(), "blood pressure 120/80");

    // The author's institution by its own keys; its doctor alone has none.
    let staff = Reader::staff(&world.doctor_a, &world.a);
    let opened = world.desk().read(&staff, record, None, Purposes::TREAT);
    assert_eq!(text(opened).unwrap(), "blood pressure 130/85");
    let alone = Reader { institution_keys: None, ..staff };
    let refused = world.desk().read(&alone, record, None, Purposes::TREAT);
    let no_wrap = |e| matches!(e, ClientError::CannotOpen { why: Unopened::NoWrap, .. });
    assert!(refused.is_err_and(no_wrap));

    // Others: another patient, another hospital, another purpose.
    assert!(denied(world.patient_reads(1, record, None)));
    assert!(denied(world.doctor_b_reads(record, None)));
    assert!(denied(world.desk().read(&staff, record, None, Purposes::HRESCH)));
}

#[test]
fn a_request_is_granted_read_under_and_taken_back() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "first");
    let ask = |world: &mut World| -> (RequestId, _) {
        let (tx, about) = mine!(world, b, [&world.doctor_b], |desk, rng| desk.request(
            world.doctor_b.id(),
            world.b.id(),
            world.patients[0].id(),
            Resource::Scope { id: scope },
            Actions::READ,
            Purposes::TREAT,
            YEAR,
            "referral",
            rng
        ));
        (tx.into(), about)
    };
    let (request, about) = ask(&mut world);
    let asked = world.desk().state.get::<Request>(&request).unwrap().unwrap();
    assert_eq!(asked.request.reason_commit, commitment(&about.salt.unwrap(), "referral"));
    assert_ne!(asked.request.reason_commit, commitment(&about.salt.unwrap(), "curiosity"));
    assert!(denied(world.doctor_b_reads(record, None)));

    let (tx, _) = mine!(world, a, [&world.patients[0]], |desk, rng| desk.acknowledge(
        &world.patients[0],
        request,
        None,
        rng
    ));
    let opened = world.doctor_b_reads(record, None).unwrap();
    assert_eq!(opened.basis, Basis::Grant(tx.into()));
    assert_eq!(text(Ok(opened)).unwrap(), "first");
    // What is written later in the epoch is open too, as the grant says.
    world.version(0, record, "second");
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "second");

    // A's gateway files the release.
    let version = VersionNo(1);
    mine!(world, a, [], |desk, rng| desk.release(
        world.a.id(),
        tx.into(),
        world.doctor_b.id(),
        Some(world.b.id()),
        Purposes::TREAT,
        record,
        version
    ));
    let wrong_purpose = desk!(world).release(
        world.a.id(),
        tx.into(),
        world.doctor_b.id(),
        Some(world.b.id()),
        Purposes::HRESCH,
        record,
        version,
    );
    assert!(matches!(wrong_purpose, Err(ClientError::Denied(_))));

    let target = RevokeTarget::Grant { id: tx.into() };
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.revoke(&world.patients[0], target, &[], rng));
    assert!(denied(world.doctor_b_reads(record, None)));
    world.version(0, record, "third");
    assert!(denied(world.doctor_b_reads(record, Some(VersionNo(2)))));
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "third");

    // Another request is refused.
    let (request, _) = ask(&mut world);
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.deny(request, DenyCode::NotWanted));
    let status = world.desk().state.get::<Request>(&request).unwrap().unwrap().status.clone();
    assert_eq!(status, RequestStatus::Denied { code: DenyCode::NotWanted });
}

/// Policy aside, the keys of a former grantee do not open what came after the revocation, and still open what came
/// before: a fresh grant without keys shows what the old ones are good for.
#[test]
fn the_keys_of_a_former_grantee_stop_at_the_revocation() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "before");
    let grant = world.grant_scope_to_b(0, scope);
    let target = RevokeTarget::Grant { id: grant };
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.revoke(&world.patients[0], target, &[], rng));
    world.version(0, record, "after");
    let doctor = Subject::Account { id: world.doctor_b.id() };
    let terms = World::terms(doctor, Resource::Scope { id: scope });
    // The wraps of the revoked grant, in a grant that permits: the policy no longer stands in between.
    let (old, mut draft) = {
        let old = world.desk().state.get::<ehr_core::state::GrantEntry>(&grant).unwrap().unwrap().grant.wraps;
        let desk = desk!(world);
        (old, desk.grant(&world.patients[0], &terms, &mut world.rng).unwrap())
    };
    let Payload::Grant { grant: made } = &mut draft.payload else { panic!() };
    made.wraps = old;
    draft.bodies.clear();
    mine!(world, a, [&world.patients[0]], |_desk, rng| Ok::<_, ClientError>(draft));
    assert_eq!(text(world.doctor_b_reads(record, Some(VersionNo(0)))).unwrap(), "before");
    let Err(after) = world.doctor_b_reads(record, Some(VersionNo(1))) else { panic!("opened") };
    let why = Unopened::NoEpochKey { epoch: Epoch(1) };
    assert_eq!(after, ClientError::CannotOpen { record, version: VersionNo(1), why });
}

#[test]
fn who_keeps_access_is_handed_the_next_epoch_and_all_before() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "zero");
    let to_a_person = world.grant_scope_to_b(0, scope);
    let staff = Subject::StaffOf { institution: world.b.id(), roles: ehr_core::policy::StaffRoles::DOCTOR };
    world.grant(0, &World::terms(staff, Resource::Scope { id: scope }));
    for (n, reason) in [RotateReason::Routine, RotateReason::Compromise].into_iter().enumerate() {
        mine!(world, a, [&world.patients[0]], |desk, rng| desk.rotate_scope(
            &world.patients[0],
            scope,
            reason,
            rng
        ));
        world.version(0, record, &format!("epoch {}", n + 1));
    }
    for (version, wanted) in ["zero", "epoch 1", "epoch 2"].iter().enumerate() {
        let version = Some(VersionNo(u32::try_from(version).unwrap()));
        assert_eq!(text(world.doctor_b_reads(record, version)).unwrap(), *wanted);
    }
    // The person loses the personal grant; the one to the staff of B remains and opens with B's keys only.
    let target = RevokeTarget::Grant { id: to_a_person };
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.revoke(&world.patients[0], target, &[], rng));
    world.version(0, record, "epoch 3");
    let Err(error) = world.doctor_b_reads(record, None) else { panic!("opened") };
    assert!(matches!(error, ClientError::CannotOpen { .. }), "{error}");
    let reader = Reader::staff(&world.doctor_b, &world.b);
    for version in 0..4 {
        let opened = world.desk().read(&reader, record, Some(VersionNo(version)), Purposes::TREAT);
        assert!(opened.is_ok(), "version {version}");
    }
}

#[test]
fn a_record_grant_opens_the_versions_there_are() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let (record, other) = (world.record(0, scope, "shared"), world.record(0, scope, "not shared"));
    let subject = Subject::Account { id: world.doctor_b.id() };
    let terms = World::terms(subject.clone(), Resource::Record { id: record });
    world.grant(0, &terms);
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "shared");
    assert!(denied(world.doctor_b_reads(other, None)));
    world.version(0, record, "later");
    let Err(error) = world.doctor_b_reads(record, None) else { panic!("opened") };
    assert!(matches!(error, ClientError::CannotOpen { why: Unopened::NoWrap, .. }), "{error}");
    let version = VersionNo(1);
    world.grant(0, &World::terms(subject, Resource::Version { record, version }));
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "later");
}

#[test]
fn a_grant_of_everything_names_its_scopes_and_reaches_later_ones() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let first = world.record(0, scope, "old scope");
    let (account, subject) = (world.patients[0].id(), Subject::Institution { id: world.b.id() });
    let mut terms = World::terms(subject.clone(), Resource::AllOf { account });
    let unlisted = desk!(world).grant(&world.patients[0], &terms, &mut world.rng);
    assert_eq!(unlisted.err(), Some(ClientError::ScopesNotListed));
    terms.scopes = vec![scope];
    world.grant(0, &terms);
    let later = world.scope(0);
    let second = world.record(0, later, "new scope");
    let read = |world: &World, record| {
        let reader = Reader::staff(&world.doctor_b, &world.b);
        text(world.desk().read(&reader, record, None, Purposes::TREAT))
    };
    assert_eq!(read(&world, first).unwrap(), "old scope");
    assert_eq!(read(&world, second).unwrap(), "new scope");
    let target = RevokeTarget::Subject { account, subject };
    let (_, about) = mine!(world, a, [&world.patients[0]], |desk, rng| {
        let draft = desk.revoke(&world.patients[0], target, &[later], rng);
        let Payload::Revoke { revoke } = &draft.as_ref().unwrap().payload else { panic!() };
        assert_eq!(
            revoke.rotate.len(),
            2,
            "the scope the grant's wraps name, and the one the caller knows of"
        );
        draft
    });
    assert!(about.unrotated.is_empty());
    assert!(matches!(read(&world, second), Err(ClientError::Denied(_))));
}

/// The emergency preset's shape: doctors of any admitted institution.
#[test]
fn a_grant_to_any_doctor_goes_to_every_admitted_institution() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "allergies");
    let subject = Subject::AnyAdmitted { roles: ehr_core::policy::StaffRoles::DOCTOR };
    world.grant(0, &World::terms(subject, Resource::Scope { id: scope }));
    let at_b = Reader::staff(&world.doctor_b, &world.b);
    assert_eq!(text(world.desk().read(&at_b, record, None, Purposes::TREAT)).unwrap(), "allergies");
    // Not by the doctor outside the institution.
    let outside = Reader::own(&world.doctor_b);
    assert!(denied(world.desk().read(&outside, record, None, Purposes::TREAT)));
}

#[test]
fn proposals_wait_for_the_patient() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let propose = |world: &mut World, body: &[u8]| {
        let section = Section { media_type: "text/plain", body };
        mine!(world, a, [&world.doctor_a], |desk, rng| {
            let draft = desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[section], rng);
            desk.propose(draft.unwrap())
        })
    };
    let (wanted, about) = propose(&mut world, b"telephone advice");
    let (unwanted, other) = propose(&mut world, b"about somebody else");
    let (record, refused) = (about.record.unwrap(), other.record.unwrap());
    assert_eq!(world.patient_reads(0, record, None).err(), Some(ClientError::NoRecord { id: record }));
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.co_sign(wanted));
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.reject(unwanted, RejectReason::WrongPatient));
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "telephone advice");
    assert!(world.desk().state.get::<Record>(&refused).unwrap().is_none());
    // A version is proposed the same way; nothing else can be.
    let section = Section { media_type: "text/plain", body: b"amended" };
    let (wanted, _) = mine!(world, a, [&world.doctor_a], |desk, rng| {
        let draft = desk.version(&world.doctor_a, world.a.id(), record, "Basic", &[section], rng);
        desk.propose(draft.unwrap())
    });
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.co_sign(wanted));
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "amended");
    let scope = desk!(world).scope(&world.patients[0], &mut world.rng).unwrap();
    let kind = "ScopeCreate";
    assert_eq!(world.desk().propose(scope).err(), Some(ClientError::NotProposable { kind }));
}

#[test]
fn what_does_not_exist_or_is_not_theirs_is_named() {
    let mut world = World::new(2);
    let scope = world.scope(0);
    let record = world.record(0, scope, "mine");
    let (nowhere, nobody) = (ScopeId([9; 32]), TxId([9; 32]));
    let (owner, given) = (world.patients[0].id(), world.patients[1].id());
    let desk = desk!(world);
    let rng = &mut world.rng;
    let terms = |resource| World::terms(Subject::Account { id: world.doctor_b.id() }, resource);
    let patient = &world.patients[1];
    let not_theirs = |what| Some(ClientError::NotTheOwner { what, owner, given });
    let grant = |desk: &ehr_core::client::Desk<'_>, rng: &mut _, resource| {
        desk.grant(patient, &terms(resource), rng).err()
    };
    assert_eq!(
        grant(&desk, rng, Resource::Scope { id: nowhere }),
        Some(ClientError::NoScope { id: nowhere })
    );
    assert_eq!(grant(&desk, rng, Resource::Scope { id: scope }), not_theirs("scope"));
    assert_eq!(grant(&desk, rng, Resource::Record { id: record }), not_theirs("record"));
    assert_eq!(grant(&desk, rng, Resource::AllOf { account: owner }), not_theirs("account"));
    let rotated = desk.rotate_scope(patient, scope, RotateReason::Routine, rng);
    assert_eq!(rotated.err(), not_theirs("scope"));
    let target = RevokeTarget::Grant { id: nobody.into() };
    let revoked = desk.revoke(patient, target, &[], rng);
    assert_eq!(revoked.err(), Some(ClientError::NoGrant { id: nobody.into() }));
    let target = RevokeTarget::Subject { account: given, subject: Subject::Institution { id: owner } };
    let revoked = desk.revoke(patient, target, &[], rng);
    assert_eq!(revoked.err(), Some(ClientError::NothingToRevoke { account: given }));
    assert_eq!(desk.co_sign(nobody).err(), Some(ClientError::NoProposal { id: nobody }));
    let request = RequestId([9; 32]);
    assert_eq!(desk.deny(request, DenyCode::Unstated).err(), Some(ClientError::NoRequest { id: request }));
    let acknowledged = desk.acknowledge(patient, request, None, rng);
    assert_eq!(acknowledged.err(), Some(ClientError::NoRequest { id: request }));
    let reader = Reader::own(patient);
    let version = VersionNo(5);
    let read = desk.read(&reader, record, Some(version), Purposes::TREAT);
    assert_eq!(read.err(), Some(ClientError::NoVersion { record, version }));
    let roles = ehr_core::policy::StaffRoles::NONE;
    let membership = desk.membership(world.a.id(), world.doctor_a.id(), roles, START, YEAR);
    assert_eq!(membership.err(), Some(ClientError::NoRoles));
    let stranger = ehr_core::primitives::AccountId([9; 32]);
    let admitted = desk.admit(stranger, "nobody", 276, rng);
    assert_eq!(admitted.err(), Some(ClientError::NotEnrolled { account: stranger }));
    let mixed = Reader { acting_for: Some(world.b.id()), ..Reader::staff(&world.doctor_a, &world.a) };
    let (wanted, given) = (world.b.id(), world.a.id());
    let read = desk.read(&mixed, record, None, Purposes::TREAT);
    assert_eq!(read.err(), Some(ClientError::OtherAccount { wanted, given }));
}

/// A grantee renounces, and the chain takes it; the patient's scope is not theirs to rotate.
#[test]
fn a_grantee_renounces_without_rotation() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let grant = world.grant_scope_to_b(0, scope);
    let target = RevokeTarget::Grant { id: grant };
    mine!(world, b, [&world.doctor_b], |desk, rng| {
        let draft = desk.revoke(&world.doctor_b, target, &[], rng);
        let Payload::Revoke { revoke } = &draft.as_ref().unwrap().payload else { panic!() };
        assert!(revoke.rotate.is_empty());
        draft
    });
    let account = world.patients[0].id();
    assert!(world.desk().state.get::<AccountGrants>(&account).unwrap().unwrap().live.is_empty());
}

/// More scopes than one revocation has room for: the rest is named.
#[test]
fn a_revocation_names_the_scopes_it_could_not_rotate() {
    let mut world = World::new(1);
    let scopes: Vec<ScopeId> = (0..18).map(|_| world.scope(0)).collect();
    let account = world.patients[0].id();
    let mut terms = World::terms(Subject::Account { id: world.doctor_b.id() }, Resource::AllOf { account });
    terms.scopes = scopes.clone();
    let grant = world.grant(0, &terms);
    let target = RevokeTarget::Grant { id: grant };
    let (_, about) =
        mine!(world, a, [&world.patients[0]], |desk, rng| desk.revoke(&world.patients[0], target, &[], rng));
    assert_eq!(about.unrotated.len(), 2);
    assert!(about.unrotated.iter().all(|scope| scopes.contains(scope)));
}

/// The chain has the last word: what the client drafts for an author who is no staff is refused.
#[test]
fn the_rules_of_the_chain_stand() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let section = Section { media_type: "text/plain", body: b"by a stranger" };
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_b, world.a.id(), scope, "Basic", &[section], &mut world.rng).unwrap()
    };
    let (institution, staff) = (world.a.id(), world.doctor_b.id());
    let (doctor, patient) = (
        ehr_core::client::AccountKeys::from_bytes(&world.doctor_b.to_bytes().unwrap(), None).unwrap(),
        ehr_core::client::AccountKeys::from_bytes(&world.patients[0].to_bytes().unwrap(), None).unwrap(),
    );
    assert_eq!(world.refused(draft, &[&doctor, &patient]), TxError::NotMember { institution, staff });
}
