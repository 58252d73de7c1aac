//! Nonces, who must sign, and signatures made apart.

use crate::world::{START, World, YEAR, desk, keys, mine, store, text};
use ehr_core::client::{AccountKeys, Draft, DraftTx};
use ehr_core::policy::{Actions, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::AccountId;
use ehr_core::record::Section;
use ehr_core::tx::{Payload, RevokeTarget, Role};

const NOTE: Section<'_> = Section { media_type: "text/plain", body: b"note" };

fn compose(world: &World, payer: &AccountKeys, draft: Draft) -> DraftTx {
    let desk = world.desk();
    let nonce = desk.next_nonce(payer.id(), &[]).unwrap();
    desk.compose(payer.id(), nonce, draft).unwrap()
}

fn missing(world: &World, draft: &DraftTx) -> Vec<AccountId> {
    world.desk().missing(draft).unwrap()
}

#[test]
fn nonces_go_past_what_was_used_and_what_waits() {
    let mut world = World::new(1);
    let used = world.desk().next_nonce(world.a.id(), &[]).unwrap() - 1;
    let next = |world: &World, waiting: &[u64]| world.desk().next_nonce(world.a.id(), waiting).unwrap();
    assert_eq!(next(&world, &[]), used + 1);
    assert_eq!(next(&world, &[used + 1, used + 2, used + 4]), used + 3);
    assert_eq!(next(&world, &[used, used + 2]), used + 1);
    world.scope(0);
    assert_eq!(next(&world, &[]), used + 2);
    let stranger = AccountId([9; 32]);
    assert_eq!(world.desk().next_nonce(stranger, &[]).unwrap(), 1, "an account that will enrol itself");
}

#[test]
fn a_doctors_server_and_a_patients_phone_sign_apart() {
    let mut world = World::new(2);
    let scope = world.scope(0);
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[NOTE], &mut world.rng).unwrap()
    };
    let record = draft.about.record.unwrap();
    let together = {
        let desk = world.desk();
        let nonce = desk.next_nonce(world.a.id(), &[]).unwrap();
        desk.assemble(&world.a, nonce, draft.clone(), &[&world.patients[0], &world.doctor_a]).unwrap()
    };
    let mut server = compose(&world, &world.a, draft);
    let (payer, doctor, patient) = (world.a.id(), world.doctor_a.id(), world.patients[0].id());
    assert_eq!(missing(&world, &server), [payer, doctor, patient]);
    server.sign(&world.doctor_a).unwrap();
    server.sign(&world.a).unwrap();
    server.sign(&world.a).unwrap();
    assert_eq!(missing(&world, &server), [patient]);

    let mut phone = DraftTx::from_bytes(&server.to_bytes().unwrap()).unwrap();
    assert_eq!(phone.id(), together.id());
    // The patient sees what is to be signed; somebody else does not.
    let seen = world.desk().preview(&world.patients[0], &phone);
    assert_eq!(text(seen).unwrap(), "note");
    assert!(world.desk().preview(&world.patients[1], &phone).is_err());
    phone.sign(&world.patients[0]).unwrap();
    assert!(missing(&world, &phone).is_empty());

    let back = DraftTx::from_bytes(&phone.to_bytes().unwrap()).unwrap();
    let (tx, bodies) = back.into_tx().unwrap();
    assert_eq!(tx.bytes(), together.bytes());
    store(&world.blobs, &Draft { bodies, ..compose_nothing(&world) });
    world.ledger.block(&[&tx]).unwrap();
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "note");
}

/// Any draft, to carry bodies in.
fn compose_nothing(world: &World) -> Draft {
    world.desk().enrol(&world.doctor_a, None).unwrap()
}

#[test]
fn a_proposal_is_seen_before_it_is_ratified() {
    let mut world = World::new(2);
    let scope = world.scope(0);
    let propose = |world: &mut World, draft: Draft| {
        mine!(world, a, [&world.doctor_a], |desk, rng| desk.propose(draft)).0
    };
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[NOTE], &mut world.rng).unwrap()
    };
    let record = draft.about.record.unwrap();
    let proposal = propose(&mut world, draft);
    let seen = |world: &World, who: usize, proposal| {
        text(world.desk().preview_proposal(&world.patients[who], proposal))
    };
    assert_eq!(seen(&world, 0, proposal).unwrap(), "note");
    assert!(seen(&world, 1, proposal).is_err());
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.co_sign(proposal));
    let amended = Section { body: b"amended", ..NOTE };
    let draft = {
        let desk = desk!(world);
        desk.version(&world.doctor_a, world.a.id(), record, "Basic", &[amended], &mut world.rng).unwrap()
    };
    let proposal = propose(&mut world, draft);
    assert_eq!(seen(&world, 0, proposal).unwrap(), "amended");
}

/// Whoever `missing` names makes the transaction valid, for every kind with an authority of its own.
#[test]
fn who_is_missing_is_who_the_chain_asks_for() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let grant = world.grant_scope_to_b(0, scope);
    let subject = Subject::Account { id: world.doctor_b.id() };
    let nurse = keys(Role::Staff, &mut world.rng);
    let hospital = keys(Role::Institution, &mut world.rng);
    let of_a = Some(world.a.id());
    mine!(world, a, [&nurse], |desk, rng| desk.enrol(&nurse, of_a));
    mine!(world, a, [&hospital], |desk, rng| desk.enrol(&hospital, of_a));
    let (a, b) = (world.a.id(), world.b.id());
    let terms = World::terms(subject, Resource::Scope { id: scope });
    let target = RevokeTarget::Grant { id: grant };
    let drafts = {
        let (desk, rng) = (desk!(world), &mut world.rng);
        let (patient, doctor_b) = (&world.patients[0], &world.doctor_b);
        let scope_of = Resource::Scope { id: scope };
        let (read, treat) = (Actions::READ, Purposes::TREAT);
        vec![
            desk.scope(patient, rng),
            desk.grant(patient, &terms, rng),
            desk.revoke(patient, target.clone(), &[], rng),
            desk.revoke(doctor_b, target, &[], rng),
            desk.membership(a, nurse.id(), StaffRoles::NURSE, START, YEAR),
            desk.admit(hospital.id(), "hospital C", 276, rng),
            desk.request(doctor_b.id(), b, patient.id(), scope_of, read, treat, YEAR, "why", rng),
            desk.record(&world.doctor_a, a, scope, "Basic", &[NOTE], rng),
        ]
    };
    let all: Vec<&AccountKeys> =
        vec![&world.a, &world.b, &world.doctor_a, &world.doctor_b, &world.patients[0], &nurse, &hospital];
    for draft in drafts {
        let mut made = compose(&world, &world.a, draft.unwrap());
        let kind = made.body().payload.name();
        let asked = missing(&world, &made);
        assert!(asked.contains(&a), "{kind}: the payer signs");
        // One short: refused.
        for keys in &all {
            if asked.contains(&keys.id()) && asked.last() != Some(&keys.id()) {
                made.sign(keys).unwrap();
            }
        }
        let short = made.clone().into_tx().unwrap().0;
        assert!(world.ledger.admit(&short).is_err(), "{kind} with {} of {}", asked.len() - 1, asked.len());
        let last = all.iter().find(|keys| Some(&keys.id()) == asked.last()).unwrap();
        made.sign(last).unwrap();
        assert!(missing(&world, &made).is_empty(), "{kind}");
        let tx = made.into_tx().unwrap().0;
        assert_eq!(world.ledger.admit(&tx), Ok(()), "{kind}");
    }
    // Rotating patients must sign themselves, whoever else may revoke.
    let (desk, rng) = (desk!(world), &mut world.rng);
    let draft = desk.revoke(&world.patients[0], RevokeTarget::Grant { id: grant }, &[], rng).unwrap();
    assert!(matches!(&draft.payload, Payload::Revoke { revoke } if revoke.rotate.len() == 1));
    let by_b = compose(&world, &world.b, draft);
    assert_eq!(missing(&world, &by_b), [b, world.patients[0].id()]);
}

/// What enrols itself pays nothing, where enrolment is open or somebody vouches.
#[test]
fn an_enrolment_can_be_its_own_payer() {
    let mut world = World::new(0);
    let patient = keys(Role::Patient, &mut world.rng);
    let draft = world.desk().enrol(&patient, Some(world.a.id())).unwrap();
    let tx = world.desk().assemble(&patient, 1, draft, &[&world.a]).unwrap();
    assert_eq!(tx.body().fee, 0);
    world.ledger.block(&[&tx]).unwrap();
    assert_eq!(world.desk().next_nonce(patient.id(), &[]).unwrap(), 2);
}
