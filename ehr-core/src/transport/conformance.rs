//! The suite of [`Transport`], for an implementer to run in one line of a test.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a failed expectation panics, and a wait has an end"
)]

use super::{PeerId, SendError, Transport, TransportEvent};
use crate::codec::limits::MAX_FRAME;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;
use std::thread::Thread;

/// How long an event that must come may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Frames sent into a queue that nobody reads before it must have said [`SendError::Full`].
const FLOOD: usize = 1_000_000;

/// Checks a transport. `make` gives two ends that are, or are about to be, connected with each other only.
pub fn run<A: Transport, B: Transport>(mut make: impl FnMut() -> (A, B)) {
    moves_frames_whole_and_in_order(make());
    refuses_what_it_cannot_move(make());
    pushes_back_and_says_when_there_is_room(make());
    wakes_a_sleeping_reader(make());
    says_when_a_peer_is_gone(make());
}

fn moves_frames_whole_and_in_order((mut a, mut b): (impl Transport, impl Transport)) {
    let (to_b, to_a) = (up(&mut a), up(&mut b));
    for len in [0, 1, 2, 65_535, 65_536, MAX_FRAME, 3] {
        let there: Vec<u8> = (0u8..251).cycle().take(len).collect();
        let back: Vec<u8> = there.iter().map(|b| !b).collect();
        a.send(to_b, &there).unwrap_or_else(|e| panic!("frame of {len} bytes: {e}"));
        b.send(to_a, &back).unwrap_or_else(|e| panic!("frame of {len} bytes: {e}"));
        assert!(frame(&mut b, to_a) == there, "frame of {len} bytes changed");
        assert!(frame(&mut a, to_b) == back, "frame of {len} bytes changed");
    }
}

fn refuses_what_it_cannot_move((mut a, mut b): (impl Transport, impl Transport)) {
    let (to_b, to_a) = (up(&mut a), up(&mut b));
    let too_large = SendError::TooLarge { limit: MAX_FRAME, got: MAX_FRAME + 1 };
    assert_eq!(a.send(to_b, &vec![0; MAX_FRAME + 1]), Err(too_large));
    assert_eq!(a.send(PeerId(to_b.0 ^ 0x5a5a_5a5a), b"to nobody"), Err(SendError::Gone));
    a.send(to_b, b"still up").unwrap_or_else(|e| panic!("after refusals: {e}"));
    assert_eq!(frame(&mut b, to_a), b"still up", "a refused frame is not moved");
}

fn pushes_back_and_says_when_there_is_room((mut a, mut b): (impl Transport, impl Transport)) {
    let (to_b, to_a) = (up(&mut a), up(&mut b));
    let numbered = |n: usize| [&n.to_le_bytes()[..], &[0; 1000]].concat();
    let sent = (0..FLOOD).find(|n| a.send(to_b, &numbered(*n)).is_err());
    let sent =
        sent.unwrap_or_else(|| panic!("{FLOOD} frames were queued and nobody reads: no back-pressure"));
    assert!(sent > 0, "an idle connection takes at least one frame");
    for n in 0..sent {
        assert!(frame(&mut b, to_a) == numbered(n), "frame {n} of {sent} lost, changed or out of order");
        // The reader's own outgoing side must stay usable under pressure.
        if n == 0 {
            b.send(to_a, b"back").unwrap_or_else(|e| panic!("while pressed: {e}"));
        }
    }
    let (mut ready, mut back) = (false, false);
    while !(ready && back) {
        match next(&mut a) {
            TransportEvent::Ready(peer) if peer == to_b => ready = true,
            TransportEvent::Frame { from, bytes } if from == to_b && bytes == b"back" => back = true,
            other => panic!("expected Ready and a frame, got {other:?}"),
        }
    }
    a.send(to_b, b"again").unwrap_or_else(|e| panic!("after Ready: {e}"));
    assert_eq!(frame(&mut b, to_a), b"again");
}

fn wakes_a_sleeping_reader((mut a, mut b): (impl Transport, impl Transport)) {
    let (to_b, to_a) = (up(&mut a), up(&mut b));
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            a.send(to_b, b"wake up").unwrap_or_else(|e| panic!("{e}"));
            // Kept up until the frame is surely read.
            while let TransportEvent::Frame { .. } | TransportEvent::Ready(_) = next(&mut a) {}
        });
        assert_eq!(frame(&mut b, to_a), b"wake up");
        drop(b);
    });
}

fn says_when_a_peer_is_gone((mut a, mut b): (impl Transport, impl Transport)) {
    let (to_b, _) = (up(&mut a), up(&mut b));
    drop(b);
    assert_eq!(next(&mut a), TransportEvent::Down(to_b));
    assert_eq!(a.send(to_b, b"into the void"), Err(SendError::Gone));
    let idle = a.poll_event(&mut Context::from_waker(Waker::noop()));
    assert!(idle.is_pending(), "nothing more of a peer that is down, got {idle:?}");
}

/// Waits for the connection.
fn up(transport: &mut impl Transport) -> PeerId {
    match next(transport) {
        TransportEvent::Up(peer) => peer,
        other => panic!("the first event must be Up, got {other:?}"),
    }
}

/// Waits for a frame.
fn frame(transport: &mut impl Transport, expected: PeerId) -> Vec<u8> {
    match next(transport) {
        TransportEvent::Frame { from, bytes } => {
            assert_eq!(from, expected, "frame from an unknown peer");
            bytes
        }
        other => panic!("expected a frame, got {other:?}"),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for the next event as a driver does: asleep until woken.
fn next(transport: &mut impl Transport) -> TransportEvent {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let start = std::time::Instant::now();
    loop {
        match transport.poll_event(&mut Context::from_waker(&waker)) {
            Poll::Ready(event) => return event,
            Poll::Pending => std::thread::park_timeout(PATIENCE),
        }
        assert!(start.elapsed() < PATIENCE, "no event and no wake-up within {PATIENCE:?}");
    }
}
