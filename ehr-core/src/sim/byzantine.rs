//! A node that lies, forges, replays, claims and stalls. It knows everything the honest nodes know.

use super::Bug;
use super::clients::Clients;
use super::node::SimNode;
use super::rng::SimRng;
use crate::block::{Block, ChainSpec, Header, Seal};
use crate::codec::Wire;
use crate::consensus::{Consensus, Weight};
use crate::engine::{Carried, Message, PROTOCOL};
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height};
use crate::tx::Tx;
use crate::validate::{self, Base, Template};
use std::collections::{BTreeMap, BTreeSet};

/// The misbehaving node.
pub(super) struct Byzantine {
    index: usize,
    rng: SimRng,
    peers: BTreeSet<usize>,
    blocks: BTreeMap<BlockId, Vec<u8>>,
    fresh: Vec<BlockId>,
    offered: u64,
}

type Frames = Vec<(usize, Vec<u8>)>;

impl Byzantine {
    pub(super) fn new(seed: u64, index: usize) -> Self {
        Self {
            index,
            rng: SimRng::new(seed, 4),
            peers: BTreeSet::new(),
            blocks: BTreeMap::new(),
            fresh: Vec::new(),
            offered: 0,
        }
    }

    pub(super) const fn index(&self) -> usize {
        self.index
    }

    /// Bad blocks offered so far.
    pub(super) const fn offered(&self) -> u64 {
        self.offered
    }

    /// Ids of bad blocks that were not taken from here yet.
    pub(super) fn take_bad_ids(&mut self) -> Vec<BlockId> {
        core::mem::take(&mut self.fresh)
    }

    /// Greets like anybody, sometimes with a weight that nothing has.
    pub(super) fn connected(&mut self, other: usize, chain_id: ChainId) -> Frames {
        self.peers.insert(other);
        let boast = self.rng.percent(30);
        let weight = if boast { Weight::from_be_bytes([0xff; 32]) } else { Weight::ZERO };
        let tip = BlockId(self.rng.bytes());
        let hello = Message::Hello { protocol: PROTOCOL, chain_id, tip, height: Height(9_999), weight };
        frame(other, &hello)
    }

    /// Answers little: headers it does not have, blocks it made up, or nothing.
    pub(super) fn on_frame(&mut self, from: usize, bytes: &[u8]) -> Frames {
        match Message::from_bytes(bytes) {
            Ok(Message::GetHeaders { .. }) if self.rng.percent(60) => {
                frame(from, &Message::Headers { headers: Vec::new() })
            }
            Ok(Message::GetBlocks { ids }) => ids
                .iter()
                .filter_map(|id| self.blocks.get(id))
                .flat_map(|b| frame(from, &Message::Block { bytes: Carried(b.clone()) }))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Does one of the things it does.
    pub(super) fn act(
        &mut self,
        now: u64,
        spec: &ChainSpec,
        nodes: &[SimNode],
        clients: &mut Clients,
    ) -> Frames {
        let up: Vec<&SimNode> = nodes.iter().filter(|n| n.engine.is_some()).collect();
        if up.is_empty() || self.peers.is_empty() {
            return Vec::new();
        }
        let victim = *self.rng.pick(&up);
        match self.rng.below(10) {
            0 => {
                let mut junk = self.rng.bytes::<48>().to_vec();
                junk.truncate(usize::try_from(self.rng.below(48)).unwrap_or(0));
                self.send_one(junk)
            }
            1 => self.send_all(&Message::Tx { bytes: Carried(clients.forge().bytes().to_vec()) }),
            2 => {
                let Some(engine) = &victim.engine else { return Vec::new() };
                match clients.used_receipt(&engine.view(&victim.disk)) {
                    Some(tx) => self.send_all(&Message::Tx { bytes: Carried(tx.bytes().to_vec()) }),
                    None => Vec::new(),
                }
            }
            _ => self.bad_block(now, spec, victim, clients),
        }
    }

    /// Builds a block that breaks exactly one rule, with the rule's own code switched off, and announces it.
    fn bad_block(&mut self, now: u64, spec: &ChainSpec, victim: &SimNode, clients: &mut Clients) -> Frames {
        let flaws =
            [Bug::SKIP_SIGNATURES, Bug::ALLOW_REPLAY, Bug::SKIP_WORK, Bug::SKIP_STATE_ROOT, Bug::ANY_TIME];
        let flaw = *self.rng.pick(&flaws);
        let Some(engine) = &victim.engine else { return Vec::new() };
        let spec = spec.clone().with_bugs(flaw);
        let view = engine.view(&victim.disk);
        let txs: Vec<Tx> = match flaw {
            Bug::SKIP_SIGNATURES => vec![clients.forge()],
            Bug::ALLOW_REPLAY => clients.used_receipt(&view).cloned().into_iter().collect(),
            _ => Vec::new(),
        };
        if txs.is_empty() && (flaw == Bug::SKIP_SIGNATURES || flaw == Bug::ALLOW_REPLAY) {
            return Vec::new();
        }
        let best = engine.best();
        let base = Base { header: &best.header, total: best.weight };
        let Consensus::Work(rules) = spec.consensus() else { return Vec::new() };
        let bits = rules.target_after(&best.header.proof());
        let year = 365 * 86_400_000;
        let late = if flaw == Bug::ANY_TIME { year } else { 0 };
        let time = crate::primitives::Timestamp(now + late).max(best.header.time.plus(1));
        let seal = Seal::Work { bits, nonce: 0 };
        let template = Template { time, proposer: AccountId::ZERO, seal, last_commit: None };
        let Ok(built) = validate::build(&spec, &base, &view, &template, &mut txs.iter()) else {
            return Vec::new();
        };
        if built.txs.len() != txs.len() {
            return Vec::new();
        }
        let mut header: Header = built.block.header().clone();
        if flaw == Bug::SKIP_STATE_ROOT {
            header.state_root = Hash32(self.rng.bytes());
        }
        for nonce in 0..1_000_000 {
            header.seal = Seal::Work { bits, nonce };
            if bits.is_met_by(&header.id()) == (flaw != Bug::SKIP_WORK) {
                break;
            }
        }
        let Ok(block) = Block::assemble(header.clone(), txs.iter().map(Tx::bytes)) else { return Vec::new() };
        self.fresh.push(block.id());
        self.offered += 1;
        self.blocks.insert(block.id(), block.bytes().to_vec());
        self.send_all(&Message::Announce { header: Carried::from(&header) })
    }

    fn send_one(&mut self, bytes: Vec<u8>) -> Frames {
        let peers: Vec<usize> = self.peers.iter().copied().collect();
        vec![(*self.rng.pick(&peers), bytes)]
    }

    fn send_all(&self, message: &Message) -> Frames {
        self.peers.iter().flat_map(|p| frame(*p, message)).collect()
    }
}

fn frame(to: usize, message: &Message) -> Frames {
    message.to_bytes().map(|bytes| vec![(to, bytes)]).unwrap_or_default()
}
