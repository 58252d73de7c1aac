//! Over a network of the host.

use super::Ledger;
use super::talk::{Said, Talk};
use crate::Result;
use crate::fault::call;
use crate::host::{Link, ProgressListener, SendAnswer, Teller, Transport, TransportEvent};
use crate::types::Tip;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait in the transport, so that deadlines and the listener are seen to.
const WAIT_MS: u32 = 50;
/// Bytes that wait for one peer that takes frames slowly; what does not fit is lost, as networks lose frames.
const MAX_QUEUE: usize = 32 * 1024 * 1024;
/// How often deadlines are looked at.
const TICK: Duration = Duration::from_millis(200);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Exchanges over a transport until nothing came for `until_idle_ms`. Connections that are up already must be told
    /// again when the call begins; a frame from a peer that was not told is as good. Sealed bodies are not carried:
    /// see [`Ledger::missing_bodies`].
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Host` when the transport fails, or the storage fails.
    pub fn sync_over(
        &self,
        transport: Arc<dyn Transport>,
        until_idle_ms: u32,
        listener: Option<Arc<dyn ProgressListener>>,
    ) -> Result<Tip> {
        call(|| {
            self.check_open()?;
            let mut line = Line { ledger: self, link: Link(transport), peers: BTreeMap::new() };
            line.run(Duration::from_millis(until_idle_ms.into()), Teller::new("sync", listener))?;
            drop(line);
            self.core(|core| Ok(core.tip()))
        })
    }
}

/// A transport and who is at its other ends.
struct Line<'a> {
    ledger: &'a Ledger,
    link: Link,
    peers: BTreeMap<u64, Peer<'a>>,
}

struct Peer<'a> {
    talk: Talk<'a>,
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// The transport said `Full` and not yet `Ready`.
    full: bool,
}

impl Line<'_> {
    fn run(&mut self, idle: Duration, mut teller: Teller) -> Result<()> {
        let (mut heard, mut ticked, mut frames) = (Instant::now(), Instant::now(), 0u64);
        let wait = u32::try_from(idle.as_millis()).unwrap_or(u32::MAX).clamp(1, WAIT_MS);
        loop {
            teller.tell(frames, None)?;
            let event = self.link.receive(wait)?;
            if event.is_some() {
                heard = Instant::now();
                frames = frames.saturating_add(1);
            }
            match event {
                Some(TransportEvent::Up { peer }) => self.up(peer)?,
                Some(TransportEvent::Down { peer }) => drop(self.peers.remove(&peer)),
                Some(TransportEvent::Frame { peer, bytes }) => self.hear(peer, bytes)?,
                Some(TransportEvent::Ready { peer }) => {
                    if let Some(known) = self.peers.get_mut(&peer) {
                        known.full = false;
                    }
                    self.flush(peer)?;
                }
                None => {}
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                for peer in self.peers.keys().copied().collect::<Vec<_>>() {
                    let said = self.peers.get(&peer).map(|known| known.talk.tick()).transpose()?;
                    self.say(peer, said.unwrap_or_default())?;
                }
            }
            if heard.elapsed() >= idle {
                return Ok(());
            }
        }
    }

    fn up(&mut self, peer: u64) -> Result<()> {
        if self.peers.contains_key(&peer) {
            return Ok(());
        }
        let (talk, said) = Talk::begin(self.ledger)?;
        self.peers.insert(peer, Peer { talk, waiting: VecDeque::new(), bytes: 0, full: false });
        self.say(peer, said)
    }

    fn hear(&mut self, peer: u64, bytes: Vec<u8>) -> Result<()> {
        self.up(peer)?;
        let Some(known) = self.peers.get(&peer) else { return Ok(()) };
        let said = known.talk.hear(bytes)?;
        self.say(peer, said)
    }

    /// Queues what is to be said and sends as much as is taken. A peer that broke the protocol is heard no more.
    fn say(&mut self, peer: u64, said: Said) -> Result<()> {
        let Some(known) = self.peers.get_mut(&peer) else { return Ok(()) };
        for frame in said.frames {
            let bytes = known.bytes.saturating_add(frame.len());
            if bytes <= MAX_QUEUE {
                known.bytes = bytes;
                known.waiting.push_back(frame);
            }
        }
        self.flush(peer)?;
        if said.closed {
            self.peers.remove(&peer);
        }
        Ok(())
    }

    fn flush(&mut self, peer: u64) -> Result<()> {
        let Some(known) = self.peers.get_mut(&peer) else { return Ok(()) };
        while let Some(frame) = known.waiting.front().filter(|_| !known.full) {
            match self.link.send(peer, frame.clone())? {
                SendAnswer::Full => known.full = true,
                SendAnswer::Sent => {
                    known.bytes = known.bytes.saturating_sub(frame.len());
                    known.waiting.pop_front();
                }
                SendAnswer::Gone => {
                    self.peers.remove(&peer);
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
