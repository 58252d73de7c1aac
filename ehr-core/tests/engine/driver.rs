//! A driver in memory, chains to feed it with, and a scripted peer.

use ehr_core::block::{Block, ChainSpec, Checked, Header, Seal, WorkTemplate};
use ehr_core::codec::Wire;
use ehr_core::consensus::Weight;
use ehr_core::engine::{
    Carried, Engine, EngineConfig, Input, LedgerEvent, Message, Offence, Output, PROTOCOL, Refused, WorkId,
};
use ehr_core::primitives::{BlockId, Height, Timestamp, TxId};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;

/// A day after genesis.
pub(crate) fn now(kit: &Consortium) -> Timestamp {
    kit.genesis.time.plus(86_400_000)
}

/// Blocks on genesis, and the ledger they make.
pub(crate) struct Chain {
    pub(crate) ledger: TestLedger,
    pub(crate) blocks: Vec<Block<Checked>>,
}

impl Chain {
    pub(crate) fn new(spec: ChainSpec) -> Self {
        Self { ledger: TestLedger::new(spec), blocks: Vec::new() }
    }
    /// Another chain that shares the first blocks; its own get other times, so that they differ.
    pub(crate) fn fork(&self, kit: &Consortium, shared: usize, step_ms: u64) -> Self {
        let mut fork = Self::new(kit.spec());
        for block in &self.blocks[..shared] {
            fork.push(block.bytes(), kit);
        }
        fork.ledger.step_ms = step_ms;
        fork
    }
    pub(crate) fn push(&mut self, bytes: &[u8], kit: &Consortium) {
        let block = Block::decode(bytes).unwrap().check(&kit.spec()).unwrap();
        self.ledger.commit(&block).unwrap();
        self.blocks.push(block);
    }
    pub(crate) fn add(&mut self, txs: &[&Tx]) {
        let block = self.ledger.make(txs).unwrap();
        self.ledger.commit(&block).unwrap();
        self.blocks.push(block);
    }
    pub(crate) fn grow(mut self, blocks: usize) -> Self {
        for _ in 0..blocks {
            self.add(&[]);
        }
        self
    }
    pub(crate) fn tip(&self) -> BlockId {
        self.ledger.tip().id()
    }
    pub(crate) fn weight(&self) -> Weight {
        self.ledger.base().total
    }
    pub(crate) fn bytes(&self, index: usize) -> Vec<u8> {
        self.blocks[index].bytes().to_vec()
    }
}

/// Gives a header a nonce that meets its target, or one that does not.
pub(crate) fn seal(mut header: Header, good: bool) -> Header {
    let Seal::Work { bits, .. } = header.seal else { panic!("sealed by stake") };
    for nonce in 0.. {
        header.seal = Seal::Work { bits, nonce };
        if bits.is_met_by(&header.id()) == good {
            break;
        }
    }
    header
}

/// An engine with a disk that never fails, and everything it let out.
pub(crate) struct Node {
    pub(crate) engine: Engine,
    pub(crate) disk: MemoryStore,
    /// Batches stored.
    pub(crate) persisted: usize,
    pub(crate) now: Timestamp,
    pub(crate) sent: Vec<(u64, Message)>,
    pub(crate) dropped: Vec<(u64, Offence)>,
    pub(crate) events: Vec<LedgerEvent>,
    pub(crate) work: Option<(WorkId, WorkTemplate)>,
}

impl Node {
    pub(crate) fn new(kit: &Consortium) -> Self {
        Self::at(kit, now(kit))
    }
    /// A node whose clock starts at a time.
    pub(crate) fn at(kit: &Consortium, now: Timestamp) -> Self {
        let disk = MemoryStore::new();
        let engine = Engine::recover(kit.spec(), EngineConfig::default(), &disk).unwrap();
        let mut node = Self {
            engine,
            disk,
            persisted: 0,
            now,
            sent: Vec::new(),
            dropped: Vec::new(),
            events: Vec::new(),
            work: None,
        };
        node.perform();
        node
    }
    /// A node that holds a chain.
    pub(crate) fn with(kit: &Consortium, chain: &Chain) -> Self {
        let mut node = Self::new(kit);
        for block in &chain.blocks {
            node.give(Input::Import { bytes: block.bytes().to_vec() }).unwrap();
        }
        assert_eq!(node.engine.best().id, chain.tip());
        node.events.clear();
        node
    }
    pub(crate) fn give(&mut self, input: Input) -> Result<(), Refused> {
        let result = self.engine.handle(self.now, &self.disk, input);
        self.perform();
        result
    }
    pub(crate) fn timeout(&mut self, later_ms: u64) {
        self.now = self.now.plus(later_ms);
        self.engine.handle_timeout(self.now, &self.disk).unwrap();
        self.perform();
    }
    pub(crate) fn perform(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Persist { batch, changes } => {
                    self.disk.commit(&changes).unwrap();
                    self.persisted += 1;
                    self.engine.handle(self.now, &self.disk, Input::Persisted { batch }).unwrap();
                }
                Output::Send { to, bytes } => self.sent.push((to.0, Message::from_bytes(&bytes).unwrap())),
                Output::Disconnect { peer, why } => self.dropped.push((peer.0, why)),
                Output::StartWork { work, template } => self.work = Some((work, template)),
                Output::StopWork { work } => {
                    self.work.take_if(|(id, _)| *id == work);
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }
    pub(crate) fn up(&mut self, peer: u64) {
        self.give(Input::PeerUp(PeerId(peer))).unwrap();
    }
    pub(crate) fn hear(&mut self, from: u64, message: &Message) {
        self.give(Input::Frame { from: PeerId(from), bytes: message.to_bytes().unwrap() }).unwrap();
    }
    pub(crate) fn is_dropped(&self, peer: u64) -> bool {
        self.dropped.iter().any(|(who, _)| *who == peer)
    }
    pub(crate) fn waiting(&self) -> Vec<TxId> {
        self.engine.pool().candidates().map(Tx::id).collect()
    }
    /// Mines one block on the tip; whether it was taken.
    pub(crate) fn mine(&mut self) -> Result<(), Refused> {
        self.give(Input::Produce { proposer: ehr_core::primitives::AccountId::ZERO })?;
        let (work, template) = self.work.unwrap();
        let nonce = (0..).find(|n| template.is_solved_by(*n)).unwrap();
        self.give(Input::WorkFound { work, nonce })
    }
}

/// A hello for a chain.
pub(crate) fn hello(kit: &Consortium, tip: BlockId, weight: Weight) -> Message {
    Message::Hello { protocol: PROTOCOL, chain_id: kit.chain_id, tip, height: Height(1), weight }
}

pub(crate) fn carried(header: &Header) -> Carried {
    Carried(header.to_bytes().unwrap())
}

/// A peer that has a chain, whole or in part.
pub(crate) struct Peer<'a> {
    pub(crate) id: u64,
    pub(crate) chain: &'a Chain,
    /// Answers `GetBlocks`.
    pub(crate) gives_blocks: bool,
    /// Answers `GetHeaders`.
    pub(crate) gives_headers: bool,
    /// Sent in place of the block with the same id.
    pub(crate) instead: Vec<(BlockId, Vec<u8>)>,
    /// Blocks it was asked for.
    pub(crate) asked: Vec<BlockId>,
}

impl<'a> Peer<'a> {
    pub(crate) fn new(id: u64, chain: &'a Chain) -> Self {
        Self { id, chain, gives_blocks: true, gives_headers: true, instead: Vec::new(), asked: Vec::new() }
    }
    fn answer(&mut self, message: &Message) -> Vec<Message> {
        let place = |id: &BlockId| self.chain.blocks.iter().position(|b| b.id() == *id);
        match message {
            Message::GetHeaders { locator } if self.gives_headers => {
                let from = locator.iter().find_map(|id| place(id).map(|at| at + 1)).unwrap_or(0);
                let headers = self.chain.blocks[from..].iter().take(2000).map(|b| carried(b.header()));
                vec![Message::Headers { headers: headers.collect() }]
            }
            Message::GetBlocks { ids } => {
                self.asked.extend(ids);
                let body = |id: &BlockId| {
                    let other = self.instead.iter().find(|(i, _)| i == id).map(|(_, bytes)| bytes.clone());
                    other.or_else(|| place(id).map(|at| self.chain.bytes(at)))
                };
                let found = ids.iter().filter(|_| self.gives_blocks).filter_map(body);
                found.map(|b| Message::Block { bytes: Carried(b) }).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Lets scripted peers answer until nobody says anything more.
pub(crate) fn talk(node: &mut Node, peers: &mut [&mut Peer<'_>]) {
    for _ in 0..10_000 {
        let sent = core::mem::take(&mut node.sent);
        if sent.is_empty() {
            return;
        }
        for (to, message) in sent {
            for peer in peers.iter_mut().filter(|p| p.id == to) {
                for answer in peer.answer(&message) {
                    node.hear(to, &answer);
                }
            }
        }
    }
    panic!("the talk never ends");
}

/// Connects a scripted peer, which says hello and answers.
pub(crate) fn meet(node: &mut Node, kit: &Consortium, peer: &mut Peer<'_>) {
    node.up(peer.id);
    node.hear(peer.id, &hello(kit, peer.chain.tip(), peer.chain.weight()));
    talk(node, &mut [peer]);
}

/// Connects real nodes with each other (a node is peer number its index) and delivers until all is quiet.
pub(crate) fn connect(nodes: &mut [&mut Node]) {
    for a in 0..nodes.len() {
        for b in (0..nodes.len()).filter(|b| *b != a) {
            nodes[a].up(b as u64);
        }
    }
    deliver(nodes);
}

/// Delivers what real nodes sent, until all is quiet.
pub(crate) fn deliver(nodes: &mut [&mut Node]) {
    loop {
        let mut quiet = true;
        for from in 0..nodes.len() {
            for (to, message) in core::mem::take(&mut nodes[from].sent) {
                quiet = false;
                if let Some(node) = nodes.get_mut(usize::try_from(to).unwrap()) {
                    node.hear(from as u64, &message);
                }
            }
        }
        if quiet {
            return;
        }
    }
}

/// More weight than anything has.
pub(crate) const LOTS: Weight = Weight(ruint::aliases::U256::MAX);

/// A node with a chain of ten, and a peer that said hello.
pub(crate) fn met(kit: &Consortium) -> (Node, Chain) {
    let chain = Chain::new(kit.spec()).grow(10);
    let mut node = Node::with(kit, &chain);
    node.up(1);
    node.hear(1, &hello(kit, chain.tip(), chain.weight()));
    node.sent.clear();
    (node, chain)
}

/// How often an act is tolerated, and what the peer is dropped for.
pub(crate) fn tolerated(node: &mut Node, mut act: impl FnMut(&mut Node)) -> (usize, Offence) {
    for times in 0..200 {
        act(node);
        if let Some((_, why)) = node.dropped.first() {
            return (times, why.clone());
        }
    }
    panic!("never dropped");
}
