//! What leaves a machine, honest or not.

use super::block;
use super::node::{CHAIN, account, whole_entries};
use super::report::Slot;
use super::scenario::Behaviour;
use super::world::World;
use crate::Message;
use crate::log::Entry;
use ehr_core::consensus::bft::SignedVote;
use ehr_core::primitives::{AccountId, BlockId, Height};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One of the two messages of an offence, by the block it is for.
pub(super) type Sent = Option<BlockId>;

impl World<'_> {
    pub(super) fn broadcast(&mut self, from: usize, bytes: &Arc<[u8]>) {
        let other = match self.behaviour(from) {
            Some(Behaviour::Equivocate { .. } | Behaviour::Split) => self.conflicting(from, bytes),
            _ => None,
        };
        let half = self.rng.next();
        for to in (0..self.nodes.len()).filter(|to| *to != from) {
            match (self.behaviour(from), &other) {
                (Some(Behaviour::Split), Some(other)) if half >> to & 1 == 1 => self.send(from, to, other),
                (Some(Behaviour::Equivocate { late_ms }), Some(other)) => {
                    self.send(from, to, bytes);
                    self.link(from, to, late_ms * 1000, other.clone());
                }
                _ => self.send(from, to, bytes),
            }
        }
    }

    pub(super) fn send(&mut self, from: usize, to: usize, bytes: &Arc<[u8]>) {
        match self.behaviour(from) {
            Some(Behaviour::Withhold) if self.rng.permille(500) => {}
            Some(Behaviour::Delay { ms }) => self.link(from, to, ms * 1000, bytes.clone()),
            Some(Behaviour::Garbage) if self.rng.permille(300) => {
                let bytes = self.garbage(bytes);
                self.link(from, to, 0, bytes);
            }
            _ => self.link(from, to, 0, bytes.clone()),
        }
    }

    /// Signs the opposite of what the validator is about to say.
    fn conflicting(&mut self, from: usize, bytes: &[u8]) -> Option<Arc<[u8]>> {
        let signer = &self.nodes[from].signer;
        let (message, slot): (_, Slot) = match Message::from_bytes(bytes).ok()? {
            Message::Vote(mut vote) => {
                vote.vote.block = vote.vote.block.is_none().then_some(BlockId([1; 32]));
                let said = vote.vote;
                let slot = (from, said.height.0, said.round, Some(said.kind));
                (Message::Vote(said.sign(&CHAIN, signer).ok()?), slot)
            }
            Message::Proposal { mut proposal, block } => {
                let said = &mut proposal.proposal;
                if said.proposer != account(from) {
                    return None; // It passes on what another said.
                }
                // The same block, but for its salt.
                let parent: [u8; 32] = block.get(8..40)?.try_into().ok()?;
                let other = block::make(said.height, BlockId(parent), from, u64::from(said.round) | 1 << 63);
                said.block = block::id(&other)?;
                said.valid_round = None;
                let slot = (from, said.height.0, said.round, None);
                let proposal = said.sign(&CHAIN, signer).ok()?;
                (Message::Proposal { proposal, block: other }, slot)
            }
            _ => return None,
        };
        self.report.offences.insert(slot);
        Some(message.to_bytes().ok()?.into())
    }

    fn garbage(&mut self, bytes: &[u8]) -> Arc<[u8]> {
        let mut bad = bytes.to_vec();
        match (self.rng.range((0, 3)), Message::from_bytes(bytes)) {
            (0, Ok(Message::Vote(mut vote))) => {
                vote.vote.round = u32::MAX;
                Message::Vote(vote).to_bytes().unwrap_or_default().into()
            }
            (1, Ok(Message::Vote(mut vote))) => {
                vote.vote.height = Height(vote.vote.height.0 + 1000);
                Message::Vote(vote).to_bytes().unwrap_or_default().into()
            }
            (2, _) => {
                bad.truncate(bad.len() / 2);
                bad.into()
            }
            _ => {
                let at = self.rng.range((0, bad.len() as u64 - 1)) as usize;
                bad[at] ^= 1 << self.rng.range((0, 7));
                bad.into()
            }
        }
    }

    /// Keeps count of which conflicting messages an honest validator holds, as only those can be proven.
    pub(super) fn note_delivered(&mut self, to: usize, from: usize, bytes: &[u8]) {
        let equivocates =
            matches!(self.behaviour(from), Some(Behaviour::Equivocate { .. } | Behaviour::Split));
        if !equivocates || self.behaviour(to).is_some() {
            return;
        }
        let (slot, block): (Slot, _) = match Message::from_bytes(bytes) {
            Ok(Message::Vote(vote)) => {
                let said = vote.vote;
                ((from, said.height.0, said.round, Some(said.kind)), said.block)
            }
            Ok(Message::Proposal { proposal, .. }) => {
                let said = proposal.proposal;
                if said.proposer != account(from) {
                    return;
                }
                ((from, said.height.0, said.round, None), Some(said.block))
            }
            _ => return,
        };
        let node = &self.nodes[to];
        let Some(bft) = &node.bft else { return };
        // What a validator takes: of heights it watches, not of far rounds (rules BF-23 and BF-27).
        let at = bft.height().0;
        let oldest = at.saturating_sub(self.scenario.evidence_heights).max(node.since);
        let near = match slot.1 {
            height if height == at => slot.2 <= bft.round() + 10,
            height if height > at => slot.2 <= 10,
            _ => true,
        };
        if near && (oldest..=at + 1).contains(&slot.1) {
            self.sent.entry((to, slot)).or_default().insert(block);
        }
    }

    /// A machine that crashed knows one of two messages only if its log has it. Both convicted before.
    pub(super) fn forget_delivered(&mut self, node: usize) {
        let slot = |who: AccountId, height: Height, round, kind| -> Slot {
            let who = (0..self.nodes.len()).find(|n| account(*n) == who);
            (who.unwrap_or(usize::MAX), height.0, round, kind)
        };
        let of_vote = |signed: &SignedVote| {
            let said = signed.vote;
            (slot(said.validator, said.height, said.round, Some(said.kind)), said.block)
        };
        let mut logged: BTreeSet<(Slot, Sent)> = BTreeSet::new();
        for entry in whole_entries(&self.nodes[node].saved.log) {
            match entry {
                Entry::Vote(vote) => drop(logged.insert(of_vote(&vote))),
                Entry::Polka(votes) => logged.extend(votes.iter().map(of_vote)),
                Entry::Proposal(signed) => {
                    let said = signed.proposal;
                    let slot = slot(said.proposer, said.height, said.round, None);
                    logged.insert((slot, Some(said.block)));
                }
                Entry::Begin(_) | Entry::Timeout(_) | Entry::Block(_) => {}
            }
        }
        for ((to, slot), sent) in &mut self.sent {
            if *to == node && sent.len() < 2 {
                sent.retain(|block| logged.contains(&(*slot, *block)));
            }
        }
    }

    /// Offences of which some honest validator held both messages at once, or one in its log when the other came.
    pub(super) fn provable(&self) -> BTreeSet<Slot> {
        self.sent.iter().filter(|(_, sent)| sent.len() == 2).map(|((_, slot), _)| *slot).collect()
    }
}
