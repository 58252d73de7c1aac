//! One connection that a call of ours drives, beside those that the host drives.

use super::Ledger;
use crate::Result;
use ehr_core::engine::Input;
use ehr_core::transport::PeerId;
use std::sync::atomic::{AtomicU64, Ordering};

/// Lowest number of our own connections, above those of hosts.
pub(super) const FIRST_OWN: u64 = 1 << 63;
static NEXT: AtomicU64 = AtomicU64::new(FIRST_OWN);

/// A connection of a ledger; gone when dropped.
pub(super) struct Talk<'a> {
    ledger: &'a Ledger,
    peer: PeerId,
}

/// What a connection wants sent.
#[derive(Default)]
pub(super) struct Said {
    pub(super) frames: Vec<Vec<u8>>,
    /// The engine has had enough of this peer.
    pub(super) closed: bool,
}

impl<'a> Talk<'a> {
    /// Opens a connection.
    pub(super) fn begin(ledger: &'a Ledger) -> Result<(Self, Said)> {
        let peer = PeerId(NEXT.fetch_add(1, Ordering::Relaxed));
        let talk = Self { ledger, peer };
        let said = talk.with(|core| core.connect(peer))?;
        Ok((talk, said))
    }

    /// Hears a frame. What is wrong with it costs the peer.
    pub(super) fn hear(&self, bytes: Vec<u8>) -> Result<Said> {
        self.with(|core| core.feed(Input::Frame { from: self.peer, bytes }))
    }

    /// Acts on deadlines.
    pub(super) fn tick(&self) -> Result<Said> {
        self.with(super::machine::Core::timeout)
    }

    fn with(&self, work: impl FnOnce(&mut super::machine::Core) -> Result<()>) -> Result<Said> {
        self.ledger.core(|core| {
            let done = work(core);
            let said = core.frames.take_of(self.peer);
            done.map(|()| said)
        })
    }
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        // A ledger that is closed has no connections.
        let _ = self.ledger.core(|core| core.disconnect(self.peer));
    }
}
