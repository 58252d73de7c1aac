//! What is known of each peer.

use super::penalty::{self, Asked, Offence};
use crate::block::Header;
use crate::consensus::Weight;
use crate::primitives::{BlockId, Height, Timestamp};
use crate::transport::PeerId;
use std::collections::BTreeMap;

/// Peers a node talks to at once.
pub(super) const MAX_PEERS: usize = 64;
/// Headers kept of one peer's better chain before their blocks are fetched.
pub(super) const MAX_CANDIDATE: usize = 8_000;

/// A chain of headers that links to a block we have, and that a peer says it has the blocks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    /// Checked headers in order, with their ids and total weights.
    pub(super) links: Vec<Link>,
    /// Whether the peer may have more after these.
    pub(super) more: bool,
    /// While there are no links: the last header it showed that we have already. Asked from our own chain alone, it
    /// would show the same again.
    pub(super) shown: Option<BlockId>,
}

impl Candidate {
    /// Whether a header is in it. Heights count up by one from link to link.
    pub(super) fn contains(&self, height: Height, id: &BlockId) -> bool {
        let first = self.links.first().map(|l| l.header.height.0);
        let place = first.and_then(|first| usize::try_from(height.0.checked_sub(first)?).ok());
        place.and_then(|n| self.links.get(n)).is_some_and(|l| l.id == *id)
    }
    /// Where what the peer showed ends.
    pub(super) fn end(&self) -> Option<BlockId> {
        self.links.last().map(|l| l.id).or(self.shown)
    }
    /// Whether no more headers are asked for until some of these are stored. What an answer holds is kept whole.
    pub(super) fn is_full(&self) -> bool {
        self.links.len() >= MAX_CANDIDATE
    }
}

/// One header of a candidate.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) id: BlockId,
    pub(super) header: Header,
    pub(super) weight: Weight,
}

/// One peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer {
    /// It said hello for this chain.
    pub(super) greeted: bool,
    /// What it claimed to have.
    pub(super) claimed: Option<Weight>,
    /// Until when it has to answer `GetHeaders`.
    pub(super) headers_due: Option<Timestamp>,
    /// Its better chain.
    pub(super) candidate: Candidate,
    /// Penalty score.
    pub(super) score: u32,
    /// Headers, and blocks, that did not come in time since the last that did. Counted apart: whoever answers with
    /// headers and keeps the blocks back holds up the sync.
    pub(super) stalls: BTreeMap<Asked, u32>,
}

impl Peer {
    /// It did something useful: late answers are forgotten, and small offences over time.
    pub(super) fn answered(&mut self, what: Asked) {
        self.stalls.remove(&what);
        self.score = self.score.saturating_sub(5);
    }
    /// Late answers in a row.
    pub(super) fn late(&self) -> u32 {
        self.stalls.values().copied().max().unwrap_or(0)
    }
}

/// All peers, in a fixed order.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers {
    map: BTreeMap<PeerId, Peer>,
}

impl Peers {
    pub(super) fn add(&mut self, id: PeerId) -> bool {
        if self.map.len() >= MAX_PEERS && !self.map.contains_key(&id) {
            return false;
        }
        self.map.insert(id, Peer::default());
        true
    }
    pub(super) fn remove(&mut self, id: &PeerId) {
        self.map.remove(id);
    }
    pub(super) fn get(&self, id: &PeerId) -> Option<&Peer> {
        self.map.get(id)
    }
    pub(super) fn get_mut(&mut self, id: &PeerId) -> Option<&mut Peer> {
        self.map.get_mut(id)
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = (&PeerId, &Peer)> {
        self.map.iter()
    }
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&PeerId, &mut Peer)> {
        self.map.iter_mut()
    }
    /// Ids of the peers that said hello, but not `except`.
    pub(super) fn greeted(&self, except: Option<PeerId>) -> Vec<PeerId> {
        self.map.iter().filter(|(id, p)| p.greeted && Some(**id) != except).map(|(id, _)| *id).collect()
    }
    /// Adds an offence to a peer's score; whether it must go.
    pub(super) fn punish(&mut self, id: &PeerId, offence: &Offence) -> bool {
        let Some(peer) = self.map.get_mut(id) else { return false };
        if let Offence::Stalled(what) = offence {
            let late = peer.stalls.entry(*what).or_default();
            *late = late.saturating_add(1);
            return *late >= penalty::MAX_STALLS;
        }
        peer.score = peer.score.saturating_add(penalty::cost(offence));
        peer.score >= penalty::LIMIT
    }
}
