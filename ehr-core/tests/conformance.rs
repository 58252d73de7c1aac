//! The conformance suites on what the core brings: memory stores, the memory transport, the software signer.

use ehr_conformance::{Fault, FaultPlan, FaultyBlobs, FaultyLedger};
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::primitives::ContentId;
use ehr_core::store::{
    BlobStore, ChangeSet, LedgerRead, LedgerStore, MemoryBlobs, MemoryStore, StoreError, Table,
};
use ehr_core::transport::MemoryTransport;

#[test]
fn memory_stores_conform() {
    ehr_conformance::ledger::run(MemoryStore::new);
    ehr_conformance::blob::run(MemoryBlobs::new);
}

#[test]
fn the_memory_transport_conforms() {
    ehr_conformance::transport::run(|| MemoryTransport::pair(4));
}

#[test]
fn the_software_signer_conforms() {
    ehr_conformance::signer::run(&SoftwareSigner::from_seed(&[7; 32]));
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
                        assert_eq!(
                            ehr_conformance::ledger::dump(&store),
                            ehr_conformance::ledger::dump(&model)
                        )
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
