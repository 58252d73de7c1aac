//! Many threads, and handles that are closed under them.

mod world;

use ehr_core::policy::{AccessQuery, Actions, Purposes, Resource, ResourceChain};
use ehr_core::primitives::Height;
use ehr_ffi::{Clock, EhrErrorKind, Ledger, Storage};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use world::{World, note, read_for};

/// Calls of each of eight threads; a debug build does fewer of the dear ones.
const CALLS: u64 = 10_000;

#[test]
fn eight_threads_call_everything_and_none_waits_for_ever() {
    let world = World::new(1);
    let ledger = world.ledger();
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let record = world.record(&ledger, scope, "busy");
    let terms = read_for(world.doctor.account().unwrap(), Resource::Record { id: record });
    let grant = ledger.draft_grant(world.hospital.clone(), world.patient.clone(), terms).unwrap();
    let grant = world.done(&ledger, grant, &[]).into();
    let other = world.ledger();
    let hospital = world.hospital.account().unwrap();
    let query = AccessQuery {
        subject: hospital,
        acting_for: None,
        action: Actions::READ,
        purpose: Purposes::TREAT,
        resource: ResourceChain {
            account: world.patient.account().unwrap(),
            scope: Some(scope),
            record: Some(record),
            version: None,
            section: None,
        },
    };
    let failed = AtomicU64::new(0);
    std::thread::scope(|threads| {
        for thread in 0..8u64 {
            let (world, ledger, other, failed) = (&world, &ledger, &other, &failed);
            threads.spawn(move || {
                for n in 0..CALLS {
                    let kind = (n * 7 + thread * 3) % 1000;
                    let done = match kind {
                        0 => ledger.mine(hospital, None).map(drop),
                        1 => ledger.sync_with(other.clone(), None).map(drop),
                        2 => other.sync_with(ledger.clone(), None).map(drop),
                        3 => ledger
                            .draft_scope(world.hospital.clone(), world.patient.clone())
                            .and_then(|draft| ledger.submit(draft))
                            .map(drop),
                        4 => ledger
                            .draft_record(
                                world.hospital.clone(),
                                world.doctor.clone(),
                                hospital,
                                scope,
                                "n".to_owned(),
                                note("x"),
                            )
                            .map(drop),
                        5 => ledger
                            .read(world.patient.clone(), record, None, Purposes::TREAT, None, None)
                            .map(drop),
                        6 => ledger.missing_bodies(1).map(drop),
                        7 => ledger.prove_grant(grant).map(drop),
                        8 => ledger.settle_keys(world.patient.clone()).map(drop),
                        _ => match kind % 8 {
                            0 => ledger.evaluate(query).map(drop),
                            1 => ledger.events(3).map(drop),
                            2 => ledger.pool_size().map(drop),
                            3 => ledger.account(hospital).map(drop),
                            4 => ledger.block(Height(1)).map(drop),
                            5 => ledger.headers(Height(0), 3).map(drop),
                            6 => world.patient.account().map(drop),
                            _ => ledger.tip().map(drop),
                        },
                    };
                    if let Err(error) = done {
                        // A transaction that another thread's block overtook, or a tip that moves all the time.
                        assert!(
                            matches!(error.kind(), EhrErrorKind::Refused | EhrErrorKind::Busy),
                            "{kind}: {error}"
                        );
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert!(failed.load(Ordering::Relaxed) < 8 * CALLS / 1000, "{failed:?} calls failed");
    ledger.sync_with(other.clone(), None).unwrap();
    assert_eq!(ledger.tip().unwrap().id, other.tip().unwrap().id);
    assert!(ledger.verify(None).unwrap().sound);
}

#[test]
fn closing_under_other_threads_ends_every_call_with_closed() {
    let world = World::new(2);
    let storage = Storage::memory();
    let ledger = world.create(&storage);
    world.people(&ledger);
    let tip = ledger.tip().unwrap();
    std::thread::scope(|threads| {
        for _ in 0..6 {
            threads.spawn(|| {
                loop {
                    match ledger.draft_scope(world.hospital.clone(), world.patient.clone()) {
                        Ok(_) => {}
                        Err(error) => {
                            assert_eq!(error.kind(), EhrErrorKind::Closed);
                            break;
                        }
                    }
                }
            });
        }
        for _ in 0..2 {
            threads.spawn(|| {
                std::thread::sleep(std::time::Duration::from_millis(30));
                ledger.close().unwrap();
            });
        }
    });
    let hospital = world.hospital.account().unwrap();
    let closed = [
        ledger.mine(hospital, None).map(drop),
        ledger.verify(None).map(drop),
        ledger.sync_with(world.ledger(), None).map(drop),
        ledger.chain_id().map(drop),
        ledger.genesis().map(drop),
        ledger.body(ehr_core::primitives::ContentId::of_raw(b"")).map(drop),
        ledger.put_body(ehr_core::primitives::ContentId::of_raw(b""), vec![]),
        ledger.missing_bodies(1).map(drop),
        ledger.tick().map(drop),
        ledger.peer_up(1).map(drop),
        ledger.events(1).map(drop),
        ledger.trust_anchor().map(drop),
        ledger.submit_bytes(vec![1]).map(drop),
        ledger.draft_enrol(world.hospital.clone(), world.doctor.clone()).map(drop),
    ];
    for (n, done) in closed.into_iter().enumerate() {
        let kind = done.unwrap_err().kind();
        assert!(
            kind == EhrErrorKind::Closed || (n == 12 && kind == EhrErrorKind::Malformed),
            "call {n}: {kind:?}"
        );
    }
    ledger.close().unwrap();
    assert_eq!(world.open(&storage).tip().unwrap(), tip, "nothing is lost");
}

#[test]
fn closing_ends_a_search_that_would_take_days() {
    let world = World::new(4);
    let ledger = world.endless();
    std::thread::scope(|threads| {
        let search = threads.spawn(|| ledger.mine(world.hospital.account().unwrap(), None));
        std::thread::sleep(std::time::Duration::from_millis(300));
        // Others use the ledger while the search goes on.
        assert_eq!(ledger.tip().unwrap().height, Height(0));
        ledger.close().unwrap();
        assert_eq!(search.join().unwrap().unwrap_err().kind(), EhrErrorKind::Closed);
    });
}

#[test]
fn a_storage_serves_one_ledger_at_a_time() {
    let world = World::new(3);
    let dir = tempfile::tempdir().unwrap();
    let folder = || Storage::folder(dir.path().display().to_string());
    for (first, again) in [(Storage::memory(), None), (folder(), Some(folder()))] {
        let again = again.unwrap_or_else(|| first.clone());
        let open = |storage: &Arc<Storage>| Ledger::open(storage.clone(), None, None);
        assert_eq!(open(&first).err().unwrap().kind(), EhrErrorKind::NotFound);
        let ledger = world.create(&first);
        assert_eq!(open(&again).err().unwrap().kind(), EhrErrorKind::Busy);
        ledger.close().unwrap();
        let refused = Ledger::create(world.genesis.clone(), again.clone(), None, None).err().unwrap();
        assert_eq!(refused.kind(), EhrErrorKind::Refused);
        // Dropping closes, too.
        drop(open(&again).unwrap());
        open(&first).unwrap();
    }
    let clock = Clock::system();
    assert!(!clock.set(ehr_core::primitives::Timestamp(1)) && clock.now().0 > 1);
}
