//! Blocks and transactions that the engine's scripts are made of: two branches, and a chain that breaks a rule.

use ehr_core::block::{Block, ChainSpec, Checked, Header, Seal};
use ehr_core::codec::Wire;
use ehr_core::consensus::{CompactTarget, ConsensusParams, DifficultyRule, SealRules, Weight};
use ehr_core::primitives::{BlockId, Hash32, Timestamp};
use ehr_core::sim::Bug;
use ehr_core::state::Params;
use ehr_core::state::testkit::{Consortium, TestLedger, every_kind};
use ehr_core::store::MemoryStore;
use ehr_core::tx::Tx;

/// What every script draws from. Making it takes longer than a run.
pub(crate) struct Made {
    /// A chain with the easiest work, reorganising four blocks at most.
    pub(crate) spec: ChainSpec,
    /// Ids and bytes of blocks, parents before children.
    pub(crate) blocks: Vec<(BlockId, Vec<u8>)>,
    /// Their headers.
    pub(crate) headers: Vec<Vec<u8>>,
    /// Transactions, in an order in which they are valid.
    pub(crate) txs: Vec<Vec<u8>>,
    /// A disk with the first block on it.
    pub(crate) ready: MemoryStore,
    /// Mistakes planted in the engines, but not in what judges them.
    pub(crate) bugs: Bug,
    /// A time at which some of the blocks are still in the future.
    pub(crate) now: Timestamp,
}

impl Made {
    pub(crate) fn new(bugs: Bug) -> Self {
        let difficulty = DifficultyRule::Fixed { target: CompactTarget::EASIEST };
        let consensus = ConsensusParams::work(difficulty);
        let params = Params { consensus, confirmations: 2, max_reorg: 4, ..Params::default() };
        let mut kit = Consortium::with_params(2, params);
        let mut ledger = TestLedger::new(kit.spec());
        let setup = kit.setup();
        let txs = every_kind(&mut kit);
        let first = ledger.make(&setup.iter().collect::<Vec<_>>()).expect("valid");
        ledger.commit(&first).expect("valid");
        let mut blocks = vec![first];
        for tx in txs.iter().take(6) {
            extend(&mut ledger, &mut blocks, &[tx]);
        }
        for _ in 0..6 {
            ledger.undo();
        }
        // The other branch is longer, slower, and has some of the same transactions.
        ledger.step_ms = 11_000;
        for n in 0..8 {
            let some: Vec<&Tx> = txs[n..=n].iter().filter(|tx| ledger.admit(tx).is_ok()).collect();
            extend(&mut ledger, &mut blocks, &some);
        }
        // Good headers over a body that breaks a rule, and more on top of it.
        for n in 0..4 {
            let parent = blocks.last().expect("a block").header().clone();
            let (height, time) = (parent.height.plus(1), parent.time.plus(10_000));
            let root = Hash32([n; 32]);
            let spare = ledger.make(&[]).expect("valid").header().clone();
            blocks.push(mine(
                &ledger.spec,
                Header { prev: parent.id(), height, time, state_root: root, ..spare },
            ));
        }
        let now = ledger.spec.genesis().time.plus(60_000);
        let (spec, ready) = (ledger.spec, MemoryStore::new());
        let mut made = Self {
            headers: blocks.iter().map(|b| b.header().to_bytes().expect("within the limits")).collect(),
            blocks: blocks.iter().map(|b| (b.id(), b.bytes().to_vec())).collect(),
            txs: setup.iter().chain(&txs).map(|tx| tx.bytes().to_vec()).collect(),
            spec,
            ready,
            bugs: Bug::NONE,
            now,
        };
        made.ready = crate::engine_node::Node::with_first_block(&made);
        Self { bugs, ..made }
    }

    /// Weight of so many blocks.
    pub(crate) fn weight(&self, blocks: u8) -> Weight {
        let one = self.spec.consensus().weight(&self.spec.block().header().proof());
        (0..blocks).fold(Weight::ZERO, |sum, _| sum.checked_add(one).expect("easy blocks"))
    }
}

fn extend(ledger: &mut TestLedger, blocks: &mut Vec<Block<Checked>>, txs: &[&Tx]) {
    let block = ledger.make(txs).expect("valid");
    ledger.commit(&block).expect("valid");
    blocks.push(block);
}

/// An empty block under a header that may say anything, with a nonce that fits.
fn mine(spec: &ChainSpec, header: Header) -> Block<Checked> {
    let Seal::Work { bits, .. } = header.seal else { panic!("sealed by stake") };
    let headers = (0..).map(|nonce| Header { seal: Seal::Work { bits, nonce }, ..header.clone() });
    let header = headers.into_iter().find(|header| bits.is_met_by(&header.id())).expect("a nonce");
    Block::assemble(header, []).expect("within the limits").check(spec).expect("good but for its state")
}
