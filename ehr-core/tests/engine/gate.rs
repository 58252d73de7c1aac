//! Outputs wait for the disk, and a disk that fails takes back exactly what was not told (rules EN-3 to EN-6).

use crate::driver::{Chain, Node, Peer, hello, meet, now};
use core::cell::Cell;
use core::num::NonZeroU32;
use ehr_core::codec::Wire;
use ehr_core::consensus::final_height;
use ehr_core::engine::{
    BatchId, Carried, Engine, EngineConfig, Input, LedgerEvent, Message, Offence, Output, RecoverError,
    Refused, TIP_KEY,
};
use ehr_core::primitives::{AccountId, Height, TxId};
use ehr_core::state::testkit::Consortium;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, ReadError, Table};
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;

fn kind(output: &Output) -> &'static str {
    match output {
        Output::Persist { .. } => "persist",
        Output::Send { .. } => "send",
        Output::Disconnect { .. } => "disconnect",
        Output::StartWork { .. } => "start",
        Output::StopWork { .. } => "stop",
        Output::Event(LedgerEvent::TipMoved { .. }) => "tip moved",
        Output::Event(LedgerEvent::StoreFailed(_)) => "store failed",
        Output::Event(LedgerEvent::TxAccepted(_)) => "tx accepted",
        Output::Event(_) => "event",
    }
}

fn poll_all(engine: &mut Engine) -> Vec<Output> {
    core::iter::from_fn(|| engine.poll_output()).collect()
}

fn kinds(outputs: &[Output]) -> Vec<&'static str> {
    outputs.iter().map(kind).collect()
}

#[test]
fn nothing_but_persist_comes_out_before_persisted() {
    let kit = Consortium::new(1);
    let (chain, now) = (Chain::new(kit.spec()).grow(2), now(&kit));
    let mut disk = MemoryStore::new();
    let mut engine = Engine::recover(kit.spec(), EngineConfig::default(), &disk).unwrap();
    let mut out = poll_all(&mut engine);
    assert_eq!(kinds(&out), ["persist"]);
    engine.handle(now, &disk, Input::PeerUp(PeerId(1))).unwrap();
    let greeting = hello(&kit, chain.tip(), chain.weight()).to_bytes().unwrap();
    engine.handle(now, &disk, Input::Frame { from: PeerId(1), bytes: greeting }).unwrap();
    engine.handle(now, &disk, Input::Import { bytes: chain.bytes(0) }).unwrap();
    engine.handle(now, &disk, Input::Import { bytes: chain.bytes(1) }).unwrap();
    assert_eq!(kinds(&poll_all(&mut engine)), [""; 0], "genesis is not on disk yet");
    // Answers to questions that were never asked open no gate.
    for wrong in [0, 2, 3, 99] {
        engine.handle(now, &disk, Input::Persisted { batch: BatchId(wrong) }).unwrap();
        assert_eq!(kinds(&poll_all(&mut engine)), [""; 0]);
    }
    let mut seen = Vec::new();
    while let Some(Output::Persist { batch, changes }) = out.pop() {
        disk.commit(&changes).unwrap();
        engine.handle(now, &disk, Input::Persisted { batch }).unwrap();
        out = poll_all(&mut engine);
        seen.push(kinds(&out));
    }
    assert_eq!(
        seen,
        [vec!["send", "send", "persist"], vec!["tip moved", "send", "persist"], vec!["tip moved", "send"]]
    );
    assert_eq!(engine.best().id, chain.tip());
}

#[test]
fn a_failed_write_takes_back_the_block_and_loses_no_transaction() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let mut node = Node::with(&kit, &chain);
    let before = node.disk.clone();
    let tx = kit.create_record(0, "told and kept");
    node.give(Input::Submit { bytes: tx.bytes().to_vec() }).unwrap();
    node.up(3);
    node.hear(3, &hello(&kit, chain.tip(), chain.weight()));
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let (work, template) = node.work.unwrap();
    let nonce = (0..).find(|n| template.is_solved_by(*n)).unwrap();
    node.sent.clear();
    // Not through the driver, whose disk never fails.
    node.engine.handle(node.now, &node.disk, Input::WorkFound { work, nonce }).unwrap();
    assert_eq!(node.engine.best().header.height.0, 2, "decided");
    assert!(node.waiting().is_empty(), "the block holds it");
    let out = poll_all(&mut node.engine);
    let [Output::Persist { batch, .. }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
    // While the disk is busy: a peer misbehaves, and another transaction is taken.
    let other = kit.create_record(0, "told later");
    node.engine.handle(node.now, &node.disk, Input::Submit { bytes: other.bytes().to_vec() }).unwrap();
    node.engine.handle(node.now, &node.disk, Input::Frame { from: PeerId(3), bytes: vec![0xff] }).unwrap();
    node.up(4);
    node.engine.handle(node.now, &node.disk, Input::PersistFailed { batch: *batch }).unwrap();
    let out = poll_all(&mut node.engine);
    assert_eq!(kinds(&out), ["tx accepted", "disconnect", "store failed", "send"]);
    assert!(matches!(out[1], Output::Disconnect { peer: PeerId(3), why: Offence::Malformed(_) }));
    assert_eq!(node.engine.best().id, chain.tip());
    assert_eq!(node.disk, before);
    assert_eq!(node.waiting().len(), 2);
    assert!(node.engine.pool().contains(&tx.id()), "the block is gone, its transaction waits again");
    // The same failure told twice, or of an old batch, is nothing.
    node.give(Input::PersistFailed { batch: *batch }).unwrap();
    assert!(node.events.iter().all(|e| !matches!(e, LedgerEvent::StoreFailed(_))));
    node.mine().unwrap();
    assert_eq!(node.engine.best().header.height.0, 2);
    assert!(node.waiting().is_empty());
}

/// A disk one of whose next reads fails, counted from 0, and all after it too if it is `dead`.
struct Unread<'a> {
    disk: &'a MemoryStore,
    fails: usize,
    dead: bool,
    reads: Cell<usize>,
}

impl<'a> Unread<'a> {
    fn new(disk: &'a MemoryStore, fails: usize, dead: bool) -> Self {
        Self { disk, fails, dead, reads: Cell::new(0) }
    }
    fn read<T>(&self, value: Result<T, ReadError>) -> Result<T, ReadError> {
        let number = self.reads.replace(self.reads.get() + 1);
        let fails = number == self.fails || self.dead && number > self.fails;
        if fails { Err(ReadError::Io("a bad sector".to_owned())) } else { value }
    }
}

impl LedgerRead for Unread<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(self.disk.get(table, key))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(self.disk.range(table, from, to, limit))
    }
}

/// A node whose block at height 2, with one transaction, waits for the disk; the batch and the transaction.
fn undecided(kit: &mut Consortium) -> (Node, Chain, BatchId, TxId) {
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let mut node = Node::with(kit, &chain);
    let tx = kit.create_record(0, "told and kept");
    node.give(Input::Submit { bytes: tx.bytes().to_vec() }).unwrap();
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let (work, template) = node.work.unwrap();
    let nonce = (0..).find(|n| template.is_solved_by(*n)).unwrap();
    node.engine.handle(node.now, &node.disk, Input::WorkFound { work, nonce }).unwrap();
    let out = poll_all(&mut node.engine);
    let [Output::Persist { batch, .. }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
    node.events.clear();
    (node, chain, *batch, tx.id())
}

#[test]
fn a_failed_write_and_a_failed_read_lead_back_to_the_disk_all_the_same() {
    for fails in 0.. {
        let mut kit = Consortium::new(1);
        let (mut node, chain, batch, tx) = undecided(&mut kit);
        let best = node.engine.best().clone();
        let broken = Unread::new(&node.disk, fails, false);
        let told = node.engine.handle(node.now, &broken, Input::PersistFailed { batch });
        if broken.reads.get() <= fails {
            assert_eq!(told, Ok(()), "nothing failed");
            assert!(fails >= 5, "{fails} reads");
            return;
        }
        if told.is_err() {
            // The read may have been one of those that follow; then the engine is back already.
            let owed = node.engine.best().id == best.id;
            assert_eq!(poll_all(&mut node.engine).is_empty(), owed, "read {fails}");
            assert_eq!(node.engine.poll_timeout().is_some_and(|at| at <= node.now.plus(1_000)), owed);
            if owed {
                node.up(7);
                assert_eq!(node.dropped, []);
                node.timeout(1_000);
                assert_eq!(node.events, [LedgerEvent::StoreFailed(batch)], "read {fails}");
                assert_eq!(node.sent.len(), 1, "read {fails}: the peer that came in between is greeted");
            }
        }
        assert_eq!(node.engine.best().id, chain.tip(), "read {fails}");
        assert_eq!(node.waiting(), [tx], "read {fails}");
        node.mine().unwrap();
        assert_eq!(node.engine.best().header.height.0, 2, "read {fails}");
    }
}

#[test]
fn while_a_disk_does_not_answer_at_all_nothing_is_decided_and_connections_are_noted() {
    let mut kit = Consortium::new(1);
    let (mut node, chain, batch, tx) = undecided(&mut kit);
    node.engine.handle(node.now, &node.disk, Input::PeerUp(PeerId(1))).unwrap();
    let other = kit.create_record(0, "asked in vain");
    let submit = Input::Submit { bytes: other.bytes().to_vec() };
    let inputs = [
        Input::PersistFailed { batch },
        submit.clone(),
        Input::Persisted { batch },
        Input::PeerUp(PeerId(2)),
        Input::PeerDown(PeerId(1)),
        Input::Produce { proposer: AccountId::ZERO },
    ];
    for input in inputs {
        let dead = Unread::new(&node.disk, 0, true);
        let told = node.engine.handle(node.now, &dead, input.clone());
        assert!(matches!(told, Err(Refused::Store(ReadError::Io(_)))), "{input:?}: {told:?}");
        let told = node.engine.handle_timeout(node.now, &dead);
        assert!(matches!(told, Err(Refused::Store(_))));
        assert_eq!(kinds(&poll_all(&mut node.engine)), [""; 0], "{input:?}");
        assert_eq!(node.engine.poll_timeout(), Some(node.now.plus(1_000)), "no loop without pause");
    }
    // The next input finds a disk that answers, and is taken.
    node.give(submit).unwrap();
    assert_eq!(node.events, [LedgerEvent::StoreFailed(batch), LedgerEvent::TxAccepted(other.id())]);
    assert_eq!(node.engine.best().id, chain.tip());
    assert_eq!(node.waiting().len(), 2);
    assert!(node.waiting().contains(&tx));
    assert!(node.sent.iter().all(|(to, _)| *to == 2), "peer 1 has gone");
    assert!(!node.sent.is_empty());
}

#[test]
fn a_nonce_is_not_lost_to_a_read_that_fails() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let tx = kit.create_record(0, "mined once");
    for fails in 0.. {
        let mut node = Node::with(&kit, &chain);
        node.give(Input::Submit { bytes: tx.bytes().to_vec() }).unwrap();
        node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
        let (work, template) = node.work.unwrap();
        let nonce = (0..).find(|n| template.is_solved_by(*n)).unwrap();
        let broken = Unread::new(&node.disk, fails, false);
        let told = node.engine.handle(node.now, &broken, Input::WorkFound { work, nonce });
        let read = broken.reads.get() > fails;
        if node.engine.best().id == chain.tip() {
            let why = told.expect_err("not taken and nothing said");
            assert!(why.is_unread(), "read {fails}: {why:?}");
            assert_eq!(node.waiting(), [tx.id()]);
            node.give(Input::WorkFound { work, nonce }).unwrap_or_else(|e| panic!("read {fails}: {e}"));
        }
        node.perform();
        assert_eq!(node.engine.best().id, template.id(nonce), "read {fails}");
        assert!(node.work.is_none() || node.give(Input::WorkFound { work, nonce }) == Err(Refused::Work));
        if !read {
            assert!(fails >= 5, "{fails} reads");
            return;
        }
    }
}

/// Moves a node from a chain to a better one, the first batch of which cannot be written, and mines on; what was
/// told.
fn failed_reorganisation(kit: &Consortium, chain: &Chain, better: &Chain, lost: &Tx) -> Vec<LedgerEvent> {
    let mut node = Node::with(kit, chain);
    let [below @ .., last] = &better.blocks[1..] else { panic!("too short") };
    for block in below {
        node.give(Input::Import { bytes: block.bytes().to_vec() }).unwrap();
    }
    assert_eq!(node.engine.best().id, chain.tip());
    let import = Input::Import { bytes: last.bytes().to_vec() };
    node.engine.handle(node.now, &node.disk, import.clone()).unwrap();
    assert_eq!(node.engine.best().id, better.tip());
    let out = poll_all(&mut node.engine);
    let [Output::Persist { batch, .. }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
    node.give(Input::PersistFailed { batch: *batch }).unwrap();
    assert_eq!(node.engine.best().id, chain.tip());
    assert!(!node.waiting().contains(&lost.id()), "it is on the chain");
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let events = node.events.clone();
    // With a disk that works the same block is taken, and now it is so.
    node.give(import).unwrap();
    assert_eq!(node.engine.best().id, better.tip());
    node.give(Input::Produce { proposer: AccountId::ZERO }).unwrap();
    let told = node.events.contains(&LedgerEvent::TxDropped(lost.id()));
    let mined = node.disk.get(Table::TxIndex, lost.id().as_ref()).unwrap().is_some();
    assert!(told || mined || node.waiting().contains(&lost.id()));
    events
}

#[test]
fn what_a_branch_that_came_back_holds_is_not_told_as_dropped() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let tx = kit.create_record(0, "mined on the branch that stays");
    let mut body = kit.create_record(0, "a rival for its nonce").body().clone();
    body.nonce = tx.body().nonce;
    let rival = kit.sign(body, &tx.signatures().iter().map(|s| s.account).collect::<Vec<_>>());
    chain.add(&[&tx]);
    // The other branch is without it, has it too, or makes it impossible.
    for txs in [vec![], vec![&tx], vec![&rival]] {
        // Of two blocks on the first the one with the lower id would win at once.
        let loses = |step_ms| {
            let mut better = chain.fork(&kit, 1, step_ms);
            better.add(&txs);
            Some(better).filter(|better| better.tip() > chain.tip())
        };
        let better = (10_001..).find_map(loses).unwrap().grow(1);
        let events = failed_reorganisation(&kit, &chain, &better, &tx);
        let dropped = |e: &LedgerEvent| matches!(e, LedgerEvent::TxDropped(id) if *id == tx.id());
        assert!(!events.iter().any(dropped), "{events:?}");
        assert!(events.iter().any(|e| matches!(e, LedgerEvent::StoreFailed(_))));
    }
}

#[test]
fn genesis_that_cannot_be_written_is_tried_again() {
    let kit = Consortium::new(1);
    let disk = MemoryStore::new();
    let mut engine = Engine::recover(kit.spec(), EngineConfig::default(), &disk).unwrap();
    for n in 1..5 {
        let out = poll_all(&mut engine);
        let [.., Output::Persist { batch, .. }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
        assert_eq!(*batch, BatchId(n));
        engine.handle(now(&kit), &disk, Input::PersistFailed { batch: *batch }).unwrap();
    }
}

#[test]
fn a_block_that_cannot_be_undone_is_told() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(3);
    let better = chain.fork(&kit, 2, 10_001).grow(4);
    for damaged in [false, true] {
        let mut node = Node::with(&kit, &chain);
        if damaged {
            let mut change = ChangeSet::new();
            change.put(Table::Undo, chain.tip().as_ref(), vec![0xff]);
            node.disk.commit(&change).unwrap();
        }
        meet(&mut node, &kit, &mut Peer::new(1, &better));
        let told = |e: &LedgerEvent| matches!(e, LedgerEvent::Damaged { what } if what.contains("undo"));
        assert_eq!(node.events.iter().any(told), damaged);
        assert_eq!(node.engine.best().id, if damaged { chain.tip() } else { better.tip() });
        assert_eq!(node.dropped, [], "not the peer's fault");
    }
}

#[test]
fn recovering_gives_the_state_before() {
    let mut kit = Consortium::new(1);
    let mut chain = Chain::new(kit.spec());
    let setup = kit.setup();
    chain.add(&setup.iter().collect::<Vec<_>>());
    let chain = chain.grow(20);
    let node = Node::with(&kit, &chain);
    let again = Engine::recover(kit.spec(), EngineConfig::default(), &node.disk).unwrap();
    assert_eq!(again.best(), node.engine.best());
    assert_eq!(again.final_height(), node.engine.final_height());
    // The tip itself is the first confirmation (W-9).
    assert_eq!(again.final_height().0, 21 + 1 - kit.genesis.params.confirmations);
    let all = |e: &Engine, t: Table| e.view(&node.disk).range(t, &[], &[], usize::MAX).unwrap();
    for table in Table::ALL {
        assert_eq!(all(&again, *table), all(&node.engine, *table));
    }
}

#[test]
fn final_is_told_once_even_if_a_write_fails_in_between() {
    let kit = Consortium::new(1);
    let asked = kit.genesis.params.confirmations;
    let chain = Chain::new(kit.spec()).grow(20);
    let mut node = Node::new(&kit);
    for block in &chain.blocks {
        node.give(Input::Import { bytes: block.bytes().to_vec() }).unwrap();
    }
    let told = |node: &Node| -> Vec<u64> {
        let heights = node.events.iter().filter_map(|e| match e {
            LedgerEvent::Final { height, .. } => Some(height.0),
            _ => None,
        });
        heights.collect()
    };
    assert_eq!(told(&node), (1..=21 - asked).collect::<Vec<_>>());
    assert_eq!(node.engine.final_height(), final_height(Height(20), NonZeroU32::new(asked as u32).unwrap()));
    // A disk that forgets its last blocks: the tip is lower than what was told as final.
    let behind = Node::with(&kit, &Chain::new(kit.spec()).grow(10)).disk;
    let next = chain.grow(1);
    node.engine.handle(node.now, &node.disk, Input::Import { bytes: next.bytes(20) }).unwrap();
    let out = poll_all(&mut node.engine);
    let [Output::Persist { batch, .. }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
    node.engine.handle(node.now, &behind, Input::PersistFailed { batch: *batch }).unwrap();
    node.disk = behind;
    node.perform();
    assert_eq!(node.engine.best().header.height.0, 10);
    node.events.clear();
    for block in &next.blocks[10..] {
        node.give(Input::Import { bytes: block.bytes().to_vec() }).unwrap();
    }
    assert_eq!(told(&node), [22 - asked]);
}

#[test]
fn another_chain_or_a_damaged_tip_is_refused_by_name() {
    let kit = Consortium::new(1);
    let node = Node::with(&kit, &Chain::new(kit.spec()).grow(3));
    let recover = |kit: &Consortium, disk: &MemoryStore| {
        Engine::recover(kit.spec(), EngineConfig::default(), disk).map(|_| ()).unwrap_err()
    };
    let mut other = Consortium::new(1);
    other.genesis.name.push('!');
    assert_eq!(recover(&other, &node.disk), RecoverError::OtherChain);
    let tip_id = node.engine.best().id;
    type Damage<'a> = (Table, &'a [u8], Option<Vec<u8>>, &'a str);
    let damages: [Damage<'_>; 4] = [
        (Table::Meta, TIP_KEY, None, "tip is missing"),
        (Table::Meta, TIP_KEY, Some(vec![1, 2, 3]), "Meta table: tip"),
        (Table::Headers, tip_id.as_ref(), None, "index entry of the tip is missing"),
        (Table::Headers, tip_id.as_ref(), Some(vec![0]), "Headers table: block entry"),
    ];
    for (table, key, value, what) in damages {
        let (mut disk, mut change) = (node.disk.clone(), ChangeSet::new());
        match value {
            Some(value) => change.put(table, key, value),
            None => change.delete(table, key),
        }
        disk.commit(&change).unwrap();
        match recover(&kit, &disk) {
            RecoverError::Read(ReadError::Corrupt { what: got }) => {
                assert!(got.to_lowercase().starts_with(&what.to_lowercase()), "{got}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn frames_that_wait_for_the_disk_are_bounded() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(17);
    let mut node = Node::with(&kit, &chain);
    node.up(1);
    node.hear(1, &hello(&kit, chain.tip(), chain.weight()));
    // A block is being written, and a peer asks for sixteen others over and over.
    let next = chain.fork(&kit, 17, 10_000).grow(1);
    node.engine.handle(node.now, &node.disk, Input::Import { bytes: next.bytes(17) }).unwrap();
    let out = poll_all(&mut node.engine);
    let [Output::Persist { batch, changes }] = out.as_slice() else { panic!("{:?}", kinds(&out)) };
    let ids = chain.blocks[..16].iter().map(|b| b.id()).collect();
    let ask = Message::GetBlocks { ids }.to_bytes().unwrap();
    let each: usize = chain.blocks[..16].iter().map(|b| b.bytes().len()).sum();
    for _ in 0..40 * 1024 * 1024 / each {
        node.engine
            .handle(node.now, &node.disk, Input::Frame { from: PeerId(1), bytes: ask.clone() })
            .unwrap();
    }
    node.disk.commit(changes).unwrap();
    node.engine.handle(node.now, &node.disk, Input::Persisted { batch: *batch }).unwrap();
    let size = |o: &Output| if let Output::Send { bytes, .. } = o { bytes.len() } else { 0 };
    let waited: usize = poll_all(&mut node.engine).iter().map(size).sum();
    assert!((31 << 20..=32 << 20).contains(&waited), "{waited}");
    // Once they have left there is room again.
    node.hear(1, &Message::GetBlocks { ids: vec![chain.tip()] });
    assert_eq!(node.sent.pop(), Some((1, Message::Block { bytes: Carried(chain.bytes(16)) })));
}

#[test]
fn batches_that_wait_for_the_disk_are_bounded_and_no_block_is_lost() {
    let kit = Consortium::new(1);
    let chain = Chain::new(kit.spec()).grow(72);
    let mut node = Node::new(&kit);
    node.up(1);
    node.hear(1, &hello(&kit, chain.tip(), chain.weight()));
    let headers = chain.blocks.iter().map(|b| Carried::from(b.header())).collect();
    node.hear(1, &Message::Headers { headers });
    // Not through the driver, whose disk is always done.
    for n in 0..72 {
        let bytes = Message::Block { bytes: Carried(chain.bytes(n)) }.to_bytes().unwrap();
        node.engine.handle(node.now, &node.disk, Input::Frame { from: PeerId(1), bytes }).unwrap();
    }
    assert_eq!(node.engine.best().header.height.0, 64, "eight batches of eight");
    node.perform();
    assert_eq!(node.engine.best().id, chain.tip(), "those behind it were kept");
    assert!(node.dropped.is_empty());
}
