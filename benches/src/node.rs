//! The engine on a folder, driven as simply as can be.

use ehr_core::block::ChainSpec;
use ehr_core::engine::{Engine, EngineConfig, Input, Output};
use ehr_core::primitives::Timestamp;
use ehr_core::store::LedgerStore;
use ehr_store_disk::{DiskLayout, RedbStore};
use std::path::Path;

/// An engine and its store.
pub struct Node {
    /// The engine.
    pub engine: Engine,
    /// Its store.
    pub store: RedbStore,
}

impl Node {
    /// Opens a folder or makes a ledger in it.
    pub fn open(folder: &Path, spec: ChainSpec) -> Self {
        let (store, _) = DiskLayout::new(folder).open().unwrap();
        let engine = Engine::recover(spec, EngineConfig::default(), &store).unwrap();
        let mut node = Self { engine, store };
        node.settle();
        node
    }

    /// Takes a block, which is on disk when this returns.
    pub fn import(&mut self, bytes: &[u8]) {
        self.engine.handle(Timestamp::MAX, &self.store, Input::Import { bytes: bytes.to_vec() }).unwrap();
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            if let Output::Persist { batch, changes } = output {
                self.store.commit(&changes).unwrap();
                self.engine.handle(Timestamp::MAX, &self.store, Input::Persisted { batch }).unwrap();
            }
        }
    }
}
