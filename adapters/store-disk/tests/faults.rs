//! Every operation on the medium fails once: a typed error, no panic, nothing half done.

mod support;

use ehr_conformance::Dice;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, ReadError, StoreError, Table};
use support::{Disk, On, dump};

/// Runs a script on a disk whose n-th operation of a kind fails. Gives whether the fault was reached.
fn fail_at(on: On, n: u64) -> bool {
    let place = format!("{on:?} {n}");
    let (mut dice, mut model, disk) = (Dice::new(n % 5), MemoryStore::new(), Disk::default());
    drop(disk.open(0).unwrap());
    disk.fail(on, n);
    let mut store = match disk.open(0) {
        Ok(store) => store,
        Err(error) => {
            typed(on, &error, &place);
            disk.heal();
            disk.open(0).unwrap_or_else(|e| panic!("{place}: opening again: {e}"))
        }
    };
    for step in 0..4 {
        let set = dice.change_set(40);
        let before = model.clone();
        model.commit(&set).unwrap();
        match store.commit(&set) {
            Ok(()) => {}
            Err(StoreError::Uncertain(_)) => {
                assert!(store.get(Table::Meta, b"").is_err(), "{place}: a dead store answers nothing");
                assert!(matches!(store.commit(&set), Err(StoreError::Uncertain(_))), "{place}");
                drop(store);
                store = disk.open(0).unwrap_or_else(|e| panic!("{place}: opening again: {e}"));
                let found = dump(&store);
                assert!(found == dump(&before) || found == dump(&model), "{place}: a mixture at step {step}");
                store.commit(&set).unwrap_or_else(|e| panic!("{place}: trying again: {e}"));
            }
            Err(error) => {
                typed(on, &error, &place);
                assert_eq!(dump(&store), dump(&before), "{place}: changed by a commit that failed");
                store.commit(&set).unwrap_or_else(|e| panic!("{place}: trying again: {e}"));
            }
        }
        // A read may meet the fault too, and says so.
        let read = store.range(Table::State, b"", b"", usize::MAX);
        if !matches!(&read, Err(ReadError::Io(_))) {
            assert_eq!(read.unwrap(), model.range(Table::State, b"", b"", usize::MAX).unwrap(), "{place}");
        } else {
            assert!(disk.fired(), "{place}: an error without a fault");
            drop(store);
            store = disk.open(0).unwrap();
        }
    }
    let fired = disk.fired();
    disk.heal();
    assert_eq!(dump(&store), dump(&model), "{place}: contents at the end");
    store.check().unwrap();
    fired
}

fn typed(on: On, error: &StoreError, place: &str) {
    let expected = match on {
        On::Space => matches!(error, StoreError::Full),
        _ => matches!(error, StoreError::Io(_) | StoreError::Read(ReadError::Io(_))),
    };
    assert!(expected, "{place}: {error:?}");
}

fn until_a_clean_pass(on: On) {
    let clean = (0..5000).find(|n| !fail_at(on, *n));
    assert!(clean.expect("the script ends") > 3, "{on:?}: the faults were not reached");
}

#[test]
fn creation_fails_with_a_typed_error() {
    for on in [On::Space, On::Write, On::Sync, On::Read] {
        let clean = (0..5000).find(|n| {
            let disk = Disk::default();
            disk.fail(on, *n);
            match disk.open(0) {
                Ok(_) => !disk.fired(),
                Err(error) => {
                    typed(on, &error, &format!("creating, {on:?} {n}"));
                    false
                }
            }
        });
        clean.expect("creation ends");
    }
}

#[test]
fn no_space_at_every_write() {
    until_a_clean_pass(On::Space);
}

#[test]
fn a_broken_medium_at_every_write() {
    until_a_clean_pass(On::Write);
}

#[test]
fn a_failure_at_every_sync() {
    until_a_clean_pass(On::Sync);
}

#[test]
fn a_failure_at_every_read() {
    until_a_clean_pass(On::Read);
}

#[test]
fn a_disk_that_stays_full_loses_nothing() {
    let disk = Disk::default();
    let mut store = disk.open(1 << 20).unwrap();
    disk.set_capacity(Some(disk.bytes().len() + (8 << 20)));
    let mut model = MemoryStore::new();
    let mut refused = 0;
    for n in 0u64..200 {
        let mut set = ChangeSet::new();
        set.put(Table::Bodies, &n.to_be_bytes(), vec![7; 300_000]);
        match store.commit(&set) {
            Ok(()) => model.commit(&set).unwrap(),
            Err(StoreError::Full) => refused += 1,
            Err(other) => panic!("commit {n}: {other:?}"),
        }
        assert_eq!(store.range(Table::Bodies, b"", b"", 999), model.range(Table::Bodies, b"", b"", 999));
        if refused > 5 {
            break;
        }
    }
    assert!(refused > 5, "8 MiB never filled up");
    assert!(dump(&model)[0].1.len() > 5, "something fitted");
    disk.set_capacity(None);
    let mut set = ChangeSet::new();
    set.put(Table::Meta, b"room", vec![1]);
    store.commit(&set).unwrap();
    model.commit(&set).unwrap();
    drop(store);
    assert_eq!(dump(&disk.open(1 << 20).unwrap()), dump(&model));
}
