//! The driver on its own: stores in memory and on disk, two nodes, a failing disk.

use ehr_conformance::{Fault, FaultPlan, FaultyLedger};
use ehr_core::block::{Balance, ChainSpec, Genesis};
use ehr_core::client::{AccountKeys, Draft, admission};
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use ehr_core::engine::{LedgerEvent, RecoverError, Refused};
use ehr_core::primitives::{ChainId, Height};
use ehr_core::state::{Account, Params};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, ReadError, StoreError, Table};
use ehr_core::transport::{MemoryHub, MemoryTransport};
use ehr_core::tx::{Payload, Role};
use ehr_node::driver::{Node, NodeConfig, NodeError, StartError, system_clock};
use ehr_node::wallet::{Payer, os_rng};
use ehr_store_disk::DiskLayout;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::time::Duration;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);

/// A chain with one institution that can pay.
struct Chain {
    genesis: Genesis,
    payer: Payer,
}

impl Chain {
    fn new() -> Self {
        let owner = AccountKeys::generate(Role::Institution, &mut os_rng().unwrap()).unwrap();
        let enc_key = owner.ring().current().encryption_key().public();
        let target = CompactTarget::leading_zero_nibbles(1).unwrap();
        let genesis = Genesis {
            name: "driver test".to_owned(),
            time: system_clock()(),
            params: Params {
                consensus: ConsensusParams::work(DifficultyRule::Fixed { target }),
                confirmations: 2,
                ..Params::default()
            },
            accounts: vec![owner.enrolment(ChainId::ZERO, None).unwrap()],
            institutions: vec![admission(owner.id(), enc_key, "driver test", 999, &mut os_rng().unwrap()).0],
            balances: vec![Balance { account: owner.id(), credits: 1_000 }],
            validators: Vec::new(),
        };
        let spec = ChainSpec::new(genesis.clone()).unwrap();
        Self { genesis, payer: Payer::new(owner.into(), spec) }
    }

    fn spec(&self) -> ChainSpec {
        ChainSpec::new(self.genesis.clone()).unwrap()
    }

    fn start(&self, store: impl LedgerStore + Send + 'static, transport: Option<MemoryTransport>) -> Node {
        let transport = transport.map(|transport| Box::new(transport) as _);
        Node::start(NodeConfig::new(self.spec(), store, transport)).unwrap()
    }

    /// A transaction that enrols a new patient.
    fn enrol(&mut self) -> (AccountKeys, ehr_core::tx::Tx) {
        let (sponsor, chain) = (self.payer.keys().id(), self.spec().chain_id());
        let owner = AccountKeys::generate(Role::Patient, &mut os_rng().unwrap()).unwrap();
        let enrol = owner.enrolment(chain, Some(sponsor)).unwrap();
        let draft = Draft::of(Payload::EnrolAccount { enrol });
        let tx = self.payer.sign(Height::ZERO, draft, &[&owner]).unwrap();
        (owner, tx)
    }

    async fn mine(&self, node: &Node) -> Result<Height, NodeError> {
        node.mine_block(self.payer.keys().id()).await.map(|mined| mined.height)
    }
}

/// Submit, mine, wait: on any store.
async fn lives(store: impl LedgerStore + Send + 'static) {
    let mut chain = Chain::new();
    let node = chain.start(store, None);
    let mut events = node.subscribe();
    let (owner, tx) = chain.enrol();
    let id = node.submit(&tx).await.unwrap();
    assert_eq!(events.recv().await.unwrap(), LedgerEvent::TxAccepted(id));
    assert!(matches!(node.submit(&tx).await, Err(NodeError::Refused(Refused::Pool(_)))), "a second time");
    assert!(matches!(node.wait_tx(id, Duration::from_millis(20)).await, Err(NodeError::TimedOut { .. })));
    assert_eq!(node.hashes(), 0);
    assert_eq!(chain.mine(&node).await, Ok(Height(1)));
    assert!(node.hashes() > 0);
    let place = node.wait_tx(id, SOON).await.unwrap();
    assert_eq!((place.height, place.index), (Height(1), 0));
    let account = owner.id();
    let role = node.read(move |s| s.entry::<Account>(&account).unwrap().map(|a| a.role)).await.unwrap();
    assert_eq!(role, Some(Role::Patient));
    let (waiting, mining) = tokio::join!(node.wait_final(Height(1), SOON), async {
        for height in 2..=3 {
            assert_eq!(chain.mine(&node).await, Ok(Height(height)));
        }
    });
    assert_eq!((waiting, mining), (Ok(()), ()));
    node.stop().await;
}

#[tokio::test]
async fn a_node_in_memory() {
    lives(MemoryStore::new()).await;
}

#[tokio::test]
async fn a_node_on_disk() {
    let dir = TempDir::new().unwrap();
    lives(DiskLayout::new(dir.path()).open().unwrap().0).await;
}

#[tokio::test]
async fn a_node_goes_on_where_it_stopped_and_refuses_another_chain() {
    let dir = TempDir::new().unwrap();
    let open = || DiskLayout::new(dir.path()).open().unwrap().0;
    let mut chain = Chain::new();
    let node = chain.start(open(), None);
    let (_, tx) = chain.enrol();
    node.submit(&tx).await.unwrap();
    chain.mine(&node).await.unwrap();
    let before = node.read(|s| s.best().clone()).await.unwrap();
    node.stop().await;
    let other = Node::start(NodeConfig::new(Chain::new().spec(), open(), None));
    assert!(matches!(other.err(), Some(StartError::Recover(RecoverError::OtherChain))));
    let node = chain.start(open(), None);
    assert_eq!(node.read(|s| s.best().clone()).await.unwrap(), before);
    assert!(matches!(node.submit(&tx).await, Err(NodeError::Refused(Refused::OnChain(_)))));
    assert_eq!(chain.mine(&node).await, Ok(Height(2)));
    node.stop().await;
}

#[tokio::test]
async fn a_late_node_catches_up_and_transactions_travel() {
    let mut chain = Chain::new();
    let hub = MemoryHub::new(2);
    let first = chain.start(MemoryStore::new(), Some(hub.join()));
    for _ in 0..40 {
        chain.mine(&first).await.unwrap();
    }
    let late = chain.start(MemoryStore::new(), Some(hub.join()));
    let best = first.read(|s| s.best().clone()).await.unwrap();
    late.wait_block(best.id, Height(40), SOON).await.unwrap();
    // Submitted at one, mined at the other.
    let (_, tx) = chain.enrol();
    let id = first.submit(&tx).await.unwrap();
    while !late.read(move |s| s.pool().contains(&id)).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    chain.mine(&late).await.unwrap();
    assert_eq!(first.wait_tx(id, SOON).await.unwrap().height, Height(41));
    let root = first.read(|s| s.best().header.state_root).await;
    assert_eq!(late.read(|s| s.best().header.state_root).await, root);
    first.stop().await;
    late.stop().await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    for fault in [Fault::Full, Fault::Io] {
        let mut chain = Chain::new();
        // Commit 0 writes the new ledger, commit 1 the first block.
        let node = chain.start(FaultyLedger::new(MemoryStore::new(), FaultPlan { at: 1, fault }), None);
        let (_, tx) = chain.enrol();
        let id = node.submit(&tx).await.unwrap();
        let mut events = node.subscribe();
        let failed = chain.mine(&node).await.unwrap_err();
        assert!(matches!(&failed, NodeError::Store(_)), "{failed}");
        if fault == Fault::Full {
            assert_eq!(failed.to_string(), "disk is full");
        }
        assert!(matches!(events.recv().await, Ok(LedgerEvent::StoreFailed(_))));
        assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height::ZERO));
        // With room again the node goes on; the transaction still waits or is submitted again.
        if !node.read(move |s| s.pool().contains(&id)).await.unwrap() {
            node.submit(&tx).await.unwrap();
        }
        assert_eq!(chain.mine(&node).await, Ok(Height(1)));
        assert_eq!(node.wait_tx(id, SOON).await.unwrap().height, Height(1));
        node.stop().await;
    }
}

#[tokio::test]
async fn a_disk_that_fills_up_during_a_sync_is_told_to_whoever_waits() {
    let chain = Chain::new();
    let hub = MemoryHub::new(2);
    let first = chain.start(MemoryStore::new(), Some(hub.join()));
    let (full, commits) = Shaky::new(0);
    let late = chain.start(full, Some(hub.join()));
    // The new ledger is written; from now on the disk takes nothing more.
    commits.store(usize::MAX, SeqCst);
    chain.mine(&first).await.unwrap();
    let tip = first.read(|s| s.best().id).await.unwrap();
    let waited = tokio::time::timeout(SOON, late.wait_block(tip, Height(1), SOON * 10)).await;
    assert_eq!(waited.expect("told long before the limit"), Err(NodeError::Store(StoreError::Full)));
    first.stop().await;
    late.stop().await;
}

/// A store that refuses so many commits, after each of them so many reads, and so many looks for new blocks.
struct Shaky {
    inner: MemoryStore,
    commits: Arc<AtomicUsize>,
    looks: Arc<AtomicUsize>,
    reads_each: usize,
    reads: AtomicUsize,
}

impl Shaky {
    fn new(reads_each: usize) -> (Self, Arc<AtomicUsize>) {
        let commits = Arc::new(AtomicUsize::new(0));
        let reads = AtomicUsize::new(0);
        let (looks, inner) = (Arc::default(), MemoryStore::new());
        (Self { inner, commits: Arc::clone(&commits), looks, reads_each, reads }, commits)
    }
    fn read<T>(&self, value: Result<T, ReadError>) -> Result<T, ReadError> {
        if fails(&self.reads) { Err(ReadError::Io("a bad sector".to_owned())) } else { value }
    }
}

/// Whether a failure is left.
fn fails(left: &AtomicUsize) -> bool {
    left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok()
}

impl LedgerRead for Shaky {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.inner.get(table, key)?;
        if table == Table::Headers && found.is_none() && fails(&self.looks) {
            return Err(ReadError::Io("a bad sector".to_owned()));
        }
        self.read(Ok(found))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(self.inner.range(table, from, to, limit))
    }
}

impl LedgerStore for Shaky {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        if fails(&self.commits) {
            self.reads.store(self.reads_each, SeqCst);
            return Err(StoreError::Full);
        }
        self.inner.commit(changes)
    }
}

#[tokio::test]
async fn a_disk_that_cannot_be_read_after_a_failed_write_is_fallen_back_to_later() {
    for reads in [1, 2, 3] {
        let mut chain = Chain::new();
        let (store, commits) = Shaky::new(reads);
        let node = chain.start(store, None);
        let (_, tx) = chain.enrol();
        let id = node.submit(&tx).await.unwrap();
        let mut events = node.subscribe();
        commits.store(1, SeqCst);
        assert_eq!(chain.mine(&node).await, Err(NodeError::Store(StoreError::Full)));
        // Nobody asks anything: the node comes back by itself.
        let event = tokio::time::timeout(SOON, events.recv()).await.expect("before long").unwrap();
        assert!(matches!(event, LedgerEvent::StoreFailed(_)), "{event:?}");
        assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height::ZERO));
        assert_eq!(chain.mine(&node).await, Ok(Height(1)));
        assert_eq!(node.wait_tx(id, SOON).await.unwrap().height, Height(1));
        node.stop().await;
    }
}

#[tokio::test]
async fn a_mined_block_survives_one_failed_read() {
    let chain = Chain::new();
    let (store, _) = Shaky::new(0);
    let looks = Arc::clone(&store.looks);
    let node = chain.start(store, None);
    looks.store(1, SeqCst);
    assert_eq!(chain.mine(&node).await, Ok(Height(1)));
    assert_eq!(looks.load(SeqCst), 0, "it failed");
    // A disk that stays silent is told.
    looks.store(2, SeqCst);
    let refused = chain.mine(&node).await;
    assert!(matches!(&refused, Err(NodeError::Refused(why)) if why.is_unread()), "{refused:?}");
    assert_eq!(chain.mine(&node).await, Ok(Height(2)));
    node.stop().await;
}

#[tokio::test]
async fn a_store_that_died_is_told_at_every_request() {
    let chain = Chain::new();
    let plan = FaultPlan { at: 1, fault: Fault::UncertainLost };
    let node = chain.start(FaultyLedger::new(MemoryStore::new(), plan), None);
    for _ in 0..2 {
        assert!(chain.mine(&node).await.is_err());
    }
    node.stop().await;
    let plan = FaultPlan { at: 0, fault: Fault::Full };
    let store = FaultyLedger::new(MemoryStore::new(), plan);
    let refused = Node::start(NodeConfig::new(chain.spec(), store, None));
    assert!(matches!(refused.err(), Some(StartError::Store(StoreError::Full))));
}

#[test]
fn a_disk_that_is_full_from_the_start_is_told_at_once() {
    let (store, commits) = Shaky::new(0);
    commits.store(1_000, SeqCst);
    let refused = Node::start(NodeConfig::new(Chain::new().spec(), store, None)).err();
    let Some(StartError::Store(StoreError::Full)) = refused else { panic!("{refused:?}") };
    assert_eq!(commits.load(SeqCst), 999, "asked once");
}

#[tokio::test]
async fn a_block_from_outside_is_taken_once() {
    let chain = Chain::new();
    let miner = chain.start(MemoryStore::new(), None);
    chain.mine(&miner).await.unwrap();
    let block = miner.read(|s| {
        let id = s.best().id;
        s.ledger().get(Table::Bodies, id.as_ref()).unwrap().unwrap()
    });
    let block = block.await.unwrap();
    let other = chain.start(MemoryStore::new(), None);
    other.import(block.clone()).await.unwrap();
    assert_eq!(other.read(|s| s.best().header.height).await, Ok(Height(1)));
    assert!(matches!(other.import(block).await, Err(NodeError::Refused(_))), "known already");
    assert!(matches!(other.import(vec![1, 2, 3]).await, Err(NodeError::Refused(Refused::Decode(_)))));
    miner.stop().await;
    other.stop().await;
}

/// How the next commits end.
type Passes = VecDeque<Result<(), StoreError>>;

/// A store whose commits wait to be let through, and are refused when told so. It is read meanwhile.
#[derive(Clone, Default)]
struct Gated {
    inner: Arc<RwLock<MemoryStore>>,
    /// Commits that may pass, and how each ends.
    passes: Arc<(Mutex<Passes>, Condvar)>,
    begun: Arc<AtomicUsize>,
    reads: Arc<AtomicUsize>,
}

impl Gated {
    fn pass(&self, result: Result<(), StoreError>) {
        self.passes.0.lock().unwrap().push_back(result);
        self.passes.1.notify_all();
    }
}

impl LedgerRead for Gated {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.reads.fetch_add(1, SeqCst);
        self.inner.read().unwrap().get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.inner.read().unwrap().range(table, from, to, limit)
    }
}

impl LedgerStore for Gated {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        self.begun.fetch_add(1, SeqCst);
        let (passes, told) = &*self.passes;
        let mut passes = told.wait_while(passes.lock().unwrap(), |passes| passes.is_empty()).unwrap();
        passes.pop_front().unwrap()?;
        self.inner.write().unwrap().commit(changes)
    }
    fn reader(&self) -> Option<Box<dyn LedgerRead + Send>> {
        Some(Box::new(self.clone()))
    }
}

/// The first blocks of a chain, as bytes.
async fn blocks(chain: &Chain, count: u64) -> Vec<Vec<u8>> {
    let miner = chain.start(MemoryStore::new(), None);
    for _ in 0..count {
        chain.mine(&miner).await.unwrap();
    }
    let blocks = miner.read(move |s| {
        let body = |height| {
            let id = ehr_core::engine::block_at(s.ledger(), Height(height)).unwrap().unwrap();
            s.ledger().get(Table::Bodies, id.as_ref()).unwrap().unwrap()
        };
        (1..=count).map(body).collect()
    });
    let blocks = blocks.await.unwrap();
    miner.stop().await;
    blocks
}

/// Waits until something is true.
async fn until(what: impl Fn() -> bool) {
    let waiting = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(SOON, waiting).await.expect("it becomes true");
}

/// Gives a node a block and goes on.
fn import(node: &Arc<Node>, block: &[u8]) -> tokio::task::JoinHandle<Result<(), NodeError>> {
    let (node, block) = (Arc::clone(node), block.to_vec());
    tokio::spawn(async move { node.import(block).await })
}

#[tokio::test]
async fn blocks_are_validated_during_a_write_and_nothing_is_told_before_it_ends() {
    let chain = Chain::new();
    let blocks = blocks(&chain, 6).await;
    let store = Gated::default();
    store.pass(Ok(())); // The new ledger.
    let node = Arc::new(chain.start(store.clone(), None));
    let mut events = node.subscribe();
    let import = |block: &Vec<u8>| import(&node, block);
    let mut imports = vec![import(&blocks[0])];
    until(|| store.begun.load(SeqCst) == 2).await;
    // The first block is being written: those after it are looked at, one after the other, until there are enough.
    let mut reads = store.reads.load(SeqCst);
    for block in &blocks[1..4] {
        imports.push(import(block));
        until(|| store.reads.load(SeqCst) > reads).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        reads = store.reads.load(SeqCst);
    }
    imports.push(import(&blocks[4]));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(store.reads.load(SeqCst), reads, "four batches wait: the fifth block is not looked at");
    let looked = {
        let node = Arc::clone(&node);
        tokio::spawn(async move { node.read(|s| s.best().header.height).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(imports.iter().all(|import| !import.is_finished()) && !looked.is_finished());
    assert!(events.try_recv().is_err(), "nothing was told");
    assert_eq!(store.begun.load(SeqCst), 2, "one write at a time");
    // What a reader is shown is on disk, and all that was decided before it came.
    (0..5).for_each(|_| store.pass(Ok(())));
    assert_eq!(looked.await.unwrap(), Ok(Height(5)));
    for import in imports {
        assert_eq!(import.await.unwrap(), Ok(()));
    }
    // What was decided when a node is stopped is written first.
    let last = import(&blocks[5]);
    until(|| store.begun.load(SeqCst) == 7).await;
    last.abort();
    assert!(last.await.is_err());
    store.pass(Ok(()));
    Arc::into_inner(node).unwrap().stop().await;
    let tip = ehr_core::engine::block_at(&store, Height(6)).unwrap();
    assert!(tip.is_some());
}

#[tokio::test]
async fn a_write_that_fails_takes_with_it_what_was_decided_meanwhile() {
    for after in 0..3 {
        let chain = Chain::new();
        let blocks = blocks(&chain, 4).await;
        let store = Gated::default();
        store.pass(Ok(()));
        let node = Arc::new(chain.start(store.clone(), None));
        let mut imports = Vec::new();
        for block in &blocks {
            // One at a time, or several would be taken together.
            let reads = store.reads.load(SeqCst);
            imports.push(import(&node, block));
            until(|| store.reads.load(SeqCst) > reads).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        until(|| store.begun.load(SeqCst) == 2).await;
        (0..after).for_each(|_| store.pass(Ok(())));
        store.pass(Err(StoreError::Full));
        for (at, import) in imports.into_iter().enumerate() {
            let want = if at < after { Ok(()) } else { Err(NodeError::Store(StoreError::Full)) };
            assert_eq!(import.await.unwrap(), want, "block {at}, {after} written");
        }
        assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height(after as u64)));
        // With room again it goes on where it was.
        for block in &blocks[after..] {
            store.pass(Ok(()));
            node.import(block.clone()).await.unwrap();
        }
        assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height(4)));
        Arc::into_inner(node).unwrap().stop().await;
    }
}

#[tokio::test]
async fn imports_that_wait_are_taken_together_and_answered_one_by_one() {
    let chain = Chain::new();
    let blocks = blocks(&chain, 12).await;
    let store = Gated::default();
    store.pass(Ok(())); // The new ledger.
    let node = Arc::new(chain.start(store.clone(), None));
    let import = |block: &Vec<u8>| import(&node, block);
    // The node looks at nothing while somebody waits to read, so what comes meanwhile waits in its queue.
    let first = import(&blocks[0]);
    until(|| store.begun.load(SeqCst) == 2).await;
    let read = {
        let node = Arc::clone(&node);
        tokio::spawn(async move { node.read(|s| s.best().header.height).await })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut given: Vec<Vec<u8>> = blocks[1..].to_vec();
    given.insert(1, vec![1, 2, 3]);
    given.insert(2, blocks[0].clone());
    let mut imports = Vec::new();
    for block in &given {
        imports.push(import(block));
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    (0..40).for_each(|_| store.pass(Ok(())));
    assert_eq!((first.await.unwrap(), read.await.unwrap()), (Ok(()), Ok(Height(1))));
    for (at, import) in imports.into_iter().enumerate() {
        let answer = import.await.unwrap();
        match at {
            1 => assert!(matches!(answer, Err(NodeError::Refused(Refused::Decode(_)))), "{answer:?}"),
            2 => assert!(matches!(answer, Err(NodeError::Refused(Refused::Block(_)))), "{answer:?}"),
            _ => assert_eq!(answer, Ok(()), "{at}"),
        }
    }
    assert_eq!(node.read(|s| s.best().header.height).await, Ok(Height(12)));
    let writes = store.begun.load(SeqCst);
    assert!(writes < 2 + 11, "{writes} writes for 12 blocks and a new ledger");
    Arc::into_inner(node).unwrap().stop().await;
}
