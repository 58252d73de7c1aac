//! The ledger as a store to read from, which is free between two reads: foreign signers and blob stores run while a
//! draft is made.

use super::Ledger;
use crate::fault::note;
use ehr_core::store::{LedgerRead, Pair, ReadError, Table};

pub(super) struct Shared<'a>(pub(super) &'a Ledger);

impl Shared<'_> {
    fn read<R>(&self, read: impl FnOnce(&dyn LedgerRead) -> Result<R, ReadError>) -> Result<R, ReadError> {
        let answer = self.0.core(|core| Ok(read(&core.engine.view(&core.store))));
        answer.unwrap_or_else(|error| {
            let why = error.to_string();
            note(error);
            Err(ReadError::Io(why))
        })
    }
}

impl LedgerRead for Shared<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|store| store.get(table, key))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(|store| store.range(table, from, to, limit))
    }
}
