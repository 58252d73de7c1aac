//! The conformance suites on the memory stores, and that the suites catch stores that break the contract.

use ehr_core::primitives::ContentId;
use ehr_core::store::conformance::{self, Fault, FaultPlan, FaultyBlobs, FaultyLedger};
use ehr_core::store::{
    BlobError, BlobStore, Change, ChangeSet, Forgotten, LedgerRead, LedgerStore, MemoryBlobs, MemoryStore,
    Pair, ReadError, StoreError, Table,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn memory_stores_conform() {
    conformance::ledger::run(MemoryStore::new);
    conformance::blob::run(MemoryBlobs::new);
}

#[test]
fn a_planned_fault_changes_nothing_or_everything() {
    let mut set = ChangeSet::new();
    set.put(Table::State, b"k", vec![1]);
    for fault in Fault::ALL {
        for at in 0..3 {
            let (mut store, mut model) =
                (FaultyLedger::new(MemoryStore::new(), FaultPlan { at, fault }), MemoryStore::new());
            for n in 0..3u8 {
                set.put(Table::State, &[n], vec![n]);
                match store.commit(&set) {
                    Ok(()) => model.commit(&set).unwrap(),
                    Err(StoreError::Uncertain(_)) => {
                        assert!(store.get(Table::State, b"k").is_err(), "a dead handle answers nothing");
                        assert!(matches!(store.commit(&set), Err(StoreError::Uncertain(_))));
                        if fault == Fault::UncertainKept {
                            model.commit(&set).unwrap();
                        }
                        break;
                    }
                    Err(_) => {
                        assert_eq!(conformance::ledger::dump(&store), conformance::ledger::dump(&model))
                    }
                }
            }
            assert!(store.fired());
            assert_eq!(store.into_inner(), model, "{fault:?} at {at}");
        }
    }
}

#[test]
fn a_failed_put_can_be_tried_again() {
    let id = ContentId::of_raw(b"x");
    for fault in Fault::ALL {
        let blobs = FaultyBlobs::new(MemoryBlobs::new(), FaultPlan { at: 0, fault });
        assert!(blobs.put(&id, b"x").is_err());
        blobs.put(&id, b"x").unwrap();
        assert_eq!(blobs.get(&id).unwrap().unwrap(), b"x");
    }
}

/// What a broken store does wrong.
#[derive(Clone, Copy, Debug)]
enum Bug {
    LimitIgnored,
    EndIncluded,
    ReverseOrder,
    DeleteForgotten,
    TablesShared,
    EmptyValueIsAbsent,
    SecondHalfLost,
    NoEndMeansNothing,
}

struct Broken(MemoryStore, Bug);

impl LedgerRead for Broken {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.1 {
            Bug::TablesShared => self.0.get(Table::Meta, key),
            Bug::EmptyValueIsAbsent => Ok(self.0.get(table, key)?.filter(|v| !v.is_empty())),
            _ => self.0.get(table, key),
        }
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        match self.1 {
            Bug::LimitIgnored => self.0.range(table, from, to, usize::MAX),
            Bug::EndIncluded if !to.is_empty() => self.0.range(table, from, &[to, &[0]].concat(), limit),
            Bug::ReverseOrder => self.0.range(table, from, to, limit).map(|v| v.into_iter().rev().collect()),
            Bug::TablesShared => self.0.range(Table::Meta, from, to, limit),
            Bug::NoEndMeansNothing if to.is_empty() && !from.is_empty() => Ok(vec![]),
            _ => self.0.range(table, from, to, limit),
        }
    }
}

impl LedgerStore for Broken {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let mut kept = ChangeSet::new();
        let half = changes.len() / 2;
        for (n, (table, key, change)) in changes.iter().enumerate() {
            let table = if matches!(self.1, Bug::TablesShared) { Table::Meta } else { table };
            match (change, self.1) {
                (_, Bug::SecondHalfLost) if n > half => {}
                (Change::Delete, Bug::DeleteForgotten) => {}
                (Change::Put(value), _) => kept.put(table, key, value.clone()),
                (Change::Delete, _) => kept.delete(table, key),
            }
        }
        self.0.commit(&kept)
    }
}

#[test]
fn the_ledger_suite_catches_broken_stores() {
    use Bug::*;
    for bug in [
        LimitIgnored,
        EndIncluded,
        ReverseOrder,
        DeleteForgotten,
        TablesShared,
        EmptyValueIsAbsent,
        SecondHalfLost,
        NoEndMeansNothing,
    ] {
        let suite = || conformance::ledger::run(|| Broken(MemoryStore::new(), bug));
        assert!(catch_unwind(AssertUnwindSafe(suite)).is_err(), "{bug:?} went unnoticed");
    }
}

/// Does not look at what it stores.
struct Careless(MemoryBlobs);

impl BlobStore for Careless {
    fn put(&self, _: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        self.0.put(&ContentId::of_raw(bytes), bytes)
    }
    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        self.0.get(id)
    }
    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        self.0.forget(id)
    }
}

#[test]
fn the_blob_suite_catches_a_careless_store() {
    let suite = || conformance::blob::run(|| Careless(MemoryBlobs::new()));
    assert!(catch_unwind(AssertUnwindSafe(suite)).is_err());
}
