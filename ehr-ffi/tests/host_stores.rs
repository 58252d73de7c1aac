//! Stores, signers and listeners of a host that fail, panic, give garbage or call back in: a typed error, no deadlock,
//! nothing lost, nothing private in the words.

mod hosts;
mod world;

use ehr_core::policy::Purposes;
use ehr_core::tx::Role;
use ehr_ffi::host::{Progress, ProgressListener, check_blob_store, check_record_store, check_signer};
use ehr_ffi::{EhrError, EhrErrorKind, Keyring, Ledger, Storage};
use hosts::{Host, Key, PRIVATE, Wrong};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use world::{World, note};

fn no_secret(error: &EhrError) {
    assert!(!format!("{error} {error:?}").contains("Ottilie"), "{error:?}");
    assert!(PRIVATE.contains("Ottilie"));
}

fn served(world: &World, host: &Arc<Host>) -> Arc<Ledger> {
    let ledger = world.create(&Storage::host(host.clone(), host.clone()));
    ledger.set_patience(300);
    *host.ledger.lock().unwrap() = Arc::downgrade(&ledger);
    ledger
}

#[test]
fn host_stores_pass_the_suites() {
    let host = Host::new();
    check_record_store(host.clone()).unwrap();
    assert!(host.rows.lock().unwrap().is_empty(), "left empty");
    check_blob_store(host.clone()).unwrap();
    check_signer(Key::new(1)).unwrap();
}

#[test]
fn the_suites_say_what_is_broken() {
    for wrong in [Wrong::Throws, Wrong::ThrowsLate, Wrong::Panics, Wrong::Garbage] {
        for operation in ["get", "range", "commit"] {
            if (wrong, operation) == (Wrong::Garbage, "commit")
                || (wrong == Wrong::ThrowsLate) != (operation == "commit")
            {
                continue;
            }
            let host = Host::new();
            host.plan(wrong, operation, 1);
            let found = check_record_store(host.clone()).unwrap_err();
            assert_eq!(found.kind(), EhrErrorKind::Host, "{wrong:?} in {operation}: {found}");
            no_secret(&found);
        }
    }
    let host = Host::new();
    host.plan(Wrong::Garbage, "body", u64::MAX);
    assert_eq!(check_blob_store(host).unwrap_err().kind(), EhrErrorKind::Host);
    let key = Key::new(1);
    for wrong in [Wrong::Throws, Wrong::Garbage] {
        *key.wrong.lock().unwrap() = Some(wrong);
        let found = check_signer(key.clone()).unwrap_err();
        assert_eq!(found.kind(), EhrErrorKind::Host);
        no_secret(&found);
    }
    let full = Host::new();
    let world = World::new(1);
    served(&world, &full);
    assert_eq!(check_record_store(full.clone()).unwrap_err().kind(), EhrErrorKind::InvalidArgument);
    assert!(!full.rows.lock().unwrap().is_empty(), "nothing was emptied");
}

/// The whole of a small story on a host whose `operation` goes wrong at each of its steps in turn.
#[test]
fn whatever_a_store_does_nothing_is_lost_and_nothing_hangs() {
    for wrong in Wrong::ALL {
        for operation in ["get", "range", "commit", "put", "body"] {
            for times in [1, 3] {
                story_with(wrong, operation, times);
            }
        }
    }
}

fn story_with(wrong: Wrong, operation: &'static str, times: u64) {
    let place = format!("{wrong:?} in {operation}, {times} times");
    let (world, host) = (World::new(4), Host::new());
    let ledger = served(&world, &host);
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let hospital = world.hospital.account().unwrap();
    let before = ledger.tip().unwrap();

    let (payer, author) = (world.hospital.clone(), world.doctor.clone());
    let draft = ledger.draft_record(payer, author, hospital, scope, "note".to_owned(), note("kept")).unwrap();
    draft.sign(world.patient.clone()).unwrap();
    let record = draft.record().unwrap();

    // Goes wrong while it is submitted and mined; tried again until it is done.
    host.plan(wrong, operation, times);
    let mut submitted = None;
    for _ in 0..20 {
        match ledger.submit(draft.clone()) {
            Ok(id) => submitted = Some(id),
            Err(error) => {
                no_secret(&error);
                assert!(
                    matches!(
                        error.kind(),
                        EhrErrorKind::Host
                            | EhrErrorKind::Refused
                            | EhrErrorKind::Damaged
                            | EhrErrorKind::Busy
                    ),
                    "{place}: {error:?}"
                );
            }
        }
        if submitted.is_some() || ledger.pool_size().is_ok_and(|n| n == 1) {
            break;
        }
    }
    let id = submitted.unwrap_or(draft.id());
    let mut mined = false;
    for _ in 0..20 {
        world.clock.set(ehr_core::primitives::Timestamp(world.clock.now().0 + 10_000));
        match ledger.mine(hospital, None) {
            Ok(_) => {}
            Err(error) => {
                no_secret(&error);
                assert!(
                    matches!(
                        error.kind(),
                        EhrErrorKind::Host
                            | EhrErrorKind::Damaged
                            | EhrErrorKind::Busy
                            | EhrErrorKind::Refused
                    ),
                    "{place}: {error:?}"
                );
            }
        }
        if ledger.transaction(id).is_ok_and(|found| found.is_some_and(|tx| tx.height.is_some())) {
            mined = true;
            break;
        }
    }
    assert!(mined, "{place}: the transaction was lost");
    let _ = ledger
        .read(world.patient.clone(), record, None, Purposes::TREAT, None, None)
        .map_err(|e| no_secret(&e));
    host.heal();
    for answer in host.answers.lock().unwrap().drain(..) {
        assert_eq!(answer.kind(), EhrErrorKind::Busy, "{place}");
    }
    let opened = ledger.read(world.patient.clone(), record, None, Purposes::TREAT, None, None);
    assert_eq!(opened.unwrap_or_else(|e| panic!("{place}: {e}")).sections[0].body, b"kept");
    assert!(ledger.tip().unwrap().height > before.height);
    let report = ledger.verify(None).unwrap();
    assert!(report.sound, "{place}: {:?}", report.problems);

    // What the host holds is all: another handle sees the same.
    let tip = ledger.tip().unwrap();
    ledger.close().unwrap();
    assert_eq!(world.open(&Storage::host(host.clone(), host)).tip().unwrap(), tip, "{place}");
}

#[test]
fn a_signer_that_goes_wrong_is_the_hosts_fault_and_signs_nothing() {
    let world = World::new(5);
    let ledger = world.ledger();
    world.people(&ledger);
    let key = Key::new(9);
    let patient = Keyring::with_signer(Role::Patient, key.clone(), Some(world.entropy.clone())).unwrap();
    for wrong in [Wrong::Throws, Wrong::Panics, Wrong::Garbage, Wrong::ThrowsLate] {
        *key.wrong.lock().unwrap() = Some(wrong);
        let error = ledger.draft_enrol(world.hospital.clone(), patient.clone()).err().unwrap();
        assert_eq!(error.kind(), EhrErrorKind::Host, "{wrong:?}: {error}");
        no_secret(&error);
    }
    *key.wrong.lock().unwrap() = None;
    let enrolled = ledger.draft_enrol(world.hospital.clone(), patient.clone()).unwrap();
    world.done(&ledger, enrolled, &[]);
    let scope = ledger.draft_scope(world.hospital.clone(), patient.clone()).unwrap();
    world.done(&ledger, scope, &[]);
    assert!(key.asked.load(Ordering::SeqCst) > 4);

    // The key file holds no signing key: it needs the signer again.
    let file = patient.to_key_file("pass".to_owned(), Some(64), None).unwrap();
    let open = |signer| Keyring::from_key_file(file.clone(), "pass".to_owned(), signer);
    assert_eq!(open(None).err().unwrap().kind(), EhrErrorKind::InvalidArgument);
    assert_eq!(open(Some(Key::new(8))).err().unwrap().kind(), EhrErrorKind::InvalidArgument);
    assert_eq!(open(Some(key)).unwrap().account(), patient.account());
}

struct Listener {
    told: AtomicU64,
    stop_after: u64,
    ledger: Mutex<Option<Arc<Ledger>>>,
}

impl ProgressListener for Listener {
    fn on_progress(&self, step: Progress) -> ehr_ffi::Result<bool> {
        // Called with the ledger free: it may be used.
        if let Some(ledger) = &*self.ledger.lock().unwrap() {
            ledger.tip()?;
            ledger.pool_size()?;
        }
        assert!(!step.what.is_empty());
        Ok(self.told.fetch_add(1, Ordering::SeqCst) < self.stop_after)
    }
}

#[test]
fn a_listener_may_use_the_ledger_and_stops_what_takes_long() {
    let world = World::new(6);
    let ledger = world.endless();
    let listener = |stop_after| {
        let ledger = Mutex::new(Some(ledger.clone()));
        Arc::new(Listener { told: AtomicU64::new(0), stop_after, ledger })
    };
    let twice = listener(2);
    let start = std::time::Instant::now();
    assert_eq!(ledger.mine(world.hospital.account().unwrap(), Some(twice.clone())), Err(EhrError::Cancelled));
    assert!(start.elapsed().as_secs() < 10);
    assert_eq!(twice.told.load(Ordering::SeqCst), 3);
    assert_eq!(ledger.verify(Some(listener(0))).err(), Some(EhrError::Cancelled));
    assert!(ledger.verify(Some(listener(9))).unwrap().sound);
    assert_eq!(ledger.tip().unwrap().height.0, 0);

    struct Throws;
    impl ProgressListener for Throws {
        fn on_progress(&self, _: Progress) -> ehr_ffi::Result<bool> {
            panic!("{PRIVATE}")
        }
    }
    let error = ledger.mine(world.hospital.account().unwrap(), Some(Arc::new(Throws))).unwrap_err();
    assert_eq!(error.kind(), EhrErrorKind::Host);
    no_secret(&error);
}
