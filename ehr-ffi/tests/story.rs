//! The whole story, in memory and in a folder: enrol, write, co-sign, grant, read, revoke, refuse, prove, reopen.

mod world;

use ehr_core::policy::{Outcome, Purposes, Resource};
use ehr_core::primitives::{BlockId, Timestamp};
use ehr_core::tx::{RejectReason, Role, RotateReason};
use ehr_ffi::{EhrError, EhrErrorKind, Keyring, Ledger, LightClient, Storage, verify_proof};
use std::sync::Arc;
use world::{START, World, note, read_for};

fn text(opened: &ehr_ffi::types::OpenedVersion) -> String {
    String::from_utf8(opened.sections[0].body.clone()).unwrap()
}

/// Gives the tip and the state root it ends with.
fn story(storage: &Arc<Storage>) -> (BlockId, String) {
    let world = World::new(1);
    let ledger = world.create(storage);
    assert_eq!(ledger.chain_id().unwrap(), world.genesis.chain_id());
    world.people(&ledger);
    let friend = Keyring::generate(Role::Patient, Some(world.entropy.clone())).unwrap();
    world.done(&ledger, ledger.draft_enrol(world.hospital.clone(), friend.clone()).unwrap(), &[]);
    let scope = world.scope(&ledger);
    let record = world.record(&ledger, scope, "first");

    // The patient and the hospital read; the friend does not.
    let read = |who: &Arc<Keyring>, acting: Option<ehr_core::primitives::AccountId>| {
        let keys = acting.map(|_| world.hospital.clone());
        ledger.read(who.clone(), record, None, Purposes::TREAT, acting, keys)
    };
    assert_eq!(text(&read(&world.patient, None).unwrap()), "first");
    assert_eq!(text(&read(&world.doctor, Some(world.hospital.account().unwrap())).unwrap()), "first");
    assert_eq!(read(&friend, None).err().unwrap().kind(), EhrErrorKind::Denied);

    // A second version, proposed while the patient is away; one is refused, one ratified.
    let hospital = world.hospital.account().unwrap();
    let propose = |words: &str| {
        let (payer, author) = (world.hospital.clone(), world.doctor.clone());
        let draft =
            ledger.draft_version_proposal(payer, author, hospital, record, "note".to_owned(), note(words));
        world.done(&ledger, draft.unwrap(), &[])
    };
    let wrong = propose("wrong");
    let reject =
        ledger.draft_reject(world.hospital.clone(), world.patient.clone(), wrong, RejectReason::Incorrect);
    world.done(&ledger, reject.unwrap(), &[]);
    assert_eq!(ledger.proposal(wrong).unwrap().unwrap().status, "Rejected");
    let right = propose("second");
    let ratify = ledger.draft_co_sign(world.hospital.clone(), world.patient.clone(), right).unwrap();
    world.done(&ledger, ratify, &[]);
    assert_eq!(text(&read(&world.patient, None).unwrap()), "second");
    assert_eq!(ledger.history(record).unwrap().len(), 2);

    // A grant opens it to the friend, and its revocation closes it.
    let terms = read_for(friend.account().unwrap(), Resource::Scope { id: scope });
    let grant = ledger.draft_grant(world.hospital.clone(), world.patient.clone(), terms).unwrap();
    let grant = world.done(&ledger, grant, &[]).into();
    assert_eq!(text(&read(&friend, None).unwrap()), "second");
    let query = world.reads(friend.account().unwrap(), record, &ledger);
    assert!(ledger.evaluate(query).unwrap().is_permit());
    let release = ledger.draft_release(
        world.hospital.clone(),
        world.doctor.clone(),
        grant,
        friend.account().unwrap(),
        None,
        Purposes::TREAT,
        record,
        ledger.history(record).unwrap()[1].version,
    );
    world.done(&ledger, release.unwrap(), &[]);
    assert_eq!(ledger.grant(grant).unwrap().unwrap().uses, 1);
    let proof_of_grant = ledger.prove_grant(grant).unwrap();
    let before = ledger.tip().unwrap();
    let revoke = ledger.draft_revoke(world.hospital.clone(), world.patient.clone(), grant).unwrap();
    world.done(&ledger, revoke, &[]);
    assert_eq!(read(&friend, None).err().unwrap().kind(), EhrErrorKind::Denied);
    let why = ledger.explain(query, grant).unwrap();
    assert!(matches!(why.outcome, Outcome::Deny { .. }) && why.reasons.len() == 1, "{why}");
    assert!(ledger.live_grants(world.patient.account().unwrap()).unwrap().is_empty());

    // The scope's key changes once more, and the patient still reads all of it.
    let rotate = ledger.draft_rotate_scope(
        world.hospital.clone(),
        world.patient.clone(),
        scope,
        RotateReason::Routine,
    );
    world.done(&ledger, rotate.unwrap(), &[]);
    assert_eq!(ledger.scope(scope).unwrap().unwrap().epoch.0, 2);
    assert_eq!(text(&read(&world.patient, None).unwrap()), "second");

    // The friend asks, and gets it for the record alone.
    let ask = ledger.draft_request(
        world.hospital.clone(),
        world.doctor.clone(),
        hospital,
        world.patient.account().unwrap(),
        Resource::Record { id: record },
        ehr_core::policy::Actions::READ,
        Purposes::TREAT,
        Timestamp(START * 2),
        "a second look".to_owned(),
    );
    let ask = ask.unwrap();
    assert_eq!(ask.salt().unwrap().len(), 16);
    let request = world.done(&ledger, ask, &[]).into();
    let answer =
        ledger.draft_acknowledge(world.hospital.clone(), world.patient.clone(), request, None).unwrap();
    world.done(&ledger, answer, &[]);
    assert_eq!(ledger.request(request).unwrap().unwrap().status, "Granted");
    assert_eq!(text(&read(&world.doctor, None).unwrap()), "second");

    // The patient's keys change; what was wrapped to the old ones still opens.
    let rotate = ledger.draft_rotate_keys(world.hospital.clone(), world.patient.clone()).unwrap();
    world.done(&ledger, rotate, &[]);
    assert!(ledger.settle_keys(world.patient.clone()).unwrap());
    assert_eq!(world.patient.generation().unwrap(), 1);
    assert_eq!(text(&read(&world.patient, None).unwrap()), "second");
    let third = ledger.draft_record(
        world.hospital.clone(),
        world.doctor.clone(),
        hospital,
        scope,
        "note".to_owned(),
        note("third"),
    );
    world.done(&ledger, third.unwrap(), &[&world.patient]);

    // Proofs, with nothing but headers.
    assert_eq!(verify_proof(proof_of_grant.clone(), before.id).unwrap().in_force, vec![grant]);
    let phone = LightClient::new(world.genesis.clone(), Some(world.clock.clone())).unwrap();
    let tip = ledger.tip().unwrap();
    assert_eq!(
        u64::from(phone.accept(ledger.headers(ehr_core::primitives::Height(1), 1000).unwrap()).unwrap()),
        tip.height.0
    );
    assert_eq!(phone.tip(), tip.id);
    let proven = phone.verify(ledger.prove_record(record, None).unwrap()).unwrap();
    assert_eq!(proven.versions, vec![ledger.history(record).unwrap()[1].clone()]);
    assert_eq!(proven.confirmations, Some(1));
    assert_eq!(phone.verify(ledger.prove_tx(right, None).unwrap()).unwrap().transactions, vec![right]);
    assert_eq!(phone.verify(proof_of_grant).unwrap().block, before.id);
    let later =
        LightClient::from_anchor(world.genesis.clone(), ledger.trust_anchor().unwrap(), None).unwrap();
    assert_eq!(later.tip_height(), tip.final_height);

    let report = ledger.verify(None).unwrap();
    assert!(report.sound, "{:?}", report.problems);
    assert_eq!(report.blocks, tip.height.0 + 1);
    assert_eq!(ledger.missing_bodies(10).unwrap(), vec![]);
    assert!(!ledger.events(5).unwrap().is_empty());

    // Closed and opened again, all is there.
    ledger.close().unwrap();
    ledger.close().unwrap();
    assert!(ledger.is_closed());
    assert_eq!(ledger.tip(), Err(EhrError::Closed));
    let ledger = world.open(storage);
    assert_eq!(ledger.tip().unwrap(), tip);
    let opened = ledger.read(world.patient.clone(), record, None, Purposes::TREAT, None, None).unwrap();
    assert_eq!(text(&opened), "second");
    (tip.id, tip.state_root.to_string())
}

#[test]
fn in_memory_and_in_a_folder_it_ends_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("ledger").display().to_string();
    let in_memory = story(&Storage::memory());
    assert_eq!(in_memory, story(&Storage::folder(folder.clone())), "seeds and times give the same chain");

    // The folder again, read only: nothing can be mined, all can be read and checked.
    let ledger = Ledger::open(Storage::read_only(folder), None, None).unwrap();
    assert_eq!(ledger.tip().unwrap().id, in_memory.0);
    assert!(ledger.verify(None).unwrap().sound);
    let refused = ledger.mine(ehr_core::primitives::AccountId::ZERO, None).unwrap_err();
    assert_eq!(refused.kind(), EhrErrorKind::Storage);
    assert_eq!(ledger.tip().unwrap().id, in_memory.0);
}

#[test]
fn a_draft_travels_from_the_hospital_to_the_phone() {
    let world = World::new(2);
    let ledger = world.ledger();
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let hospital = world.hospital.account().unwrap();
    let (payer, author) = (world.hospital.clone(), world.doctor.clone());
    let draft =
        ledger.draft_record(payer, author, hospital, scope, "note".to_owned(), note("travels")).unwrap();
    assert_eq!(draft.missing(), vec![world.patient.account().unwrap()]);
    let refused = ledger.submit(draft.clone()).unwrap_err();
    assert_eq!(refused.kind(), EhrErrorKind::Refused, "{refused}");
    assert!(draft.bodies().iter().all(|id| ledger.body(*id).unwrap().is_none()), "nothing is stored");

    let phone = ehr_ffi::Draft::from_bytes(draft.to_bytes().unwrap()).unwrap();
    assert_eq!((phone.id(), phone.record(), phone.scope()), (draft.id(), draft.record(), draft.scope()));
    assert_eq!(ledger.missing_signers(phone.clone()).unwrap(), vec![world.patient.account().unwrap()]);
    phone.sign(world.patient.clone()).unwrap();
    let back = ehr_ffi::Draft::from_bytes(phone.to_bytes().unwrap()).unwrap();
    world.done(&ledger, back, &[]);
    let record = draft.record().unwrap();
    assert_eq!(ledger.history(record).unwrap().len(), 1);
}

#[test]
fn a_key_file_opens_with_its_passphrase_only() {
    let world = World::new(3);
    let file = world.patient.to_key_file("correct horse".to_owned(), Some(64), None).unwrap();
    let keys = Keyring::from_key_file(file.clone(), "correct horse".to_owned(), None).unwrap();
    assert_eq!(keys.account(), world.patient.account());
    assert_eq!(keys.recovery_key(), world.patient.recovery_key());
    let wrong = Keyring::from_key_file(file.clone(), "battery".to_owned(), None).err().unwrap();
    assert_eq!(wrong.kind(), EhrErrorKind::CannotOpen);
    let cut = Keyring::from_key_file(file[..file.len() / 2].to_vec(), "x".to_owned(), None).err().unwrap();
    assert_eq!(cut.kind(), EhrErrorKind::Malformed);
    let dear = world.patient.to_key_file("x".to_owned(), Some(u32::MAX), None).unwrap_err();
    assert_eq!(dear.kind(), EhrErrorKind::InvalidArgument);

    keys.forget_recovery_key().unwrap();
    assert_eq!(keys.recovery_key().unwrap(), None);
    keys.wipe();
    keys.wipe();
    assert!(keys.is_wiped());
    assert_eq!(keys.account(), Err(EhrError::Closed));
    assert_eq!(keys.forget_recovery_key(), Err(EhrError::Closed));
}
