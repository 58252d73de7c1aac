//! Keys rotate; nothing that was ever wrapped is lost.

use crate::world::{World, denied, desk, mine, store, text};
use ehr_core::client::{AccountKeys, ClientError, Draft, Reader};
use ehr_core::policy::Purposes;
use ehr_core::primitives::{EncryptionKey, RecordId, VersionNo};
use ehr_core::state::{Account, StateRead};
use ehr_core::store::BlobStore;
use ehr_core::tx::{Payload, RevokeTarget, RotateReason, Tx};

fn copy(keys: &AccountKeys) -> AccountKeys {
    AccountKeys::from_bytes(&keys.to_bytes().unwrap(), None).unwrap()
}

fn current(keys: &AccountKeys) -> EncryptionKey {
    keys.ring().current().encryption_key().public()
}

fn published(world: &World, keys: &AccountKeys) -> EncryptionKey {
    world.desk().state.get::<Account>(&keys.id()).unwrap().unwrap().enc_key
}

/// Drafts a rotation of a patient's keys, held by `keys`.
fn draft(world: &mut World, keys: &mut AccountKeys) -> Draft {
    let draft = desk!(world).rotate_keys(keys, &mut world.rng).unwrap();
    store(&world.blobs, &draft);
    draft
}

fn sign(world: &World, draft: Draft, keys: &AccountKeys) -> Tx {
    let desk = world.desk();
    let nonce = desk.next_nonce(world.a.id(), &[]).unwrap();
    desk.assemble(&world.a, nonce, draft, &[keys]).unwrap()
}

fn rotate(world: &mut World, patient: usize) {
    let mut keys = copy(&world.patients[patient]);
    let made = draft(world, &mut keys);
    let tx = sign(world, made, &keys);
    world.ledger.block(&[&tx]).unwrap();
    assert!(world.desk().settle(&mut keys).unwrap());
    assert!(!world.desk().settle(&mut keys).unwrap());
    assert_eq!(current(&keys), published(world, &keys));
    world.patients[patient] = keys;
}

#[test]
fn old_and_new_records_open_after_rotations_of_everybody() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "0");
    world.grant_scope_to_b(0, scope);
    for n in 1..4 {
        rotate(&mut world, 0);
        if n == 2 {
            let mut doctor = copy(&world.doctor_b);
            mine!(world, b, [&world.doctor_b], |desk, rng| desk.rotate_keys(&mut doctor, rng));
            world.doctor_b = doctor; // not settled: reading works without
            mine!(world, a, [&world.patients[0]], |desk, rng| desk.rotate_scope(
                &world.patients[0],
                scope,
                RotateReason::Routine,
                rng
            ));
        }
        world.version(0, record, &n.to_string());
        for old in 0..=n {
            let version = Some(VersionNo(old));
            assert_eq!(text(world.patient_reads(0, record, version)).unwrap(), old.to_string());
            assert_eq!(text(world.doctor_b_reads(record, version)).unwrap(), old.to_string());
        }
    }
    assert_eq!(world.patients[0].ring().generation(), 3);
    assert_eq!(copy(&world.patients[0]).id(), world.patients[0].id());
    // Negative control: the keys from before the rotations do not open what came after.
    let old = World::new(1).patients.remove(0);
    assert_eq!(old.id(), world.patients[0].id(), "the same seed makes the same keys");
    let reader = Reader::own(&old);
    assert!(world.desk().read(&reader, record, Some(VersionNo(0)), Purposes::PATRQT).is_ok());
    assert!(world.desk().read(&reader, record, Some(VersionNo(3)), Purposes::PATRQT).is_err());
}

#[test]
fn a_rotation_that_is_never_mined_loses_nothing() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let before = world.record(0, scope, "before");
    let mut keys = copy(&world.patients[0]);
    let first = draft(&mut world, &mut keys);
    keys = copy(&keys); // through the key file
    assert!(!world.desk().settle(&mut keys).unwrap(), "nothing was mined");
    world.patients[0] = copy(&keys);
    let between = world.record(0, scope, "between");
    for record in [before, between] {
        assert!(world.patient_reads(0, record, None).is_ok());
    }
    // Drafted again: the same generation and key, so it does not matter which of the two is mined.
    let second = draft(&mut world, &mut keys);
    let key = |draft: &Draft| match &draft.payload {
        Payload::KeyRotate { rotate } => (rotate.generation, rotate.enc_key),
        _ => panic!(),
    };
    assert_eq!(key(&first), key(&second));
    let tx = sign(&world, first, &keys);
    world.ledger.block(&[&tx]).unwrap();
    let after = world.record(0, scope, "after");
    world.patients[0] = copy(&keys);
    assert!(world.patient_reads(0, after, None).is_ok(), "opens before it is settled");
    assert!(world.desk().settle(&mut keys).unwrap());
    assert_eq!((keys.ring().generation(), current(&keys)), (1, published(&world, &keys)));
    // The next one is fresh.
    let third = draft(&mut world, &mut keys);
    assert_eq!(key(&third).0, 2);
    assert_ne!(key(&third).1, key(&second).1);
}

#[test]
fn another_copy_of_the_keys_catches_up_from_the_sealed_seeds() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    let mut tablet = copy(&world.patients[0]);
    let (lost, won) = (draft(&mut world, &mut tablet), draft(&mut world, &mut phone));
    let seeds = won.bodies[0].clone();
    let tx = sign(&world, won, &phone);
    world.ledger.block(&[&tx]).unwrap();
    let record = in_a_new_scope(&mut world, "to the phone's generation");

    world.patients[0] = copy(&tablet);
    assert!(world.patient_reads(0, record, None).is_err(), "the tablet has not caught up");
    world.blobs.forget(&seeds.0).unwrap();
    let missing = world.desk().settle(&mut tablet).err();
    assert!(matches!(missing, Some(ClientError::Body { id, .. }) if id == seeds.0), "{missing:?}");
    world.blobs.put(&seeds.0, &seeds.1).unwrap();
    assert!(world.desk().settle(&mut tablet).unwrap());
    assert_eq!(current(&tablet), published(&world, &tablet));
    world.patients[0] = copy(&tablet);
    assert!(world.patient_reads(0, record, None).is_ok());

    // A reorganisation: the phone's block goes, the tablet's comes.
    undo(&mut world, 3);
    let tx = sign(&world, lost, &tablet);
    world.ledger.block(&[&tx]).unwrap();
    let other = in_a_new_scope(&mut world, "to the tablet's generation");
    assert!(world.patient_reads(0, other, None).is_ok(), "the candidate was kept");
    assert!(world.desk().settle(&mut tablet).unwrap());
    assert_eq!((tablet.ring().generation(), current(&tablet)), (1, published(&world, &tablet)));
    // And back: what the phone made is a candidate now.
    tablet = copy(&tablet);
    undo(&mut world, 3);
    assert!(!world.desk().settle(&mut tablet).unwrap(), "generation 0 is published again, and known");
    world.patients[0] = copy(&tablet);
    let early = in_a_new_scope(&mut world, "to generation 0");
    assert!(world.patient_reads(0, early, None).is_ok());
    let again = draft(&mut world, &mut tablet);
    let tx = sign(&world, again, &tablet);
    world.ledger.block(&[&tx]).unwrap();
    assert!(!world.desk().settle(&mut tablet).unwrap(), "the ring's own generation 1 was mined");
    assert_eq!(current(&tablet), published(&world, &tablet));
}

fn undo(world: &mut World, blocks: usize) {
    (0..blocks).for_each(|_| drop(world.ledger.undo()));
}

/// A record that nothing but the published generation opens: the scope's key is wrapped to it too. Two blocks.
fn in_a_new_scope(world: &mut World, text: &str) -> RecordId {
    let scope = world.scope(0);
    world.record(0, scope, text)
}

/// A reorganisation takes a settled generation off and puts another device's in its place: the first is kept.
#[test]
fn a_generation_that_a_reorganisation_takes_off_is_kept() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    let mut tablet = copy(&world.patients[0]);
    let (lost, won) = (draft(&mut world, &mut tablet), draft(&mut world, &mut phone));
    let [lost, won] = [sign(&world, lost, &tablet), sign(&world, won, &phone)];
    world.ledger.block(&[&lost]).unwrap();
    world.desk().settle(&mut tablet).unwrap();
    undo(&mut world, 1);
    world.ledger.block(&[&won]).unwrap();
    assert!(world.desk().settle(&mut tablet).unwrap());
    let record = in_a_new_scope(&mut world, "to the phone's generation");
    world.patients[0] = copy(&tablet);
    assert!(world.patient_reads(0, record, None).is_ok());
    // The first branch comes back.
    undo(&mut world, 3);
    world.ledger.block(&[&lost]).unwrap();
    let again = in_a_new_scope(&mut world, "to the tablet's generation");
    assert!(world.patient_reads(0, again, None).is_ok());
    assert!(world.desk().settle(&mut tablet).unwrap());
    assert_eq!(current(&tablet), published(&world, &tablet));
}

#[test]
fn a_dismissal_changes_the_institutions_key() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "before");
    let reader = Reader { acting_for: Some(world.a.id()), ..Reader::own(&world.doctor_a) };
    assert!(!denied(world.desk().read(&reader, record, None, Purposes::TREAT)));
    let mut a = copy(&world.a);
    mine!(world, a, [], |desk, rng| desk.dismiss(&mut a, world.doctor_a.id(), rng));
    assert!(world.desk().settle(&mut a).unwrap());
    assert_eq!((a.ring().generation(), current(&a)), (1, published(&world, &a)));
    world.a = a;
    let reader = Reader { acting_for: Some(world.a.id()), ..Reader::own(&world.doctor_a) };
    assert!(denied(world.desk().read(&reader, record, None, Purposes::TREAT)));
}

/// To stop access must not depend on anything that can be lost.
#[test]
fn a_patient_revokes_without_the_bodies() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "before");
    let grant = world.grant_scope_to_b(0, scope);
    let wraps = world.desk().state.get::<ehr_core::state::Scope>(&scope).unwrap().unwrap().wraps;
    world.blobs.forget(&wraps).unwrap();
    let patient = copy(&world.patients[0]);
    let routine = desk!(world).rotate_scope(&patient, scope, RotateReason::Routine, &mut world.rng).err();
    assert!(matches!(routine, Some(ClientError::Body { id, .. }) if id == wraps), "{routine:?}");
    let target = RevokeTarget::Grant { id: grant };
    mine!(world, a, [&patient], |desk, rng| {
        let draft = desk.revoke(&patient, target, &[], rng);
        let Payload::Revoke { revoke } = &draft.as_ref().unwrap().payload else { panic!() };
        assert_eq!(revoke.rotate.len(), 1);
        draft
    });
    world.version(0, record, "after");
    assert!(denied(world.doctor_b_reads(record, None)));
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "after");
    assert_eq!(text(world.patient_reads(0, record, Some(VersionNo(0)))).unwrap(), "before");
}
