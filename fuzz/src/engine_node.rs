//! One engine, its disk, and what must hold whatever is done to them.

use crate::engine_made::Made;
use ehr_conformance::ledger::dump;
use ehr_core::block::{Block, WorkTemplate};
use ehr_core::codec::Wire;
use ehr_core::consensus::Weight;
use ehr_core::engine::{
    BatchId, Best, ChainError, Engine, EngineConfig, Input, Output, Refused, TIP_KEY, TipEntry, WorkId,
    block_at, block_entry,
};
use ehr_core::merkle::sparse;
use ehr_core::primitives::{Height, Timestamp, TxId};
use ehr_core::state::testkit::TestLedger;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, Table};
use ehr_core::transport::PeerId;
use std::sync::Arc;

/// Who is no node: what it says is made up by the script.
pub(crate) const STRANGER: PeerId = PeerId(99);
/// Outputs that one input may lead to; more is a loop.
const MOST_OUTPUTS: usize = 5_000;

/// Bytes on their way.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) from: PeerId,
    pub(crate) to: PeerId,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Node {
    pub(crate) id: PeerId,
    pub(crate) now: Timestamp,
    /// Whether batches wait until the script settles them.
    pub(crate) slow: bool,
    /// Last batch that was answered.
    pub(crate) answered: u64,
    /// What it sent and nobody fetched.
    pub(crate) sent: Vec<Frame>,
    engine: Engine,
    disk: MemoryStore,
    at_rest: Weight,
    waiting: Option<(BatchId, Arc<ChangeSet>)>,
    work: Option<(WorkId, WorkTemplate)>,
}

impl Node {
    pub(crate) fn new(made: &Made, id: usize, disk: Option<&MemoryStore>) -> Self {
        let disk = disk.cloned().unwrap_or_default();
        let mut node = Self {
            id: PeerId(id as u64),
            now: made.now,
            slow: false,
            answered: 0,
            sent: Vec::new(),
            engine: start(made, &disk),
            at_rest: weight_at_rest(&disk),
            disk,
            waiting: None,
            work: None,
        };
        node.perform();
        node
    }

    /// A disk that holds genesis and the first block.
    pub(crate) fn with_first_block(made: &Made) -> MemoryStore {
        let mut node = Self::new(made, 0, None);
        node.give(Input::Import { bytes: made.blocks[0].1.clone() });
        node.disk
    }

    pub(crate) fn give(&mut self, input: Input) {
        let may_fall_back = matches!(input, Input::PersistFailed { .. });
        let from_a_user = matches!(
            input,
            Input::Submit { .. }
                | Input::Import { .. }
                | Input::ImportRun { .. }
                | Input::Produce { .. }
                | Input::WorkFound { .. }
        );
        let rank = self.engine.best().rank();
        let before = from_a_user.then(|| self.seen());
        let result = self.engine.handle(self.now, &self.disk, input);
        assert!(may_fall_back || self.engine.best().rank() >= rank, "the best chain got lighter");
        // Of several blocks, those before the one that is refused are taken.
        let refused = match result {
            Err(Refused::Run { taken: 0, why }) => Some(*why),
            Err(Refused::Run { .. }) | Ok(()) => None,
            Err(why) => Some(why),
        };
        if let Some(why) = refused {
            let before = before.unwrap_or_else(|| panic!("not the caller's fault: {why}"));
            let after = self.seen();
            assert!(before.best == after.best && before.pool == after.pool, "{why}, and changed something");
            // A block that is found to break a rule is remembered, so that nobody has to look again.
            let remembers = matches!(why, Refused::Block(ChainError::Body(_)));
            let same =
                |a: &(Table, Vec<Pair>)| remembers && a.0 == Table::Headers || after.tables.contains(a);
            assert!(before.tables.iter().all(same), "{why}, and changed the ledger");
            assert_eq!(before.tables.len(), after.tables.len(), "{why}, and changed the ledger");
        }
        self.perform();
    }

    pub(crate) fn tick(&mut self) {
        self.engine.handle_timeout(self.now, &self.disk).expect("memory answers");
        self.perform();
    }

    /// Does what the engine asks for, until it waits for the disk or is done.
    fn perform(&mut self) {
        let mut outputs = 0;
        while let Some(output) = self.engine.poll_output() {
            outputs += 1;
            assert!(outputs < MOST_OUTPUTS, "no end of outputs");
            assert!(self.waiting.is_none(), "{output:?} came out before its batch was on disk");
            match output {
                Output::Persist { batch, changes } => {
                    self.waiting = Some((batch, changes));
                    if !self.slow {
                        self.store();
                    }
                }
                Output::Send { to, bytes } => self.sent.push(Frame { from: self.id, to, bytes }),
                Output::StartWork { work, template } => self.work = Some((work, template)),
                Output::StopWork { work } => drop(self.work.take_if(|(under_way, _)| *under_way == work)),
                Output::Disconnect { .. } | Output::Event(_) => {}
            }
        }
    }

    /// The batch that waits reaches the disk.
    fn store(&mut self) {
        let Some((batch, changes)) = self.waiting.take() else { return };
        self.disk.commit(&changes).expect("memory takes everything");
        let weight = weight_at_rest(&self.disk);
        assert!(weight >= self.at_rest, "the chain on disk got lighter");
        (self.at_rest, self.answered) = (weight, batch.0);
        self.engine
            .handle(self.now, &self.disk, Input::Persisted { batch })
            .expect("an answer is no request");
    }

    /// The batch that waits reaches the disk, or does not.
    pub(crate) fn settle(&mut self, stored: bool) {
        if stored {
            self.store();
            self.perform();
        } else if let Some((batch, _)) = self.waiting.take() {
            (self.answered, self.work) = (batch.0, None);
            self.give(Input::PersistFailed { batch });
            assert_eq!(self.engine.best().weight, self.at_rest, "not back at what is on disk");
        }
    }

    /// The machine stops and starts again; `kept` says whether the batch under way made it.
    pub(crate) fn crash(&mut self, made: &Made, kept: bool) {
        if let Some((_, changes)) = self.waiting.take().filter(|_| kept) {
            self.disk.commit(&changes).expect("memory takes everything");
            let weight = weight_at_rest(&self.disk);
            assert!(weight >= self.at_rest, "the chain on disk got lighter");
            self.at_rest = weight;
        }
        self.engine = start(made, &self.disk);
        (self.work, self.answered) = (None, 0);
        assert_eq!(self.engine.best().weight, self.at_rest, "not back at what is on disk");
        self.perform();
    }

    /// A nonce for the work under way.
    pub(crate) fn search(&self) -> Option<(WorkId, u64)> {
        let (work, template) = self.work.as_ref()?;
        (0..10_000).find(|nonce| template.is_solved_by(*nonce)).map(|nonce| (*work, nonce))
    }

    /// Everything reaches the disk; what is there must be what executing its blocks again gives.
    pub(crate) fn finish(&mut self, made: &Made) {
        self.slow = false;
        self.settle(true);
        assert!(dump(&self.engine.view(&self.disk)) == dump(&self.disk), "something never reached the disk");
        self.crash(made, true);
        let mut replayed = TestLedger::new(made.spec.clone());
        let mut height = Height(1);
        while let Some(id) = block_at(&self.disk, height).expect("memory answers") {
            let bytes = self.disk.get(Table::Bodies, id.as_ref()).expect("memory answers");
            let block = Block::decode(&bytes.expect("its body")).expect("canonical").check(&made.spec);
            replayed.commit(&block.expect("it was valid")).expect("it was valid");
            height = height.plus(1);
        }
        assert_eq!(replayed.tip(), &self.engine.best().header);
        for table in [Table::State, Table::TxIndex] {
            let all = |store: &MemoryStore| store.range(table, &[], &[], usize::MAX).expect("memory answers");
            assert!(all(&self.disk) == all(&replayed.store), "{} differs from a replay", table.name());
        }
        let root = sparse::root(&self.disk).expect("memory answers");
        assert_eq!(root, self.engine.best().header.state_root, "state tree");
    }

    fn seen(&self) -> Seen {
        Seen {
            best: self.engine.best().clone(),
            pool: self.engine.pool().candidates().map(|tx| tx.id()).collect(),
            tables: dump(&self.engine.view(&self.disk)),
        }
    }
}

/// What users can see of a ledger.
struct Seen {
    best: Best,
    pool: Vec<TxId>,
    tables: Vec<(Table, Vec<Pair>)>,
}

fn start(made: &Made, disk: &MemoryStore) -> Engine {
    Engine::recover(made.spec.clone().with_bugs(made.bugs), EngineConfig::default(), disk)
        .expect("a disk of this chain")
}

fn weight_at_rest(disk: &MemoryStore) -> Weight {
    let tip = disk.get(Table::Meta, TIP_KEY).expect("memory answers");
    let tip = tip.map(|bytes| TipEntry::from_bytes(&bytes).expect("a tip"));
    let entry = tip.and_then(|tip| block_entry(disk, &tip.id).expect("memory answers"));
    entry.map_or(Weight::ZERO, |entry| entry.total)
}
