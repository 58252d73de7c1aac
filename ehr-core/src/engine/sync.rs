//! Talking to peers: hello, headers first, then bodies, from any point, against peers that lie or stall.

use super::chain::{self, ChainError, Run};
use super::entry::{BlockStatus, block_at, block_entry};
use super::fetch::{self, WINDOW};
use super::io::{LedgerEvent, Output};
use super::machine::{Engine, Refused};
use super::message::{Carried, Message, PROTOCOL};
use super::peers::{Link, MAX_CANDIDATE};
use super::penalty::{self, Asked, Offence};
use crate::block::{Block, Header};
use crate::codec::{Wire, limits};
use crate::consensus::{Tip, Weight};
use crate::primitives::{BlockId, ChainId, Height};
use crate::store::{LedgerRead, ReadError, Table};
use crate::transport::PeerId;
use crate::tx::Tx;

/// How long a peer may take to answer `GetHeaders`.
const HEADERS_TIMEOUT_MS: u64 = 10_000;
/// How often tips are compared when nothing is heard: a lost announcement must not leave a node behind.
const GREET_EVERY_MS: u64 = 10_000;

/// A block that came and ends a run before it.
enum Unfit {
    /// By itself: only the sender is to blame.
    Body(Offence),
    /// Where it is.
    Place(BlockId, ChainError),
}

impl Engine {
    pub(super) fn peer_up(&mut self, peer: PeerId) {
        if !self.peers.add(peer) {
            self.out.push(Output::Disconnect { peer, why: Offence::Crowded });
            return;
        }
        self.greet(peer);
        if self.greet_at.is_none() {
            self.greet_at = Some(self.now.plus(GREET_EVERY_MS));
        }
    }

    pub(super) fn peer_down(&mut self, peer: PeerId) {
        self.peers.remove(&peer);
        self.fetch.release(&peer, None);
    }

    /// Forgets what was asked of peers and what they showed, and greets them again.
    pub(super) fn start_over_with_peers(&mut self) {
        self.fetch = fetch::Fetch::default();
        let everyone: Vec<PeerId> = self.peers.iter().map(|(id, _)| *id).collect();
        for (_, peer) in self.peers.iter_mut() {
            peer.headers_due = None;
            peer.candidate = super::peers::Candidate::default();
        }
        for peer in everyone {
            self.greet(peer);
        }
    }

    /// Every offence comes through here.
    fn punish(&mut self, peer: PeerId, why: Offence) {
        if self.peers.punish(&peer, &why) {
            self.peer_down(peer);
            self.out.push(Output::Disconnect { peer, why });
        }
    }

    pub(super) fn on_frame(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        bytes: &[u8],
    ) -> Result<(), Refused> {
        if self.peers.get(&from).is_none() {
            return Ok(()); // A frame that was under way when the peer was disconnected.
        }
        let message = match Message::from_bytes(bytes) {
            Ok(m) => m,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        let greeted = self.peers.get(&from).is_some_and(|p| p.greeted);
        match message {
            Message::Hello { protocol, chain_id, tip, weight, .. } => {
                self.on_hello(disk, from, protocol, chain_id, Tip { total: weight, id: tip })?;
            }
            _ if !greeted => self.punish(from, Offence::NoHello),
            Message::GetHeaders { locator } => self.on_get_headers(disk, from, &locator)?,
            Message::Headers { headers } => self.on_headers(disk, from, &headers)?,
            Message::GetBlocks { ids } => self.on_get_blocks(disk, from, &ids)?,
            Message::Block { bytes } => self.on_block(disk, from, bytes.0)?,
            Message::NotFound { ids } => self.on_not_found(from, &ids),
            Message::Announce { header } => self.on_announce(disk, from, &header)?,
            Message::Tx { bytes } => self.on_tx(disk, from, &bytes.0)?,
        }
        Ok(())
    }

    fn on_hello(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        protocol: u16,
        chain_id: ChainId,
        claimed: Tip,
    ) -> Result<(), ReadError> {
        if protocol != PROTOCOL || chain_id != self.spec.chain_id() {
            self.punish(from, Offence::Foreign);
            return Ok(());
        }
        if let Some(peer) = self.peers.get_mut(&from) {
            peer.greeted = true;
            peer.claimed = Some(claimed.total);
        }
        if claimed > self.best.rank() && !self.is_stake() {
            self.ask_headers(disk, from)?;
        }
        Ok(())
    }

    fn on_get_headers(
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

    fn on_headers(
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
                peer.candidate = super::peers::Candidate::default();
                self.punish(from, Offence::Overclaimed);
            }
            return Ok(());
        }
        let claimed = peer.claimed.take();
        let total = reached.map_or(Weight::ZERO, |r| r.total);
        if reached.is_none_or(|r| r <= best) {
            peer.candidate = super::peers::Candidate::default();
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
                peer.candidate = super::peers::Candidate::default();
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
                        peer.candidate = super::peers::Candidate::default();
                    }
                    (e.header, e.total)
                }
                _ => {
                    if let Some(peer) = self.peers.get_mut(&from) {
                        peer.candidate = super::peers::Candidate::default();
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

    fn on_announce(
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

    fn on_get_blocks(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        ids: &[BlockId],
    ) -> Result<(), ReadError> {
        if ids.len() > limits::MAX_GET_BLOCKS {
            let why = Offence::TooMany { what: "block ids", limit: limits::MAX_GET_BLOCKS, got: ids.len() };
            self.punish(from, why);
            return Ok(());
        }
        let mut missing = Vec::new();
        for id in ids {
            let body = self.out.over(disk).get(Table::Bodies, id.as_ref())?;
            match body {
                Some(bytes) => self.send(from, &Message::Block { bytes: Carried(bytes) }),
                None => missing.push(*id),
            }
        }
        if !missing.is_empty() {
            self.send(from, &Message::NotFound { ids: missing });
        }
        Ok(())
    }

    fn on_not_found(&mut self, from: PeerId, ids: &[BlockId]) {
        // It announced headers of blocks it does not have: its candidate is of no use.
        for id in ids {
            self.fetch.release(&from, Some(id));
        }
        if let Some(peer) = self.peers.get_mut(&from) {
            peer.candidate = super::peers::Candidate::default();
        }
        self.punish(from, Offence::Stalled(Asked::Blocks));
    }

    fn on_block(&mut self, disk: &dyn LedgerRead, from: PeerId, bytes: Vec<u8>) -> Result<(), Refused> {
        let id = match Block::decode(&bytes) {
            Ok(block) => block.id(),
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        if !self.fetch.arrive(id, from, bytes) {
            // Late answers to a question asked of somebody else are common; known blocks cost nothing.
            let view = self.out.over(disk);
            if block_entry(&view, &id)?.is_none() {
                self.punish(from, Offence::Unsolicited);
            }
            return Ok(());
        }
        if let Some(peer) = self.peers.get_mut(&from) {
            peer.answered(Asked::Blocks);
        }
        Ok(())
    }

    fn on_tx(&mut self, disk: &dyn LedgerRead, from: PeerId, bytes: &[u8]) -> Result<(), Refused> {
        let tx = match Tx::decode(bytes) {
            Ok(tx) => tx,
            Err(e) => {
                self.punish(from, Offence::Malformed(e));
                return Ok(());
            }
        };
        match self.accept_tx(disk, tx, Some(from)) {
            Err(Refused::Tx(e)) if penalty::is_forged(&e) => self.punish(from, Offence::BadTx),
            Err(Refused::Store(e)) => return Err(e.into()),
            // Peers on other tips see other states: what is refused here may be right there.
            Ok(()) | Err(_) => {}
        }
        Ok(())
    }

    /// Connects blocks that arrived and asks for the next ones, until neither is possible.
    pub(super) fn pump(&mut self, disk: &dyn LedgerRead) -> Result<(), ReadError> {
        loop {
            self.drop_stored(disk)?;
            let Some(leader) = fetch::best_candidate(&self.spec, &self.peers, &self.best) else {
                self.fetch.keep(&self.peers, &[]);
                return Ok(());
            };
            let wanted: Vec<BlockId> = self
                .peers
                .get(&leader)
                .map(|p| p.candidate.links.iter().take(WINDOW).map(|l| l.id).collect())
                .unwrap_or_default();
            self.fetch.keep(&self.peers, &wanted);
            if self.out.is_behind() {
                return Ok(()); // The next batch that is on disk leads here again.
            }
            let run = self.fetch.run(&wanted, self.now);
            if run > 0 {
                self.connect(disk, wanted.get(..run).unwrap_or_default())?;
                continue;
            }
            let asks = self.fetch.assign(&wanted, &self.peers, self.now);
            for (peer, ids) in asks {
                self.send(peer, &Message::GetBlocks { ids });
            }
            return Ok(());
        }
    }

    /// Takes blocks that peers sent, each the parent of the next.
    fn connect(&mut self, disk: &dyn LedgerRead, ids: &[BlockId]) -> Result<(), ReadError> {
        let mut run = Run::default();
        let mut senders = Vec::new();
        let mut last = None;
        for (from, bytes) in ids.iter().map_while(|id| self.fetch.take(id)) {
            let checked = Block::decode(&bytes)
                .map_err(Offence::Malformed)
                .and_then(|b| b.check(&self.spec).map_err(|e| Offence::BadBlock(Box::new(e))));
            let block = match checked {
                Ok(b) => b,
                Err(why) => {
                    // The header may be good and the body not its own: only the sender is to blame.
                    last = Some((from, Unfit::Body(why)));
                    break;
                }
            };
            let id = block.id();
            if let Err(error) = run.add(&self.spec, &self.best, &self.out.over(disk), self.now, block) {
                last = Some((from, Unfit::Place(id, error)));
                break;
            }
            senders.push((id, from));
        }
        if let Some((id, from)) = senders.first() {
            match run.take(&self.spec, &self.best, &self.out.over(disk), &self.signatures) {
                Ok(taken) => {
                    let invalid = taken.invalid.as_ref().map(|(id, _)| *id);
                    let refused = self.taken(disk, taken);
                    let sender = senders.iter().find(|(id, _)| Some(*id) == invalid);
                    if let Some((error, (_, from))) = refused.zip(sender) {
                        self.punish(*from, Offence::BadBlock(Box::new(error)));
                    }
                }
                Err(error) => self.not_taken(*from, *id, error)?,
            }
        }
        match last {
            None => {}
            Some((from, Unfit::Body(why))) => self.punish(from, why),
            Some((from, Unfit::Place(id, error))) => self.not_taken(from, id, error)?,
        }
        Ok(())
    }

    /// A block, or the first of a run, was not taken.
    fn not_taken(&mut self, from: PeerId, id: BlockId, error: ChainError) -> Result<(), ReadError> {
        match error {
            ChainError::Read(e) => return Err(e),
            ChainError::Known => self.forget_chain(&id),
            ChainError::Header(e) => {
                self.forget_chain(&id);
                self.punish(from, Offence::BadHeader(e));
            }
            ChainError::Body(e) => {
                self.forget_chain(&id);
                self.punish(from, Offence::BadBlock(Box::new(e)));
            }
            ChainError::OnInvalid(_) => {
                self.forget_chain(&id);
                self.punish(from, Offence::Unlinked);
            }
            e @ ChainError::Undo(_) => {
                self.forget_chain(&id);
                self.event(LedgerEvent::Damaged { what: e.to_string() });
            }
            _ => self.forget_chain(&id),
        }
        Ok(())
    }

    /// Blocks that are stored leave the front of every candidate.
    fn drop_stored(&mut self, disk: &dyn LedgerRead) -> Result<(), ReadError> {
        let view = self.out.over(disk);
        let mut refill = Vec::new();
        for (who, peer) in self.peers.iter_mut() {
            let mut done = 0usize;
            for link in &peer.candidate.links {
                match block_entry(&view, &link.id)? {
                    Some(e) if e.status != BlockStatus::Invalid => done = done.saturating_add(1),
                    _ => break,
                }
            }
            let stored = peer.candidate.links.drain(..done).next_back();
            if peer.candidate.links.is_empty() && peer.candidate.more {
                peer.candidate.shown = stored.map(|l| l.id).or(peer.candidate.shown);
            }
            let low = peer.candidate.links.len() < MAX_CANDIDATE / 2;
            if done > 0 && peer.candidate.more && low && peer.headers_due.is_none() {
                refill.push(*who);
            }
        }
        for who in refill {
            self.ask_headers(disk, who)?;
        }
        Ok(())
    }

    /// A block turned out to break a rule: nobody's chain through it is followed.
    pub(super) fn forget_chain(&mut self, id: &BlockId) {
        for (_, peer) in self.peers.iter_mut() {
            if peer.candidate.links.iter().any(|l| l.id == *id) {
                peer.candidate = super::peers::Candidate::default();
            }
        }
    }

    fn ask_headers(&mut self, disk: &dyn LedgerRead, peer: PeerId) -> Result<(), ReadError> {
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

    /// Deadlines that have passed.
    pub(super) fn expire(&mut self) {
        let now = self.now;
        let mut late: Vec<(PeerId, Asked)> =
            self.fetch.late(now).into_iter().map(|who| (who, Asked::Blocks)).collect();
        for (who, peer) in self.peers.iter_mut() {
            if peer.headers_due.is_some_and(|due| due <= now) {
                peer.headers_due = None;
                late.push((*who, Asked::Headers));
            }
        }
        for (who, what) in late {
            self.punish(who, Offence::Stalled(what));
        }
        if self.greet_at.is_some_and(|at| at <= now) {
            self.greet_at = Some(now.plus(GREET_EVERY_MS));
            let everyone: Vec<PeerId> = self.peers.iter().map(|(id, _)| *id).collect();
            for peer in everyone {
                self.greet(peer);
            }
        }
    }

    fn greet(&mut self, peer: PeerId) {
        let hello = Message::Hello {
            protocol: PROTOCOL,
            chain_id: self.spec.chain_id(),
            tip: self.best.id,
            height: self.best.header.height,
            weight: self.best.weight,
        };
        self.send(peer, &hello);
    }

    pub(super) fn announce(&mut self) {
        let header = Carried::from(&self.best.header);
        for peer in self.peers.greeted(None) {
            self.send(peer, &Message::Announce { header: header.clone() });
        }
    }

    pub(super) fn gossip_tx(&mut self, bytes: &[u8], from: Option<PeerId>) {
        for peer in self.peers.greeted(from) {
            self.send(peer, &Message::Tx { bytes: Carried(bytes.to_vec()) });
        }
    }

    fn send(&mut self, to: PeerId, message: &Message) {
        // A message of ours always encodes: its lists are cut to their limits where they are made.
        if let Ok(bytes) = message.to_bytes() {
            self.out.push(Output::Send { to, bytes });
        }
    }
}
