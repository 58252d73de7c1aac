//! Frames on their way out: a transport that is full makes them wait, never the node.

use ehr_core::transport::{PeerId, SendError, Transport, TransportEvent};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;

/// Frames that may wait for one peer; more are dropped, and the peer asks again when it misses something.
const MAX_WAITING: usize = 1024;

/// The connections of a node.
pub(super) struct Links {
    transport: Option<Box<dyn Transport>>,
    waiting: BTreeMap<PeerId, VecDeque<Vec<u8>>>,
    /// Peers the engine wants no more of. A transport cannot be told to hang up, so they are not listened to.
    closed: BTreeSet<PeerId>,
}

impl Links {
    /// No transport means no peers.
    pub(super) fn new(transport: Option<Box<dyn Transport>>) -> Self {
        Self { transport, waiting: BTreeMap::new(), closed: BTreeSet::new() }
    }

    /// The next event of a peer that is listened to. Never ends without a transport.
    pub(super) async fn next(&mut self) -> TransportEvent {
        let Some(transport) = &mut self.transport else { return std::future::pending().await };
        loop {
            let event = poll_fn(|cx| transport.poll_event(cx)).await;
            let from = match &event {
                TransportEvent::Up(_) => return event,
                TransportEvent::Down(peer) => {
                    self.waiting.remove(peer);
                    if self.closed.remove(peer) {
                        continue;
                    }
                    return event;
                }
                TransportEvent::Frame { from, .. } | TransportEvent::Ready(from) => from,
            };
            if !self.closed.contains(from) {
                return event;
            }
        }
    }

    /// Sends a frame, or lets it wait behind those that wait already.
    pub(super) fn send(&mut self, to: PeerId, frame: Vec<u8>) {
        let queue = self.waiting.entry(to).or_default();
        if queue.len() < MAX_WAITING {
            queue.push_back(frame);
        }
        self.flush(to);
    }

    /// Sends what waits for a peer, as far as there is room.
    pub(super) fn flush(&mut self, peer: PeerId) {
        let (Some(transport), Some(queue)) = (&mut self.transport, self.waiting.get_mut(&peer)) else {
            return;
        };
        while let Some(frame) = queue.front() {
            if transport.send(peer, frame) == Err(SendError::Full) {
                return;
            }
            // Sent, or never to be: the connection is gone, or the frame too long for it.
            queue.pop_front();
        }
        self.waiting.remove(&peer);
    }

    /// Listens to a peer no more.
    pub(super) fn close(&mut self, peer: PeerId) {
        self.waiting.remove(&peer);
        self.closed.insert(peer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ehr_core::transport::MemoryTransport;

    #[tokio::test]
    async fn frames_wait_in_order_for_a_slow_peer_and_a_closed_one_is_not_heard() {
        let (a, mut b) = MemoryTransport::pair(2);
        let (a_id, b_id) = (a.id(), b.id());
        let mut links = Links::new(Some(Box::new(a)));
        assert_eq!(links.next().await, TransportEvent::Up(b_id));
        for n in 0..5u8 {
            links.send(b_id, vec![n]);
        }
        let mut got = Vec::new();
        while got.len() < 5 {
            match poll_fn(|cx| b.poll_event(cx)).await {
                TransportEvent::Frame { bytes, .. } => got.extend(bytes),
                other => assert_eq!(other, TransportEvent::Up(a_id)),
            }
            if got.len() == 2 {
                assert_eq!(links.next().await, TransportEvent::Ready(b_id));
                links.flush(b_id);
            } else if got.len() == 4 {
                links.flush(b_id);
            }
        }
        assert_eq!(got, [0, 1, 2, 3, 4]);
        links.close(b_id);
        b.send(a_id, b"still here").unwrap();
        drop(b);
        let silence = tokio::time::timeout(std::time::Duration::from_millis(50), links.next()).await;
        assert!(silence.is_err(), "neither the frame nor the end of a closed peer is told");
    }
}
