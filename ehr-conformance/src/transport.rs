//! The suite of [`Transport`].

use crate::Broken;
use crate::broken::{Must as _, ensure, or_panic, same};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use ehr_core::codec::limits::MAX_FRAME;
use ehr_core::transport::{PeerId, SendError, Transport, TransportEvent};
use std::sync::Arc;
use std::task::Wake;
use std::thread::Thread;

/// How long an event that must come may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Frames sent into a queue that nobody reads before it must have said [`SendError::Full`].
const FLOOD: usize = 1_000_000;

/// Checks a transport. `make` gives two ends that are, or are about to be, connected with each other only.
pub fn run<A: Transport, B: Transport>(mut make: impl FnMut() -> (A, B)) {
    or_panic(check(&mut make));
    or_panic(wakes_a_sleeping_reader(make()));
    or_panic(says_when_a_peer_is_gone(make()));
}

/// As [`run`], without a panic, and without the checks for which an end must be closed by dropping it.
///
/// # Errors
/// The first rule that is broken.
pub fn check<A: Transport, B: Transport>(mut make: impl FnMut() -> (A, B)) -> Result<(), Broken> {
    moves_frames_whole_and_in_order(&mut Pair::up(make())?)?;
    refuses_what_it_cannot_move(&mut Pair::up(make())?)?;
    pushes_back_and_says_when_there_is_room(&mut Pair::up(make())?)
}

/// As [`check`], over one connection.
///
/// # Errors
/// The first rule that is broken.
pub fn check_connection<A: Transport, B: Transport>(ends: (A, B)) -> Result<(), Broken> {
    let mut pair = Pair::up(ends)?;
    moves_frames_whole_and_in_order(&mut pair)?;
    refuses_what_it_cannot_move(&mut pair)?;
    pushes_back_and_says_when_there_is_room(&mut pair)
}

/// Two ends, and how each calls the other.
struct Pair<A, B> {
    a: A,
    b: B,
    to_b: PeerId,
    to_a: PeerId,
}

impl<A: Transport, B: Transport> Pair<A, B> {
    /// Waits for the connection.
    fn up((mut a, mut b): (A, B)) -> Result<Self, Broken> {
        let (to_b, to_a) = (up(&mut a)?, up(&mut b)?);
        Ok(Self { a, b, to_b, to_a })
    }
}

type Done = Result<(), Broken>;

fn moves_frames_whole_and_in_order(pair: &mut Pair<impl Transport, impl Transport>) -> Done {
    let Pair { a, b, to_b, to_a } = pair;
    for len in [0, 1, 2, 65_535, 65_536, MAX_FRAME, 3] {
        let there: Vec<u8> = (0u8..251).cycle().take(len).collect();
        let back: Vec<u8> = there.iter().map(|b| !b).collect();
        let what = format!("frame of {len} bytes");
        a.send(*to_b, &there).must(&what)?;
        b.send(*to_a, &back).must(&what)?;
        ensure(frame(b, *to_a)? == there, &format!("{what} changed"))?;
        ensure(frame(a, *to_b)? == back, &format!("{what} changed"))?;
    }
    Ok(())
}

fn refuses_what_it_cannot_move(pair: &mut Pair<impl Transport, impl Transport>) -> Done {
    let Pair { a, b, to_b, to_a } = pair;
    let too_large = SendError::TooLarge { limit: MAX_FRAME, got: MAX_FRAME + 1 };
    same(a.send(*to_b, &vec![0; MAX_FRAME + 1]), Err(too_large), "a frame that is too long")?;
    let nobody = PeerId(to_b.0 ^ 0x5a5a_5a5a);
    same(a.send(nobody, b"to nobody"), Err(SendError::Gone), "a frame to a peer that never was")?;
    a.send(*to_b, b"still up").must("after refusals")?;
    same(frame(b, *to_a)?.as_slice(), b"still up", "a refused frame is not moved")
}

fn pushes_back_and_says_when_there_is_room(pair: &mut Pair<impl Transport, impl Transport>) -> Done {
    let Pair { a, b, to_b, to_a } = pair;
    let numbered = |n: usize| [&n.to_le_bytes()[..], &[0; 1000]].concat();
    let sent = (0..FLOOD).find(|n| a.send(*to_b, &numbered(*n)).is_err());
    let sent = sent.ok_or_else(|| {
        Broken::new(format!("{FLOOD} frames were queued and nobody reads: no back-pressure"))
    })?;
    ensure(sent > 0, "an idle connection takes at least one frame")?;
    for n in 0..sent {
        let what = format!("frame {n} of {sent} lost, changed or out of order");
        ensure(frame(b, *to_a)? == numbered(n), &what)?;
        // The reader's own outgoing side must stay usable under pressure.
        if n == 0 {
            b.send(*to_a, b"back").must("while pressed")?;
        }
    }
    let (mut ready, mut back) = (false, false);
    while !(ready && back) {
        match next(a)? {
            TransportEvent::Ready(peer) if peer == *to_b => ready = true,
            TransportEvent::Frame { from, bytes } if from == *to_b && bytes == b"back" => back = true,
            other => return Err(unexpected("Ready and a frame", &other)),
        }
    }
    a.send(*to_b, b"again").must("after Ready")?;
    same(frame(b, *to_a)?.as_slice(), b"again", "the frame after Ready")
}

fn wakes_a_sleeping_reader(ends: (impl Transport, impl Transport)) -> Done {
    let Pair { mut a, mut b, to_b, to_a } = Pair::up(ends)?;
    std::thread::scope(|scope| {
        let sender = scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            a.send(to_b, b"wake up").must("wake up")?;
            // Kept up until the frame is surely read.
            while let TransportEvent::Frame { .. } | TransportEvent::Ready(_) = next(&mut a)? {}
            Ok(())
        });
        same(frame(&mut b, to_a)?.as_slice(), b"wake up", "the frame that wakes")?;
        drop(b);
        sender.join().map_err(|_| Broken::new("a panic in the sender's thread"))?
    })
}

fn says_when_a_peer_is_gone(ends: (impl Transport, impl Transport)) -> Done {
    let Pair { mut a, b, to_b, .. } = Pair::up(ends)?;
    drop(b);
    same(next(&mut a)?, TransportEvent::Down(to_b), "the event when a peer is gone")?;
    same(a.send(to_b, b"into the void"), Err(SendError::Gone), "a frame to a peer that is gone")?;
    let idle = a.poll_event(&mut Context::from_waker(Waker::noop()));
    ensure(idle.is_pending(), "nothing more of a peer that is down")
}

fn unexpected(what: &str, got: &TransportEvent) -> Broken {
    let kind = match got {
        TransportEvent::Up(_) => "Up",
        TransportEvent::Down(_) => "Down",
        TransportEvent::Frame { .. } => "Frame",
        TransportEvent::Ready(_) => "Ready",
    };
    Broken::new(format!("expected {what}, got {kind}"))
}

/// Waits for the connection.
fn up(transport: &mut impl Transport) -> Result<PeerId, Broken> {
    match next(transport)? {
        TransportEvent::Up(peer) => Ok(peer),
        other => Err(unexpected("Up as the first event", &other)),
    }
}

/// Waits for a frame.
fn frame(transport: &mut impl Transport, expected: PeerId) -> Result<Vec<u8>, Broken> {
    match next(transport)? {
        TransportEvent::Frame { from, bytes } => {
            same(from, expected, "who sent a frame")?;
            Ok(bytes)
        }
        other => Err(unexpected("a frame", &other)),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for the next event as a driver does: asleep until woken.
fn next(transport: &mut impl Transport) -> Result<TransportEvent, Broken> {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let start = std::time::Instant::now();
    loop {
        match transport.poll_event(&mut Context::from_waker(&waker)) {
            Poll::Ready(event) => return Ok(event),
            Poll::Pending => std::thread::park_timeout(PATIENCE),
        }
        ensure(start.elapsed() < PATIENCE, "no event and no wake-up within 20 seconds")?;
    }
}
