//! A byte changed in the ledger file: never a panic, never a wrong value, and a missing one is found by `check`.

mod support;

use ehr_conformance::Dice;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, ReadError, StoreError, Table};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use support::{Disk, dump};

#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    #[default]
    Harmless,
    RefusedOpening,
    ReadFailed,
    OnlyCheckSawIt,
}

/// A closed store with a few hundred values and some history, and what is in it.
fn small_store() -> (Vec<u8>, MemoryStore) {
    let (disk, mut model, mut dice) = (Disk::default(), MemoryStore::new(), Dice::new(1));
    let mut store = disk.open(1 << 20).unwrap();
    for n in 0u64..12 {
        let mut set = ChangeSet::new();
        for _ in 0..60 {
            let (table, key) = (dice.table(), dice.bytes(32));
            let len = 1 + dice.below(120);
            set.put(table, &key, dice.bytes(len));
        }
        set.put(Table::Bodies, &n.to_be_bytes(), dice.bytes(9000));
        store.commit(&set).unwrap();
        model.commit(&set).unwrap();
    }
    assert_eq!(store.check().unwrap(), dump(&model).iter().map(|(_, rows)| rows.len() as u64).sum::<u64>());
    drop(store);
    (disk.bytes(), model)
}

/// Opens a damaged file and compares everything it says; panics at a wrong value.
fn read_all(image: Vec<u8>, model: &MemoryStore, place: &str) -> Outcome {
    let store = match Disk::new(image).open(1 << 20) {
        Ok(store) => store,
        Err(StoreError::Read(_) | StoreError::Format { .. } | StoreError::Io(_)) => {
            return Outcome::RefusedOpening;
        }
        Err(other) => panic!("{place}: {other:?}"),
    };
    let (mut failed, mut absent) = (0usize, 0usize);
    for (table, pairs) in dump(model) {
        for (key, value) in &pairs {
            match store.get(table, key) {
                Ok(Some(found)) => assert!(found == *value, "{place}: a wrong value was served"),
                Ok(None) => absent += 1,
                Err(ReadError::Corrupt { .. } | ReadError::Io(_)) => failed += 1,
                Err(other) => panic!("{place}: {other:?}"),
            }
        }
        match store.range(table, b"", b"", usize::MAX) {
            Ok(found) => {
                for pair in &found {
                    assert!(pairs.contains(pair), "{place}: a pair that was never written");
                }
                absent += pairs.len() - found.len().min(pairs.len());
            }
            Err(_) => failed += 1,
        }
    }
    let check = store.check();
    if absent > 0 {
        assert!(check.is_err(), "{place}: {absent} values missing and `check` is content");
    }
    match (failed, check) {
        (1.., _) => Outcome::ReadFailed,
        (0, Err(_)) => Outcome::OnlyCheckSawIt,
        (0, Ok(_)) => Outcome::Harmless,
    }
}

#[test]
fn flipped_bytes_are_never_served() {
    let (clean, model) = small_store();
    assert_eq!(read_all(clean.clone(), &model, "no damage"), Outcome::Harmless);
    // Every byte of the headers, and a sample of those in use anywhere else.
    let mut dice = Dice::new(2);
    let used: Vec<usize> = (512..clean.len()).filter(|at| clean[*at] != 0).collect();
    let sample: Vec<usize> = (0..1700).map(|_| used[dice.below(used.len())]).collect();
    let mut outcomes = BTreeMap::<Outcome, usize>::new();
    let mut bad = Vec::new();
    // The panics of redb that the store catches would be printed by the hundred.
    std::panic::set_hook(Box::new(|_| {}));
    for at in (0..512).chain(sample) {
        let mut image = clean.clone();
        image[at] ^= 1 << dice.below(8);
        let place = format!("byte {at}");
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all(image, &model, &place)));
        match outcome {
            Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
            Err(panic) => bad.push(panic.downcast_ref::<String>().cloned().unwrap_or(place)),
        }
    }
    let _ = std::panic::take_hook();
    assert!(bad.is_empty(), "{bad:#?}");
    writeln!(std::io::stderr(), "flipped bytes: {outcomes:?}").unwrap();
    assert!(outcomes[&Outcome::ReadFailed] > 100, "damage in values is seen: {outcomes:?}");
    assert!(outcomes.contains_key(&Outcome::RefusedOpening), "damage in headers is seen: {outcomes:?}");
}

#[test]
fn truncated_and_foreign_files_are_refused() {
    let (clean, model) = small_store();
    let lengths = [1, 100, 4096, clean.len() / 2, clean.len() - 1];
    for len in lengths {
        let outcome = read_all(clean[..len].to_vec(), &model, &format!("first {len} bytes"));
        assert_ne!(outcome, Outcome::Harmless, "first {len} bytes");
    }
    let refused = Disk::new(vec![b'x'; 100_000]).open(0).err();
    assert!(matches!(refused, Some(StoreError::Read(ReadError::Corrupt { .. }))), "{refused:?}");
    let foreign = Disk::default();
    let db = redb::Database::builder().create_with_backend(foreign.clone()).unwrap();
    let write = db.begin_write().unwrap();
    write.open_table(redb::TableDefinition::<u64, u64>::new("theirs")).unwrap();
    write.commit().unwrap();
    drop(db);
    let refused = foreign.open(0).err();
    assert!(matches!(refused, Some(StoreError::Format { .. })), "{refused:?}");
}

#[test]
fn another_format_version_is_refused_and_kept() {
    let disk = Disk::default();
    drop(disk.open(0).unwrap());
    let db = redb::Database::builder().create_with_backend(disk.clone()).unwrap();
    let write = db.begin_write().unwrap();
    let table = redb::TableDefinition::<&str, u64>::new("ehr-ledger");
    write.open_table(table).unwrap().insert("format", 1).unwrap();
    write.commit().unwrap();
    drop(db);
    let refused = disk.open(0).err().unwrap();
    assert_eq!(refused, StoreError::Format { found: "1".to_owned(), expected: 2 });
}
