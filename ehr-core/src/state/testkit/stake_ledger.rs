//! A ledger that applies transactions of stake without blocks round them: no seal, no certificate, no turn.

use crate::block::{ChainSpec, Receipt};
use crate::primitives::{AccountId, Height, Timestamp};
use crate::state::{
    Account, BlockContext, Draft, Sets, StakeEntry, StateRead, StateView, TxError, apply, credit, end_block,
    validator_sets,
};
use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Table};
use crate::tx::Tx;

/// Nothing but a state and where it stands: what blocks do to it, without blocks.
pub struct StakeLedger {
    /// The chain.
    pub spec: ChainSpec,
    /// Its state.
    pub store: MemoryStore,
    /// Height of the newest block.
    pub height: Height,
    /// Its time.
    pub time: Timestamp,
    /// Distance of block times, milliseconds.
    pub step_ms: u64,
}

impl StakeLedger {
    /// A ledger at genesis.
    pub fn new(spec: ChainSpec) -> Self {
        let mut store = MemoryStore::new();
        store.commit(spec.changes()).unwrap();
        let time = spec.genesis().time;
        Self { spec, store, height: Height::ZERO, time, step_ms: 10_000 }
    }

    /// The context of the next block.
    pub fn next(&self) -> BlockContext<'_> {
        BlockContext {
            chain_id: self.spec.chain_id(),
            shard: 0,
            height: self.height.next().unwrap(),
            time: self.time.plus(self.step_ms),
            params: self.spec.params(),
            bugs: self.spec.bugs(),
        }
    }

    /// Applies a block: those of the transactions that are valid, the fees, and its end. `absent` did not sign the
    /// block below.
    pub fn try_block(
        &mut self,
        txs: &[Tx],
        proposer: AccountId,
        absent: &[AccountId],
    ) -> Vec<Result<Receipt, TxError>> {
        let (ctx, view) = (self.next(), StateView::new(&self.store));
        let (height, time) = (ctx.height, ctx.time);
        let mut outcomes = Vec::new();
        for tx in txs {
            outcomes.push(apply(&view, &ctx, tx).map(|(delta, receipt)| {
                view.absorb(delta).unwrap();
                receipt
            }));
        }
        let fees = outcomes.iter().flatten().map(|receipt| receipt.fee).sum();
        let mut draft = Draft::new(&view);
        credit(&mut draft, proposer, fees).unwrap();
        view.absorb(draft.into_delta()).unwrap();
        end_block(&view, &ctx, proposer, absent).unwrap();
        let mut changes = ChangeSet::default();
        for entry in view.into_replaced().unwrap() {
            match entry.new {
                Some(value) => changes.put(Table::State, entry.key.as_ref(), value),
                None => changes.delete(Table::State, entry.key.as_ref()),
            }
        }
        self.store.commit(&changes).unwrap();
        (self.height, self.time) = (height, time);
        outcomes
    }

    /// Applies a block of nobody's, in which every transaction must be valid.
    pub fn block(&mut self, txs: &[Tx]) -> Vec<Receipt> {
        self.try_block(txs, AccountId::ZERO, &[]).into_iter().map(|outcome| outcome.unwrap()).collect()
    }

    /// Applies empty blocks up to a height.
    pub fn run_to(&mut self, height: u64) {
        while self.height.0 < height {
            self.block(&[]);
        }
    }

    /// Why the next block refuses a transaction.
    pub fn refusal(&self, tx: &Tx) -> TxError {
        apply(&StateView::new(&self.store), &self.next(), tx).map(drop).expect_err("the transaction is valid")
    }

    /// The sets round the newest block.
    pub fn sets(&self) -> Sets {
        validator_sets(&self.store).unwrap().unwrap()
    }

    /// Stake of an account.
    pub fn stake(&self, account: AccountId) -> Option<StakeEntry> {
        StateView::new(&self.store)
            .get::<StakeEntry>(&account)
            .unwrap()
            .map(|entry| StakeEntry::clone(&entry))
    }

    /// Balance of an account.
    pub fn balance(&self, account: AccountId) -> u64 {
        StateView::new(&self.store).get::<Account>(&account).unwrap().unwrap().balance
    }

    /// The entries of the state by key.
    pub fn entries(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.store.range(Table::State, &[], &[], usize::MAX).unwrap()
    }
}
