//! Two ledgers: in one process, over a transport that loses and repeats frames, and frame by frame.

mod hosts;
mod world;

use ehr_core::policy::Purposes;
use ehr_core::primitives::Timestamp;
use ehr_ffi::host::{SendAnswer, Transport, TransportEvent, check_transport};
use ehr_ffi::{Clock, EhrErrorKind, Ledger, Storage};
use hosts::{PRIVATE, wires};
use std::sync::Arc;
use std::time::Duration;
use world::World;

/// Another ledger of the same chain.
fn second(world: &World) -> Arc<Ledger> {
    world.ledger()
}

#[test]
fn ledgers_of_one_process_end_with_the_same_tip_bodies_and_waiting_transactions() {
    let world = World::new(1);
    let (one, two) = (world.ledger(), second(&world));
    world.people(&one);
    let scope = world.scope(&one);
    let record = world.record(&one, scope, "shared");
    let waiting = one.draft_scope(world.hospital.clone(), world.patient.clone()).unwrap();
    let waiting = one.submit(waiting).unwrap();

    let tip = two.sync_with(one.clone(), None).unwrap();
    assert_eq!(tip.id, one.tip().unwrap().id);
    assert_eq!(two.missing_bodies(10).unwrap(), vec![]);
    let opened = two.read(world.patient.clone(), record, None, Purposes::TREAT, None, None).unwrap();
    assert_eq!(opened.sections[0].body, b"shared");
    assert_eq!(two.pool_size().unwrap(), 1);
    assert!(two.transaction(waiting).unwrap().unwrap().height.is_none());

    // Both mine; the longer chain wins on both, and what the other had mined is mined again.
    world.mine(&one);
    world.mine(&two);
    world.mine(&two);
    one.sync_with(two.clone(), None).unwrap();
    assert_eq!(one.tip().unwrap(), two.tip().unwrap());
    assert!(one.transaction(waiting).unwrap().unwrap().height.is_some());
    assert!(one.verify(None).unwrap().sound);

    one.sync_with(one.clone(), None).unwrap();
    let other = World::new(2).ledger();
    assert_eq!(one.sync_with(other, None).unwrap_err().kind(), EhrErrorKind::InvalidArgument);
    two.close().unwrap();
    assert_eq!(one.sync_with(two, None).unwrap_err().kind(), EhrErrorKind::Closed);
}

#[test]
fn a_wire_that_loses_and_repeats_frames_only_takes_longer() {
    for (capacity, lose, repeat) in [(1000, 0, 0), (2, 0, 3), (1000, 5, 4)] {
        let world = World::new(3);
        let one = world.ledger();
        world.people(&one);
        let scope = world.scope(&one);
        world.record(&one, scope, "over the wire");
        for _ in 0..20 {
            world.mine(&one);
        }
        // What is lost is asked for again after a time: this ledger has a clock that runs.
        let start = world.clock.now();
        let clock = Clock::manual(start);
        let two =
            Ledger::create(world.genesis.clone(), Storage::memory(), Some(clock.clone()), None).unwrap();
        let (a, b) = wires(capacity, lose, repeat);
        std::thread::scope(|scope| {
            let time = scope.spawn(|| {
                for step in 0..80 {
                    std::thread::sleep(Duration::from_millis(50));
                    clock.set(Timestamp(start.0 + step * 2000));
                    world.clock.set(Timestamp(start.0 + step * 2000));
                }
            });
            let (one, two) = (&one, &two);
            let first = scope.spawn(move || one.sync_over(a, 3000, None).unwrap());
            let second = scope.spawn(move || two.sync_over(b, 3000, None).unwrap());
            let tips = (first.join().unwrap(), second.join().unwrap());
            assert_eq!(tips.0.id, tips.1.id, "lose {lose}, repeat {repeat}");
            time.join().unwrap();
        });
        assert_eq!(two.tip().unwrap().id, one.tip().unwrap().id);
        let missing = two.missing_bodies(100).unwrap();
        assert!(!missing.is_empty(), "bodies are not carried");
        for id in missing {
            two.put_body(id, one.body(id).unwrap().unwrap()).unwrap();
        }
        for id in two.missing_bodies(100).unwrap() {
            two.put_body(id, one.body(id).unwrap().unwrap()).unwrap();
        }
        assert_eq!(two.missing_bodies(100).unwrap(), vec![], "sections come after their manifest");
    }
}

#[test]
fn frame_by_frame_as_a_server_does() {
    let world = World::new(4);
    let (one, two) = (world.ledger(), second(&world));
    world.people(&one);
    let (mut to_two, mut to_one) = (one.peer_up(7).unwrap(), two.peer_up(3).unwrap());
    let carry = |to_two: &mut Vec<ehr_ffi::types::OutFrame>, to_one: &mut Vec<ehr_ffi::types::OutFrame>| {
        for _ in 0..100 {
            let (now_two, now_one) = (std::mem::take(to_two), std::mem::take(to_one));
            for frame in now_two {
                assert_eq!(frame.peer, 7);
                to_one.extend(two.receive(3, frame.bytes).unwrap());
            }
            for frame in now_one {
                assert_eq!(frame.peer, 3);
                to_two.extend(one.receive(7, frame.bytes).unwrap());
            }
        }
    };
    carry(&mut to_two, &mut to_one);
    assert_eq!(one.tip().unwrap().id, two.tip().unwrap().id);
    // What happens here is told at the next tick.
    world.mine(&one);
    to_two.extend(one.tick().unwrap());
    carry(&mut to_two, &mut to_one);
    assert_eq!(one.tip().unwrap().id, two.tip().unwrap().id);

    // Garbage costs the peer, not the caller; in the end its connection is to be closed.
    let mut closed = false;
    for n in 0..200u8 {
        let frames = two.receive(3, vec![n; 40]).unwrap();
        closed |= frames.iter().any(|frame| frame.peer == 3 && frame.bytes.is_empty());
    }
    assert!(closed);
    assert_eq!(one.tip().unwrap().id, two.tip().unwrap().id);
    assert!(one.peer_down(7).unwrap().is_empty());
    assert_eq!(one.peer_up(u64::MAX).unwrap_err().kind(), EhrErrorKind::InvalidArgument);
}

struct Bad(&'static str);

impl Transport for Bad {
    fn send(&self, _: u64, _: Vec<u8>) -> ehr_ffi::Result<SendAnswer> {
        panic!("{PRIVATE}")
    }
    fn receive(&self, _: u32) -> ehr_ffi::Result<Option<TransportEvent>> {
        match self.0 {
            "throws" => Err(ehr_ffi::EhrError::internal(PRIVATE)),
            "long" => Ok(Some(TransportEvent::Frame { peer: 1, bytes: vec![0; 40_000_000] })),
            _ => Ok(Some(TransportEvent::Up { peer: 1 })),
        }
    }
}

#[test]
fn a_transport_that_goes_wrong_is_the_hosts_fault() {
    let world = World::new(5);
    let ledger = world.ledger();
    let before = ledger.tip().unwrap();
    for how in ["throws", "long", "panics in send"] {
        let error = ledger.sync_over(Arc::new(Bad(how)), 500, None).unwrap_err();
        assert_eq!(error.kind(), EhrErrorKind::Host, "{how}: {error}");
        assert!(!error.to_string().contains("Ottilie"));
    }
    assert_eq!(ledger.tip().unwrap(), before);
    let (a, b) = wires(100, 0, 0);
    check_transport(a, b).unwrap();
    for (lose, repeat) in [(7, 0), (0, 5)] {
        let (a, b) = wires(100, lose, repeat);
        assert_eq!(check_transport(a, b).unwrap_err().kind(), EhrErrorKind::Host);
    }
}
