//! Three engines on memory stores, driven by a script: frames whole and spoilt, blocks, transactions, work, disks that
//! fail, crashes, and clocks that jump.

use crate::engine_made::Made;
use crate::engine_node::{Frame, Node, STRANGER};
use crate::input::Input as Script;
use ehr_core::codec::Wire;
use ehr_core::engine::{BatchId, Carried, Input, Message, PROTOCOL, WorkId};
use ehr_core::primitives::{AccountId, BlockId, Height, Timestamp};
use ehr_core::sim::Bug;
use std::collections::VecDeque;

const NODES: usize = 3;
/// Long enough for forks and their resolution, short enough for many runs a second.
const MOST_STEPS: usize = 120;

thread_local! {
    static MADE: Made = Made::new(Bug::NONE);
}

pub(crate) fn do_test(data: &[u8]) {
    MADE.with(|made| play(made, data));
}

fn play(made: &Made, data: &[u8]) {
    let mut script = Script(data);
    let mut world = World::new(made, &mut script);
    for _ in 0..MOST_STEPS {
        if script.is_empty() {
            break;
        }
        world.step(&mut script);
    }
    for node in &mut world.nodes {
        node.finish(made);
    }
}

struct World<'a> {
    made: &'a Made,
    nodes: Vec<Node>,
    /// Frames under way.
    wire: VecDeque<Frame>,
}

impl<'a> World<'a> {
    fn new(made: &'a Made, script: &mut Script<'_>) -> Self {
        // Some begin with a block, some with an empty disk.
        let began = script.byte();
        let node =
            |id: usize| Node::new(made, id, if began >> id & 1 == 0 { Some(&made.ready) } else { None });
        let mut world = Self { made, nodes: (0..NODES).map(node).collect(), wire: VecDeque::new() };
        for n in 0..NODES {
            world.give(n, Input::PeerUp(STRANGER));
            world.give(n, Input::Frame { from: STRANGER, bytes: world.hello(0) });
            world.connect(n, (n + 1) % NODES);
        }
        world
    }

    fn give(&mut self, node: usize, input: Input) {
        self.nodes[node].give(input);
        self.carry(node);
    }

    fn carry(&mut self, node: usize) {
        self.wire.extend(self.nodes[node].sent.drain(..));
        self.wire.truncate(200);
    }

    fn connect(&mut self, a: usize, b: usize) {
        for (node, peer) in [(a, b), (b, a)] {
            let peer = self.nodes[peer].id;
            self.give(node, Input::PeerDown(peer));
            self.give(node, Input::PeerUp(peer));
        }
    }

    fn deliver(&mut self, frame: Frame) {
        if let Some(to) = (0..NODES).find(|n| self.nodes[*n].id == frame.to) {
            self.give(to, Input::Frame { from: frame.from, bytes: frame.bytes });
        }
    }

    fn step(&mut self, script: &mut Script<'_>) {
        let (op, n) = (script.below(40), script.below(NODES));
        match op {
            0..=11 => {
                for _ in 0..=op {
                    let Some(frame) = self.wire.pop_front() else { break };
                    self.deliver(frame);
                }
            }
            12 => drop(self.wire.pop_front()),
            13 => self.wire.rotate_left(script.below(256) % self.wire.len().max(1)),
            14 => {
                let Some(frame) = self.wire.front().cloned() else { return };
                self.deliver(frame);
            }
            15 | 16 => {
                let Some(mut frame) = self.wire.pop_front() else { return };
                spoil(&mut frame.bytes, script);
                self.deliver(frame);
            }
            17 | 18 => {
                let bytes = maybe_spoilt(pick::<Vec<u8>>(&self.made.txs, script), script);
                self.give(n, Input::Submit { bytes });
            }
            19 | 20 => {
                let bytes = maybe_spoilt(&pick(&self.made.blocks, script).1, script);
                self.give(n, Input::Import { bytes });
            }
            21 | 22 => self.give(n, Input::Produce { proposer: AccountId([script.byte(); 32]) }),
            23..=25 => {
                if op == 23 {
                    self.give(n, Input::Produce { proposer: AccountId::ZERO });
                }
                if let Some((work, nonce)) = self.nodes[n].search() {
                    self.give(n, Input::WorkFound { work, nonce });
                }
            }
            26 => {
                let work = WorkId(u64::from(script.byte() % 8));
                self.give(n, Input::WorkFound { work, nonce: u64::from(script.byte()) });
            }
            27 => self.nodes[n].slow = true,
            28 => {
                self.nodes[n].slow = false;
                self.nodes[n].settle(true);
                self.carry(n);
            }
            29 => {
                self.nodes[n].settle(script.chance(2));
                self.carry(n);
            }
            30 => {
                // Answers given before are given again.
                let batch = BatchId(u64::from(script.byte()) % (self.nodes[n].answered + 1));
                let failed = script.chance(2);
                self.give(
                    n,
                    if failed { Input::PersistFailed { batch } } else { Input::Persisted { batch } },
                );
            }
            31 | 32 => {
                let now = self.nodes[n].now;
                self.nodes[n].now = match script.byte() {
                    255 => Timestamp::MAX,
                    254 => Timestamp::ZERO,
                    ms @ 200..=253 => now.minus(u64::from(ms) * 500),
                    ms => now.plus(u64::from(ms) * 100),
                };
                self.nodes[n].tick();
                self.carry(n);
            }
            33 => self.connect(n, (n + 1) % NODES),
            34 => {
                let peer = self.nodes[script.below(NODES)].id;
                self.give(n, Input::PeerDown(peer));
            }
            35 => {
                self.nodes[n].crash(self.made, script.chance(2));
                self.connect(n, (n + 1) % NODES);
            }
            36 => {
                let from = script.below(self.made.blocks.len().max(1));
                let run = self.made.blocks.iter().skip(from).take(1 + script.below(6));
                let blocks = run.map(|block| maybe_spoilt(&block.1, script)).collect();
                self.give(n, Input::ImportRun { blocks });
            }
            _ => {
                let bytes = self.message(script);
                self.give(n, Input::PeerUp(STRANGER));
                self.give(n, Input::Frame { from: STRANGER, bytes: self.hello(script.byte()) });
                self.give(n, Input::Frame { from: STRANGER, bytes });
            }
        }
    }

    fn hello(&self, claim: u8) -> Vec<u8> {
        let weight = self.made.weight(claim);
        let chain_id = self.made.spec.chain_id();
        let (tip, height) = (BlockId([claim; 32]), Height(u64::from(claim)));
        encode(&Message::Hello { protocol: PROTOCOL, chain_id, tip, height, weight })
    }

    /// What a stranger says: well-formed, out of place, or nonsense.
    fn message(&self, script: &mut Script<'_>) -> Vec<u8> {
        let mut ids = Vec::new();
        let kind = script.below(8);
        for _ in 0..script.below(5) {
            let strange = script.chance(8);
            ids.push(if strange { BlockId([script.byte(); 32]) } else { pick(&self.made.blocks, script).0 });
        }
        let message = match kind {
            0 => Message::GetHeaders { locator: ids },
            1 => Message::GetBlocks { ids },
            2 => Message::NotFound { ids },
            3 | 4 => {
                let from = script.below(self.made.headers.len());
                let count = script.below(16);
                let run = self.made.headers.iter().skip(from).take(count);
                Message::Headers { headers: run.map(|h| Carried(maybe_spoilt(h, script))).collect() }
            }
            5 => Message::Announce {
                header: Carried(maybe_spoilt(pick::<Vec<u8>>(&self.made.headers, script), script)),
            },
            6 => Message::Block { bytes: Carried(maybe_spoilt(&pick(&self.made.blocks, script).1, script)) },
            _ => {
                Message::Tx { bytes: Carried(maybe_spoilt(pick::<Vec<u8>>(&self.made.txs, script), script)) }
            }
        };
        maybe_spoilt(&encode(&message), script)
    }
}

fn encode(message: &Message) -> Vec<u8> {
    message.to_bytes().expect("within the limits")
}

fn pick<'m, T>(from: &'m [T], script: &mut Script<'_>) -> &'m T {
    &from[script.below(from.len())]
}

fn maybe_spoilt(bytes: &[u8], script: &mut Script<'_>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if script.chance(8) {
        spoil(&mut bytes, script);
    }
    bytes
}

fn spoil(bytes: &mut Vec<u8>, script: &mut Script<'_>) {
    let at = (script.below(256) * 256 + script.below(256)) % bytes.len().max(1);
    match script.byte() {
        flip @ 1..=223 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= flip),
        0 | 224..=239 => bytes.truncate(at),
        byte => bytes.insert(at, byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::notices;

    /// The property must be able to fail: with a mistake planted in the engines, random scripts find it.
    #[test]
    fn planted_mistakes_are_noticed() {
        for bug in [Bug::SEND_BEFORE_PERSIST, Bug::SKIP_STATE_ROOT, Bug::KEEP_UNDONE_STATE, Bug::LOSE_BODY] {
            let made = Made::new(bug);
            assert!(notices(3_000, |script| play(&made, script)), "{bug:?} went unnoticed");
        }
    }
}
