//! A transport inside one process, for tests, demonstrations and nodes that share a machine.

use super::{PeerId, SendError, Transport, TransportEvent, check_frame_len};
use core::task::{Context, Poll, Waker};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connects every [`MemoryTransport`] that joins with every other.
#[derive(Clone, Debug)]
pub struct MemoryHub {
    shared: Arc<Mutex<Shared>>,
}

/// One member of a [`MemoryHub`]; dropping it takes its connections down.
#[derive(Debug)]
pub struct MemoryTransport {
    id: PeerId,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    /// Frames that may wait between two members, each way.
    capacity: usize,
    next_id: u64,
    members: BTreeMap<PeerId, Inbox>,
}

#[derive(Debug, Default)]
struct Inbox {
    events: VecDeque<TransportEvent>,
    /// Frames waiting in `events`, by sender.
    waiting: BTreeMap<PeerId, usize>,
    /// Senders that were told `Full`.
    refused: BTreeSet<PeerId>,
    waker: Option<Waker>,
}

impl Inbox {
    fn push(&mut self, event: TransportEvent) {
        self.events.push_back(event);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl MemoryHub {
    /// A hub where up to `capacity` frames (at least one) wait between two members before the sender is told
    /// [`SendError::Full`].
    pub fn new(capacity: usize) -> Self {
        let shared = Shared { capacity: capacity.max(1), next_id: 0, members: BTreeMap::new() };
        Self { shared: Arc::new(Mutex::new(shared)) }
    }

    /// Adds a member and brings up its connection with each of the others.
    pub fn join(&self) -> MemoryTransport {
        let mut shared = lock(&self.shared);
        let id = PeerId(shared.next_id);
        shared.next_id = shared.next_id.saturating_add(1);
        let mut inbox = Inbox::default();
        for (other, theirs) in &mut shared.members {
            theirs.push(TransportEvent::Up(id));
            inbox.push(TransportEvent::Up(*other));
        }
        shared.members.insert(id, inbox);
        drop(shared);
        MemoryTransport { id, shared: Arc::clone(&self.shared) }
    }
}

impl MemoryTransport {
    /// Two connected ends of a hub of their own.
    pub fn pair(capacity: usize) -> (Self, Self) {
        let hub = MemoryHub::new(capacity);
        (hub.join(), hub.join())
    }

    /// The number under which the others see this member.
    pub const fn id(&self) -> PeerId {
        self.id
    }
}

impl Transport for MemoryTransport {
    fn send(&mut self, to: PeerId, frame: &[u8]) -> Result<(), SendError> {
        check_frame_len(frame.len())?;
        let mut shared = lock(&self.shared);
        let capacity = shared.capacity;
        let inbox = shared.members.get_mut(&to).filter(|_| to != self.id).ok_or(SendError::Gone)?;
        let waiting = inbox.waiting.entry(self.id).or_default();
        if *waiting >= capacity {
            inbox.refused.insert(self.id);
            return Err(SendError::Full);
        }
        *waiting = waiting.saturating_add(1);
        inbox.push(TransportEvent::Frame { from: self.id, bytes: frame.to_vec() });
        Ok(())
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<TransportEvent> {
        let mut shared = lock(&self.shared);
        let Some(inbox) = shared.members.get_mut(&self.id) else { return Poll::Pending };
        let Some(event) = inbox.events.pop_front() else {
            inbox.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        if let TransportEvent::Frame { from, .. } = &event {
            if let Some(waiting) = inbox.waiting.get_mut(from) {
                *waiting = waiting.saturating_sub(1);
            }
            if inbox.refused.remove(from)
                && let Some(sender) = shared.members.get_mut(from)
            {
                sender.push(TransportEvent::Ready(self.id));
            }
        }
        Poll::Ready(event)
    }
}

impl Drop for MemoryTransport {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.members.remove(&self.id);
        for inbox in shared.members.values_mut() {
            inbox.waiting.remove(&self.id);
            inbox.refused.remove(&self.id);
            inbox.push(TransportEvent::Down(self.id));
        }
    }
}

/// Every change under the lock is complete before anything can unwind (only a foreign waker could), so a lock
/// that another thread poisoned is as good as any.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_member_meets_all_and_nobody_meets_itself() {
        let hub = MemoryHub::new(1);
        let (mut a, mut b) = (hub.join(), hub.join());
        let mut c = hub.join();
        let cx = &mut Context::from_waker(Waker::noop());
        assert_eq!(c.poll_event(cx), Poll::Ready(TransportEvent::Up(a.id())));
        assert_eq!(c.poll_event(cx), Poll::Ready(TransportEvent::Up(b.id())));
        assert_eq!(c.poll_event(cx), Poll::Pending);
        assert_eq!(c.send(c.id(), b"me"), Err(SendError::Gone));
        assert_eq!(a.poll_event(cx), Poll::Ready(TransportEvent::Up(b.id())));
        assert_eq!(a.poll_event(cx), Poll::Ready(TransportEvent::Up(c.id())));
        // One slow reader does not slow the others.
        a.send(b.id(), b"1").unwrap();
        assert_eq!(a.send(b.id(), b"2"), Err(SendError::Full));
        a.send(c.id(), b"3").unwrap();
        c.send(b.id(), b"4").unwrap();
        let frames: Vec<_> = core::iter::from_fn(|| match b.poll_event(cx) {
            Poll::Ready(event) => Some(event),
            Poll::Pending => None,
        })
        .collect();
        assert_eq!(frames.len(), 4, "up a, up c, frame 1, frame 4: {frames:?}");
        assert_eq!(a.poll_event(cx), Poll::Ready(TransportEvent::Ready(b.id())));
    }
}
