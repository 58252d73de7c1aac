//! Then bodies: asked of several peers at once, connected in the order of the best candidate chain.

use super::chain::{ChainError, Run};
use super::entry::{BlockStatus, block_entry};
use super::fetch::{self, WINDOW};
use super::io::LedgerEvent;
use super::machine::Engine;
use super::message::{Carried, Message};
use super::peers::{Candidate, MAX_CANDIDATE};
use super::penalty::{Asked, Offence};
use super::refused::Refused;
use crate::block::Block;
use crate::codec::limits;
use crate::primitives::BlockId;
use crate::store::{LedgerRead, ReadError, Table};
use crate::transport::PeerId;

/// A block that came and ends a run before it.
enum Unfit {
    /// By itself: only the sender is to blame.
    Body(Offence),
    /// Where it is.
    Place(BlockId, ChainError),
}

impl Engine {
    pub(super) fn on_get_blocks(
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

    pub(super) fn on_not_found(&mut self, from: PeerId, ids: &[BlockId]) {
        // It announced headers of blocks it does not have: its candidate is of no use.
        for id in ids {
            self.fetch.release(&from, Some(id));
        }
        if let Some(peer) = self.peers.get_mut(&from) {
            peer.candidate = Candidate::default();
        }
        self.punish(from, Offence::Stalled(Asked::Blocks));
    }

    pub(super) fn on_block(
        &mut self,
        disk: &dyn LedgerRead,
        from: PeerId,
        bytes: Vec<u8>,
    ) -> Result<(), Refused> {
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
                peer.candidate = Candidate::default();
            }
        }
    }
}
