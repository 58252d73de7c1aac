//! Which blocks are being fetched, and from whom: a bounded window at the front of the best candidate chain.

use super::chain::Best;
use super::peers::Peers;
use crate::block::ChainSpec;
use crate::consensus::Tip;
use crate::primitives::{BlockId, Timestamp};
use crate::transport::PeerId;
use crate::validate::Window;
use std::collections::{BTreeMap, BTreeSet};

/// Blocks at the front of a candidate that are asked for. Bodies are held for the best candidate's alone, so that with
/// [`crate::codec::limits::MAX_BLOCK`] this bounds the memory (rule N-3).
pub(super) const WINDOW: usize = 16;
/// Blocks asked for at once: also of a candidate that was the best until just now.
const ASKED: usize = 32;
/// Blocks asked of one peer at once.
pub(super) const PER_PEER: usize = 8;
/// How long a peer may take to send a block.
pub(super) const BLOCK_TIMEOUT_MS: u64 = 10_000;

/// Blocks connected together: while the other half of the window is validated, this one is fetched.
pub const MAX_RUN: usize = WINDOW / 2;
/// How long blocks that could be connected wait for the next one.
const GATHER_MS: u64 = 50;

/// Blocks asked for, and blocks that came before their parent.
#[derive(Clone, Debug, Default)]
pub(super) struct Fetch {
    in_flight: BTreeMap<BlockId, (PeerId, Timestamp)>,
    arrived: BTreeMap<BlockId, (PeerId, Vec<u8>)>,
    /// In front of any candidate: costs whoever sends it nothing.
    wanted: BTreeSet<BlockId>,
    /// In front of the best candidate: kept until the parent is there. What is in front of others would never be taken.
    following: BTreeSet<BlockId>,
    /// Until when blocks that could be connected wait for the next one.
    gather: Option<Timestamp>,
}

impl Fetch {
    /// Whether a block is in front of some candidate, as late answers are. It is kept if that is the best one.
    pub(super) fn arrive(&mut self, id: BlockId, from: PeerId, bytes: Vec<u8>) -> bool {
        self.in_flight.remove(&id);
        let wanted = self.wanted.contains(&id);
        if self.following.contains(&id) {
            // The first stays: somebody who was not asked must not replace what another sent.
            self.arrived.entry(id).or_insert((from, bytes));
        }
        wanted
    }
    /// How many of these blocks, from the first on, make a run that is connected now: with one signature batch and one
    /// write. More than one is waited for only while the next one is under way, and not for long (rule EN-13).
    pub(super) fn run(&mut self, wanted: &[BlockId], now: Timestamp) -> usize {
        let mut window = Window::default();
        let arrived = wanted.iter().map_while(|id| self.arrived.get(id)).map(|(_, bytes)| bytes.len());
        let run = arrived.take_while(|bytes| window.take(*bytes)).take(MAX_RUN).count();
        let coming = wanted.get(run).is_some_and(|next| self.in_flight.contains_key(next));
        if run == 0 || run == MAX_RUN || !coming {
            self.gather = None;
            return run;
        }
        let until = *self.gather.get_or_insert(now.plus(GATHER_MS));
        if until > now {
            return 0;
        }
        self.gather = None;
        run
    }
    /// Takes a block that arrived.
    pub(super) fn take(&mut self, id: &BlockId) -> Option<(PeerId, Vec<u8>)> {
        self.arrived.remove(id)
    }
    /// A peer does not have a block, or is gone: it may be asked of others.
    pub(super) fn release(&mut self, peer: &PeerId, id: Option<&BlockId>) {
        self.in_flight.retain(|block, (who, _)| who != peer || id.is_some_and(|i| i != block));
    }
    /// Peers whose blocks are late, each once; those blocks may be asked of others.
    pub(super) fn late(&mut self, now: Timestamp) -> Vec<PeerId> {
        let mut who: Vec<PeerId> =
            self.in_flight.values().filter(|(_, due)| *due <= now).map(|(p, _)| *p).collect();
        who.sort();
        who.dedup();
        self.in_flight.retain(|_, (_, due)| *due > now);
        who
    }
    /// When the next block is late, or has been waited for long enough.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.in_flight.values().map(|(_, due)| *due).chain(self.gather).min()
    }
    /// Forgets questions about blocks in front of no candidate, and blocks that are not in front of the best one, if
    /// there is one.
    pub(super) fn keep(&mut self, peers: &Peers, following: &[BlockId]) {
        let fronts = peers.iter().flat_map(|(_, p)| p.candidate.links.iter().take(WINDOW));
        self.wanted = fronts.map(|l| l.id).collect();
        self.in_flight.retain(|id, _| self.wanted.contains(id));
        self.following = following.iter().copied().collect();
        self.arrived.retain(|id, _| self.following.contains(id));
    }
    /// Assigns the wanted blocks that nobody was asked for, each to the least busy of the most reliable peers that have it. Returns what
    /// to ask of whom.
    pub(super) fn assign(
        &mut self,
        wanted: &[BlockId],
        peers: &Peers,
        now: Timestamp,
    ) -> BTreeMap<PeerId, Vec<BlockId>> {
        let mut asks: BTreeMap<PeerId, Vec<BlockId>> = BTreeMap::new();
        for id in wanted {
            let full = self.in_flight.len() >= ASKED;
            if full || self.in_flight.contains_key(id) || self.arrived.contains_key(id) {
                continue;
            }
            let source = peers
                .iter()
                .filter(|(_, p)| p.candidate.links.iter().take(WINDOW).any(|l| l.id == *id))
                .map(|(who, p)| (p.late(), self.busy(who), *who))
                .min()
                // Better wait for one that answers than ask one that did not.
                .filter(|(_, busy, _)| *busy < PER_PEER);
            if let Some((_, _, who)) = source {
                self.in_flight.insert(*id, (who, now.plus(BLOCK_TIMEOUT_MS)));
                asks.entry(who).or_default().push(*id);
            }
        }
        asks
    }
    fn busy(&self, peer: &PeerId) -> usize {
        self.in_flight.values().filter(|(p, _)| p == peer).count()
    }
}

/// The peer with the best candidate chain, if it is better than our own.
pub(super) fn best_candidate(spec: &ChainSpec, peers: &Peers, best: &Best) -> Option<PeerId> {
    peers
        .iter()
        .filter_map(|(who, p)| p.candidate.links.last().map(|l| (l, *who)))
        .map(|(l, who)| (Tip { total: l.weight, id: l.id }, l.header.height, who))
        .filter(|(rank, height, _)| best.is_beaten_by(spec, *rank, *height))
        .map(|(rank, _, who)| (rank, who))
        .max_by(|(a, x), (b, y)| a.cmp(b).then_with(|| y.cmp(x)))
        .map(|(_, who)| who)
}
