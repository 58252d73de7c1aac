//! Reading the ledger between two inputs.

use ehr_core::block::ChainSpec;
use ehr_core::engine::{Best, Engine};
use ehr_core::mempool::Mempool;
use ehr_core::primitives::Height;
use ehr_core::state::{Entry, StateRead as _, StateView};
use ehr_core::store::{LedgerRead, ReadError};

/// The ledger as it is between two inputs; see [`super::Node::read`].
pub struct Snapshot<'a> {
    engine: &'a Engine,
    ledger: &'a dyn LedgerRead,
}

impl<'a> Snapshot<'a> {
    pub(super) fn new(engine: &'a Engine, ledger: &'a dyn LedgerRead) -> Self {
        Self { engine, ledger }
    }
    /// The newest block of the best chain.
    pub fn best(&self) -> &Best {
        self.engine.best()
    }
    /// The chain.
    pub fn spec(&self) -> &ChainSpec {
        self.engine.spec()
    }
    /// Waiting transactions.
    pub fn pool(&self) -> &Mempool {
        self.engine.pool()
    }
    /// Height up to which blocks have their confirmations.
    pub fn final_height(&self) -> Height {
        self.engine.final_height()
    }
    /// The tables.
    pub fn ledger(&self) -> &'a dyn LedgerRead {
        self.ledger
    }
    /// One entry of the state after the newest block, as a value that may leave the node's thread.
    ///
    /// # Errors
    /// The store did not answer, or is damaged.
    pub fn entry<E: Entry + Clone>(&self, id: &E::Id) -> Result<Option<E>, ReadError> {
        Ok(self.state().get::<E>(id)?.map(|entry| E::clone(&entry)))
    }
    /// The state after the newest block, as typed entries.
    pub fn state(&self) -> StateView<'a> {
        StateView::new(self.ledger)
    }
}
