//! Mining until a transaction is final.

mod world;

use ehr_core::primitives::{Height, TxId};
use ehr_core::tx::Role;
use ehr_ffi::host::{Progress, ProgressListener};
use ehr_ffi::{EhrError, EhrErrorKind, Keyring, Ledger, Result, version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use world::World;

fn enrol(world: &World, ledger: &Ledger) -> TxId {
    let keys = Keyring::generate(Role::Patient, Some(world.entropy.clone())).unwrap();
    ledger.submit(ledger.draft_enrol(world.hospital.clone(), keys).unwrap()).unwrap()
}

#[test]
fn as_many_blocks_as_are_needed_and_no_more() {
    let world = World::new(21);
    let (ledger, proposer) = (world.ledger(), world.hospital.account().unwrap());
    let transaction = enrol(&world, &ledger);
    let mined = ledger.mine_until_final(proposer, transaction, None).unwrap();
    let tip = ledger.tip().unwrap();
    assert_eq!((mined.height, mined.transactions), (Height(1), 1), "the block that holds it, not the last");
    assert_eq!(ledger.block(mined.height).unwrap().unwrap().id, mined.id);
    assert_eq!(ledger.transaction(transaction).unwrap().unwrap().height, Some(mined.height));
    assert_eq!(tip.final_height, mined.height, "final, and nothing after it is");

    // Final already: the same answer, and no block.
    assert_eq!(ledger.mine_until_final(proposer, transaction, None).unwrap(), mined);
    assert_eq!(ledger.tip().unwrap(), tip);

    // Mined, and not final yet.
    let second = enrol(&world, &ledger);
    let held = ledger.mine(proposer, None).unwrap();
    assert_eq!(ledger.mine_until_final(proposer, second, None).unwrap(), held);
    assert_eq!(ledger.tip().unwrap().final_height, held.height);
    assert!(ledger.verify(None).unwrap().sound);
}

#[test]
fn what_nobody_handed_in_is_not_waited_for() {
    let world = World::new(22);
    let (ledger, proposer) = (world.ledger(), world.hospital.account().unwrap());
    enrol(&world, &ledger);
    let before = ledger.tip().unwrap();
    let error = ledger.mine_until_final(proposer, TxId([9; 32]), None).unwrap_err();
    assert!(matches!(&error, EhrError::NotFound { what, .. } if what == "transaction"), "{error}");
    assert_eq!(ledger.tip().unwrap(), before);
    assert_eq!(ledger.pool_size().unwrap(), 1);
}

/// Says no the n-th time it is asked.
struct Patience(AtomicU32);

impl ProgressListener for Patience {
    fn on_progress(&self, step: Progress) -> Result<bool> {
        assert_eq!(step.what, "mine");
        Ok(self.0.fetch_sub(1, Ordering::SeqCst) > 1)
    }
}

#[test]
fn a_listener_stops_it_and_what_was_mined_stays() {
    let world = World::new(23);
    let (ledger, proposer) = (world.ledger(), world.hospital.account().unwrap());
    let transaction = enrol(&world, &ledger);
    let stop = |times| Some(Arc::new(Patience(AtomicU32::new(times))) as Arc<dyn ProgressListener>);
    let error = ledger.mine_until_final(proposer, transaction, stop(1)).unwrap_err();
    assert_eq!(error.kind(), EhrErrorKind::Cancelled);
    assert!(ledger.tip().unwrap().final_height < Height(1));
    // Nothing is lost: the next call goes on.
    assert_eq!(ledger.mine_until_final(proposer, transaction, None).unwrap().height, Height(1));
    assert_eq!(ledger.tip().unwrap().final_height, Height(1));
}

#[test]
fn the_version_is_the_package_s() {
    let parts: Vec<u32> = version().split('.').map(|part| part.parse().unwrap()).collect();
    assert_eq!(parts.len(), 3);
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}
