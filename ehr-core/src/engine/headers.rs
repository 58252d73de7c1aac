//! Headers first: what is shown to peers, and the candidate chain that each of them shows.

use super::chain;
use super::entry::{BlockStatus, block_at, block_entry};
use super::machine::Engine;
use super::message::{Carried, Message};
use super::peers::{Candidate, Link};
use super::penalty::{Asked, Offence};
use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::{Tip, Weight};
use crate::primitives::{BlockId, Height};
use crate::store::{LedgerRead, ReadError};
use crate::transport::PeerId;

/// How long a peer may take to answer `GetHeaders`.
const HEADERS_TIMEOUT_MS: u64 = 10_000;

impl Engine {
    pub(super) fn on_get_headers(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        locator: &[BlockId],
    ) -> Result<(), ReadError> {
        if locator.len() > limits::MAX_LOCATOR {
            let why = Offence::TooMany { what: "locator", limit: limits::MAX_LOCATOR, got: locator.len() };
            self.punish(from, why);
            return Ok(());
        }
        let view = self.out.over(disk);
        let mut start = Height::ZERO;
        for id in locator {
            if let Some(entry) = block_entry(&view, id)?
                && block_at(&view, entry.header.height)? == Some(*id)
            {
                start = entry.header.height;
                break;
            }
        }
        let mut headers = Vec::new();
        while headers.len() < limits::MAX_HEADERS {
            let Some(height) = start.next() else { break };
            let Some(id) = block_at(&view, height)? else { break };
            let Some(entry) = block_entry(&view, &id)? else { break };
            headers.push(Carried::from(&entry.header));
            start = height;
        }
        self.send(from, &Message::Headers { headers });
        Ok(())
    }

    pub(super) fn on_headers(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        headers: &[Carried],
    ) -> Result<(), ReadError> {
        if headers.len() > limits::MAX_HEADERS {
            let why = Offence::TooMany { what: "headers", limit: limits::MAX_HEADERS, got: headers.len() };
            self.punish(from, why);
            return Ok(());
        }
        let Some(peer) = self.peers.get_mut(&from) else { return Ok(()) };
        if peer.headers_due.take().is_none() {
            self.punish(from, Offence::Unsolicited);
            return Ok(());
        }
        for bytes in headers {
            if !self.link(disk, from, &bytes.0)? {
                return Ok(());
            }
        }
        let best = self.best.rank();
        let Some(peer) = self.peers.get_mut(&from) else { return Ok(()) };
        peer.answered(Asked::Headers);
        let reached = peer.candidate.links.last().map(|l| Tip { total: l.weight, id: l.id });
        peer.candidate.more = headers.len() == limits::MAX_HEADERS;
        if peer.candidate.more {
            if !peer.candidate.is_full() {
                self.ask_headers(disk, from)?;
            } else if reached.is_none_or(|r| r <= best) {
                // A chain this long that is still lighter is not worth more memory.
                peer.candidate = Candidate::default();
                self.punish(from, Offence::Overclaimed);
            }
            return Ok(());
        }
        let claimed = peer.claimed.take();
        let total = reached.map_or(Weight::ZERO, |r| r.total);
        if reached.is_none_or(|r| r <= best) {
            peer.candidate = Candidate::default();
        }
        if claimed.is_some_and(|c| c > total.max(best.total)) {
            self.punish(from, Offence::Overclaimed);
        }
        Ok(())
    }

    /// Appends one header to a peer's candidate chain; whether the peer may go on.
    fn link(&mut self, disk: &dyn LedgerRead, from: PeerId, bytes: &[u8]) -> Result<bool, ReadError> {
        let header = match Header::from_bytes(bytes) {
            Ok(h) => h,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(false);
            }
        };
        let id = header.id();
        let view = self.out.over(disk);
        let Some(peer) = self.peers.get_mut(&from) else { return Ok(false) };
        if peer.candidate.contains(header.height, &id) {
            return Ok(true);
        }
        if let Some(known) = block_entry(&view, &id)? {
            if known.status == BlockStatus::Invalid {
                peer.candidate = Candidate::default();
                self.punish(from, Offence::Unlinked);
                return Ok(false);
            }
            if peer.candidate.links.is_empty() {
                peer.candidate.shown = Some(id);
                return Ok(true);
            }
        }
        let (parent, total) = match peer.candidate.links.last() {
            Some(last) if last.id == header.prev => (last.header.clone(), last.weight),
            _ => match block_entry(&view, &header.prev)? {
                Some(e) if e.status != BlockStatus::Invalid => {
                    // A new branch off a block we have replaces what this peer showed before.
                    if let Some(peer) = self.peers.get_mut(&from) {
                        peer.candidate = Candidate::default();
                    }
                    (e.header, e.total)
                }
                _ => {
                    if let Some(peer) = self.peers.get_mut(&from) {
                        peer.candidate = Candidate::default();
                    }
                    self.punish(from, Offence::Unlinked);
                    return Ok(false);
                }
            },
        };
        match chain::check_link(&self.spec, &header, &parent, total, self.now) {
            Ok(weight) => {
                if let Some(peer) = self.peers.get_mut(&from) {
                    peer.candidate.links.push(Link { id, header, weight });
                }
                Ok(true)
            }
            Err(e) => {
                self.punish(from, Offence::BadHeader(e));
                Ok(false)
            }
        }
    }

    pub(super) fn on_announce(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        header: &Carried,
    ) -> Result<(), ReadError> {
        if self.is_stake() {
            // Validators tell of their blocks in their own way.
            self.punish(from, Offence::Unsolicited);
            return Ok(());
        }
        let decoded = match Header::from_bytes(&header.0) {
            Ok(h) => h,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        let view = self.out.over(disk);
        let Some(peer) = self.peers.get_mut(&from) else { return Ok(()) };
        let extends = peer.candidate.links.last().is_some_and(|l| l.id == decoded.prev);
        if extends && peer.candidate.is_full() {
            peer.candidate.more = true; // It is asked for once there is room.
            return Ok(());
        }
        if extends || block_entry(&view, &decoded.prev)?.is_some() {
            self.link(disk, from, &header.0)?;
        } else {
            self.ask_headers(disk, from)?;
        }
        Ok(())
    }

    pub(super) fn ask_headers(&mut self, disk: &dyn LedgerRead, peer: PeerId) -> Result<(), ReadError> {
        let Some(state) = self.peers.get(&peer) else { return Ok(()) };
        if state.headers_due.is_some() || state.candidate.is_full() {
            return Ok(());
        }
        // Where what it showed ends, or else our own chain.
        let mut locator: Vec<BlockId> = state.candidate.end().into_iter().collect();
        locator.extend(self.locator(disk)?);
        locator.truncate(limits::MAX_LOCATOR);
        let due = self.now.plus(HEADERS_TIMEOUT_MS);
        if let Some(state) = self.peers.get_mut(&peer) {
            state.headers_due = Some(due);
        }
        self.send(peer, &Message::GetHeaders { locator });
        Ok(())
    }

    /// Our best chain, newest first: ten blocks one by one, then ever larger steps, genesis last.
    fn locator(&self, disk: &dyn LedgerRead) -> Result<Vec<BlockId>, ReadError> {
        let view = self.out.over(disk);
        let (mut ids, mut height, mut step) = (Vec::new(), self.best.header.height, 1u64);
        while height > Height::ZERO && ids.len() < limits::MAX_LOCATOR.saturating_sub(2) {
            ids.extend(block_at(&view, height)?);
            if ids.len() >= 10 {
                step = step.saturating_mul(2);
            }
            height = height.minus(step);
        }
        ids.push(self.spec.block().id());
        Ok(ids)
    }
}
