//! Something private goes in everywhere it may; it must come out nowhere but in what the patient reads.

mod hosts;
mod world;

use ehr_core::policy::{Actions, Purposes, Resource};
use ehr_core::primitives::{AccountId, Height, RecordId, Timestamp};
use ehr_core::tx::Role;
use ehr_ffi::{EhrError, Entropy, Keyring, Storage};
use hosts::Host;
use world::{SECRET, START, World, note, read_for};

fn holds(bytes: &[u8], what: &str) {
    let word = b"Zebrafink";
    assert!(!bytes.windows(word.len()).any(|w| w == word), "{what} shows the patient's name");
}

fn words<T>(errors: &mut Vec<EhrError>, done: Result<T, EhrError>) {
    errors.extend(done.err());
}

#[test]
fn a_name_never_gets_to_the_chain_the_wire_the_events_or_the_words_of_errors() {
    let (world, host) = (World::new(1), Host::new());
    let ledger = world.create(&Storage::host(host.clone(), host.clone()));
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let hospital = world.hospital.account().unwrap();
    let record = world.record(&ledger, scope, SECRET);
    let clinic = Keyring::generate(Role::Institution, None).unwrap();
    world.done(&ledger, ledger.draft_enrol(world.hospital.clone(), clinic.clone()).unwrap(), &[]);
    let admit = ledger.draft_admit(world.hospital.clone(), clinic.account().unwrap(), SECRET.to_owned(), 276);
    world.done(&ledger, admit.unwrap(), &[]);
    let ask = ledger.draft_request(
        world.hospital.clone(),
        world.doctor.clone(),
        hospital,
        world.patient.account().unwrap(),
        Resource::Record { id: record },
        Actions::READ,
        Purposes::TREAT,
        Timestamp(START * 2),
        SECRET.to_owned(),
    );
    world.done(&ledger, ask.unwrap(), &[]);
    let terms = read_for(clinic.account().unwrap(), Resource::Record { id: record });
    let grant = ledger.draft_grant(world.hospital.clone(), world.patient.clone(), terms).unwrap();
    holds(&grant.to_bytes().unwrap(), "a draft");
    world.done(&ledger, grant, &[]);
    let opened = ledger.read(world.patient.clone(), record, None, Purposes::TREAT, None, None).unwrap();
    assert_eq!(opened.sections[0].body, SECRET.as_bytes(), "the patient reads it");
    assert_eq!(opened.kind, SECRET);

    // Everything that is stored, sent or told.
    for (key, value) in host.rows.lock().unwrap().iter() {
        holds(&key.1, "a key of the store");
        holds(value, "the store");
    }
    for body in host.bodies.lock().unwrap().values() {
        holds(body, "a sealed body");
    }
    for frame in ledger.peer_up(1).unwrap() {
        holds(&frame.bytes, "a frame");
    }
    for height in 0..=ledger.tip().unwrap().height.0 {
        for id in ledger.block(Height(height)).unwrap().unwrap().transactions {
            holds(&ledger.transaction(id).unwrap().unwrap().bytes, "a transaction");
        }
    }
    holds(&ledger.prove_record(record, None).unwrap(), "a proof");
    holds(format!("{:?}", ledger.events(u32::MAX).unwrap()).as_bytes(), "an event");
    holds(format!("{:?}", ledger.verify(None).unwrap()).as_bytes(), "a report");
    let file = world.patient.to_key_file(SECRET.to_owned(), Some(64), None).unwrap();
    holds(&file, "a key file");

    // Words of errors, from calls that were given the name.
    let mut errors = Vec::new();
    let text = || SECRET.as_bytes().to_vec();
    words(&mut errors, Keyring::from_key_file(file, SECRET.to_uppercase(), None));
    words(&mut errors, Keyring::from_key_file(text(), SECRET.to_owned(), None));
    words(&mut errors, Entropy::seeded(text()));
    words(&mut errors, ehr_ffi::Genesis::from_bytes(text()));
    words(&mut errors, ehr_ffi::Draft::from_bytes(text()));
    words(&mut errors, ledger.submit_bytes(text()));
    words(&mut errors, ehr_ffi::verify_proof(text(), ledger.tip().unwrap().id));
    words(&mut errors, ledger.put_body(ehr_core::primitives::ContentId::of_raw(b""), text()));
    let unknown = AccountId([9; 32]);
    let (payer, author) = (|| world.hospital.clone(), || world.doctor.clone());
    words(&mut errors, ledger.draft_admit(payer(), unknown, SECRET.to_owned(), 1));
    words(
        &mut errors,
        ledger.draft_version(payer(), author(), hospital, RecordId([9; 32]), SECRET.to_owned(), note(SECRET)),
    );
    let many = (0..300).flat_map(|_| note(SECRET)).collect();
    words(&mut errors, ledger.draft_record(payer(), author(), hospital, scope, SECRET.to_owned(), many));
    let long = SECRET.repeat(10_000);
    words(&mut errors, ledger.draft_record(payer(), author(), hospital, scope, long, note(SECRET)));
    words(&mut errors, ledger.read(clinic, record, None, Purposes::HRESCH, None, None));
    for (wrong, operation) in
        [(hosts::Wrong::Throws, "put"), (hosts::Wrong::Panics, "put"), (hosts::Wrong::Garbage, "body")]
    {
        let draft =
            ledger.draft_record(payer(), author(), hospital, scope, SECRET.to_owned(), note(SECRET)).unwrap();
        draft.sign(world.patient.clone()).unwrap();
        host.plan(wrong, operation, 1);
        words(&mut errors, ledger.submit(draft));
        words(&mut errors, ledger.read(world.patient.clone(), record, None, Purposes::TREAT, None, None));
        host.heal();
    }
    assert!(errors.len() >= 15, "{}", errors.len());
    for error in errors {
        let shown = format!("{error} {error:?} {}", error.reason());
        assert!(!shown.contains("Zebrafink") && !shown.to_lowercase().contains("ottilie"), "{shown}");
    }
}
