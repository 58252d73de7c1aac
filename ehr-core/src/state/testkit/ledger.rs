//! A ledger in memory that seals its own blocks.

use super::consortium::Consortium;
use crate::block::{Block, ChainSpec, Checked, Header, Seal};
use crate::consensus::{CompactTarget, SealRules, Weight};
use crate::primitives::{AccountId, Hash32, Timestamp};
use crate::state::{StateView, TxError};
use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Table};
use crate::tx::Tx;
use crate::validate::{self, Base, BlockError, Executed, Template};

/// A chain of blocks on a memory store, one branch.
pub struct TestLedger {
    /// The chain.
    pub spec: ChainSpec,
    /// Its state.
    pub store: MemoryStore,
    /// Distance of block times, milliseconds.
    pub step_ms: u64,
    /// Who gets the fees.
    pub proposer: AccountId,
    chain: Vec<(Header, Weight)>,
}

impl TestLedger {
    /// A ledger at genesis.
    pub fn new(spec: ChainSpec) -> Self {
        let mut store = MemoryStore::new();
        store.commit(spec.changes()).unwrap();
        let chain = vec![(spec.block().header().clone(), Weight::ZERO)];
        Self { spec, store, step_ms: 10_000, proposer: AccountId::ZERO, chain }
    }

    /// A ledger with the consortium set up in block 1.
    pub fn ready(kit: &mut Consortium) -> Self {
        let mut ledger = Self::new(kit.spec());
        let setup = kit.setup();
        ledger.block(&setup.iter().collect::<Vec<_>>()).unwrap();
        ledger
    }

    /// Header of the newest block.
    pub fn tip(&self) -> &Header {
        &self.chain.last().unwrap().0
    }

    /// The newest block as something to build on.
    pub fn base(&self) -> Base<'_> {
        let (header, total) = self.chain.last().unwrap();
        Base { header, total: *total }
    }

    /// The state after the newest block.
    pub fn view(&self) -> StateView<'_> {
        StateView::new(&self.store)
    }

    /// Time of the next block.
    pub fn next_time(&self) -> Timestamp {
        self.tip().time.plus(self.step_ms)
    }

    /// Whether a transaction could be in the next block.
    pub fn admit(&self, tx: &Tx) -> Result<(), TxError> {
        validate::admit(&self.spec, &self.store, self.tip(), self.next_time(), tx)
    }

    /// Why a transaction is refused: by mempool and block alike, and without a trace.
    pub fn refusal(&self, tx: &Tx) -> TxError {
        let before = self.dump();
        let error = self.admit(tx).expect_err("the transaction is valid");
        assert_eq!(self.make(&[tx]).err(), Some(error.clone()));
        assert!(self.dump() == before, "a refused transaction left a trace");
        error
    }

    /// Builds, seals, decodes and checks the next block, which must hold all these transactions. Errors with the
    /// first refused.
    pub fn make(&self, txs: &[&Tx]) -> Result<Block<Checked>, TxError> {
        let template = Template {
            time: self.next_time(),
            proposer: self.proposer,
            seal: Seal::Work { bits: CompactTarget::EASIEST, nonce: 0 },
            last_commit: None,
        };
        let candidates = &mut txs.iter().copied();
        let built = validate::build(&self.spec, &self.base(), &self.store, &template, candidates).unwrap();
        if let Some(rejected) = built.rejected.into_iter().next() {
            return Err(rejected.error);
        }
        assert_eq!(built.txs.len(), txs.len(), "no room for all transactions");
        Ok(seal(&self.spec, built.block.header().clone(), txs))
    }

    /// Makes, executes and commits the next block.
    pub fn block(&mut self, txs: &[&Tx]) -> Result<Executed, TxError> {
        let block = self.make(txs)?;
        Ok(self.commit(&block).unwrap())
    }

    /// Executes and commits a block.
    pub fn commit(&mut self, block: &Block<Checked>) -> Result<Executed, BlockError> {
        let executed = validate::execute(&self.spec, &self.base(), &self.store, block)?;
        self.store.commit(&executed.changes).unwrap();
        let total = self.base().total.checked_add(self.spec.consensus().weight(block.proof())).unwrap();
        self.chain.push((block.header().clone(), total));
        Ok(executed)
    }

    /// Takes the newest block off again.
    pub fn undo(&mut self) -> ChangeSet {
        let changes = validate::undo(&self.spec, &self.store, self.tip()).unwrap();
        self.store.commit(&changes).unwrap();
        self.chain.pop();
        changes
    }

    /// Every pair of every table, for comparing ledgers byte by byte; but for the pages of the state tree, which
    /// may be cut differently and say the same: compare [`Self::state_root`].
    pub fn dump(&self) -> Vec<(Table, Vec<u8>, Vec<u8>)> {
        let all = |table: Table| self.store.range(table, &[], &[], usize::MAX).unwrap();
        let tables = Table::ALL.iter().filter(|table| **table != Table::Pages);
        tables.flat_map(|t| all(*t).into_iter().map(|(k, v)| (*t, k, v))).collect()
    }

    /// Root of the stored state tree.
    pub fn state_root(&self) -> Hash32 {
        crate::merkle::sparse::root(&self.store).unwrap()
    }
}

/// Finds a nonce for a header and returns the block, decoded from its bytes and checked.
fn seal(spec: &ChainSpec, mut header: Header, txs: &[&Tx]) -> Block<Checked> {
    let Seal::Work { bits, .. } = header.seal else { panic!("sealed by stake") };
    for nonce in 0.. {
        header.seal = Seal::Work { bits, nonce };
        if bits.is_met_by(&header.id()) {
            break;
        }
    }
    let block = Block::assemble(header, txs.iter().map(|tx| tx.bytes())).unwrap();
    Block::decode(block.bytes()).unwrap().check(spec).unwrap()
}
