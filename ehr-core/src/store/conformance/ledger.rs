//! The suite of [`LedgerStore`].

use super::{Dice, Open};
use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, Table};
use std::sync::atomic::{AtomicBool, Ordering};

/// Seeds of the random scripts.
const SEEDS: core::ops::Range<u64> = 0..8;
/// A value longer than a disk page, a cache line of any kind, and the largest block.
const LARGE: usize = 3 * 1024 * 1024;

/// Checks everything that can be checked without closing the store. `make` gives an empty store each time.
pub fn run<S: LedgerStore>(mut make: impl FnMut() -> S) {
    starts_empty(&make());
    puts_and_deletes(&mut make());
    keeps_tables_apart(&mut make());
    ranges_are_ordered_and_bounded(&mut make());
    takes_edge_sizes(&mut make());
    is_read_during_commits(&mut make());
    for seed in SEEDS {
        follows_the_model(&mut make(), seed);
    }
}

/// [`run`], and that what was committed is there after the store was dropped and opened again.
pub fn run_durable<S: LedgerStore>(mut open: impl FnMut(Open) -> S) {
    run(|| open(Open::Fresh));
    for seed in SEEDS {
        survives_reopening(&mut open, seed);
    }
}

/// Everything a store holds, in order.
pub fn dump(store: &dyn LedgerRead) -> Vec<(Table, Vec<Pair>)> {
    let all = |t: &Table| (*t, store.range(*t, b"", b"", usize::MAX).expect("range over all"));
    Table::ALL.iter().map(all).filter(|(_, pairs)| !pairs.is_empty()).collect()
}

fn starts_empty(store: &dyn LedgerRead) {
    assert_eq!(dump(store), vec![], "a fresh store is empty");
    assert_eq!(store.get(Table::Meta, b"absent").expect("get"), None, "an absent key has no value");
}

fn puts_and_deletes(store: &mut impl LedgerStore) {
    let mut set = ChangeSet::new();
    set.delete(Table::State, b"never there");
    set.put(Table::State, b"a", vec![1]);
    set.put(Table::State, b"b", vec![2]);
    store.commit(&set).expect("deleting an absent key is no error");
    assert_eq!(store.get(Table::State, b"a").expect("get"), Some(vec![1]));
    let mut set = ChangeSet::new();
    set.put(Table::State, b"a", vec![3, 3]);
    set.delete(Table::State, b"b");
    store.commit(&set).expect("commit");
    assert_eq!(store.get(Table::State, b"a").expect("get"), Some(vec![3, 3]), "a put replaces");
    assert_eq!(store.get(Table::State, b"b").expect("get"), None, "a delete removes");
    store.commit(&ChangeSet::new()).expect("an empty set is a set");
    assert_eq!(dump(store), vec![(Table::State, vec![(b"a".to_vec(), vec![3, 3])])]);
}

fn keeps_tables_apart(store: &mut impl LedgerStore) {
    let mut set = ChangeSet::new();
    for table in Table::ALL {
        set.put(*table, b"same key", vec![table.code()]);
    }
    store.commit(&set).expect("commit");
    for table in Table::ALL {
        assert_eq!(store.get(*table, b"same key").expect("get"), Some(vec![table.code()]));
        assert_eq!(
            store.range(*table, b"", b"", 9).expect("range").len(),
            1,
            "{table:?} has its own keys only"
        );
    }
}

fn ranges_are_ordered_and_bounded(store: &mut impl LedgerStore) {
    let mut set = ChangeSet::new();
    // Big-endian heights, inserted against their order, with a key that is a prefix and the largest of all.
    for n in (0u64..300).rev() {
        set.put(Table::Heights, &n.to_be_bytes(), n.to_le_bytes().to_vec());
    }
    set.put(Table::Heights, &[0], vec![]);
    set.put(Table::Heights, &[0xff; 40], vec![]);
    store.commit(&set).expect("commit");
    let keys = |from: &[u8], to: &[u8], limit| -> Vec<Vec<u8>> {
        store.range(Table::Heights, from, to, limit).expect("range").into_iter().map(|(k, _)| k).collect()
    };
    let at = |n: u64| n.to_be_bytes();
    let all = keys(b"", b"", usize::MAX);
    assert_eq!(all.len(), 302);
    assert!(all.is_sorted(), "keys come in byte order");
    assert_eq!(all[0], [0], "a prefix comes first");
    assert_eq!(keys(&at(10), &at(12), 9), [at(10), at(11)], "from is inside, to is outside");
    assert_eq!(keys(&at(10), b"", 2), [at(10), at(11)], "no more than the limit, and the first of them");
    assert_eq!(keys(&at(299), b"", 9), [at(299).to_vec(), vec![0xff; 40]], "no end means to the last key");
    assert_eq!(keys(b"", b"", 0).len(), 0, "a limit of nothing gives nothing");
    assert_eq!(keys(&at(10), &at(10), 9).len(), 0, "an empty range is empty");
    assert_eq!(keys(&at(12), &at(10), 9).len(), 0, "a range that ends before it starts is empty");
    assert_eq!(keys(&[0xff; 41], b"", 9).len(), 0, "nothing after the last key");
}

fn takes_edge_sizes(store: &mut impl LedgerStore) {
    let large = Dice::new(0).bytes(LARGE);
    let mut set = ChangeSet::new();
    set.put(Table::Bodies, b"", vec![]);
    set.put(Table::Bodies, b"large", large.clone());
    set.put(Table::Bodies, &[7; 1000], vec![7]);
    store.commit(&set).expect("commit");
    assert_eq!(store.get(Table::Bodies, b"").expect("get"), Some(vec![]), "the empty key and value count");
    assert!(store.get(Table::Bodies, b"large").expect("get").as_ref() == Some(&large), "large value changed");
    assert_eq!(store.get(Table::Bodies, &[7; 1000]).expect("get"), Some(vec![7]));
    let mut set = ChangeSet::new();
    set.delete(Table::Bodies, b"large");
    set.delete(Table::Bodies, b"");
    store.commit(&set).expect("commit");
    assert_eq!(dump(store), vec![(Table::Bodies, vec![(vec![7; 1000], vec![7])])]);
}

/// A reader on another thread sees commits whole and in order (rule D-17), and the last once it has returned.
fn is_read_during_commits(store: &mut impl LedgerStore) {
    let Some(reader) = store.reader() else { return };
    let set = |n: u8| {
        let mut set = ChangeSet::new();
        (0..50u8).for_each(|key| match (key ^ n) % 3 {
            0 => set.delete(Table::State, &[key]),
            _ => set.put(Table::State, &[key], vec![n]),
        });
        set
    };
    let model = |n: u8| {
        let mut model = MemoryStore::new();
        (0..=n).for_each(|n| model.commit(&set(n)).expect("memory"));
        model.range(Table::State, b"", b"", usize::MAX).expect("memory")
    };
    let models: Vec<Vec<Pair>> = (0..40).map(model).collect();
    store.commit(&set(0)).expect("commit");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (models, stop) = (&models, &stop);
        scope.spawn(move || {
            let mut last = 0;
            loop {
                let ends = stop.load(Ordering::SeqCst);
                let seen = reader.range(Table::State, b"", b"", usize::MAX).expect("range");
                let at = models.iter().skip(last).position(|model| *model == seen);
                last += at.expect("what one commit left, not older than what was seen before");
                if ends {
                    return assert_eq!(
                        last,
                        models.len() - 1,
                        "the last commit is seen once it has returned"
                    );
                }
            }
        });
        for n in 1..40 {
            store.commit(&set(n)).expect("commit");
        }
        stop.store(true, Ordering::SeqCst);
    });
}

fn follows_the_model(store: &mut impl LedgerStore, seed: u64) {
    let (mut dice, mut model) = (Dice::new(seed), MemoryStore::new());
    for step in 0..40 {
        let set = dice.change_set(30);
        store.commit(&set).expect("commit");
        model.commit(&set).expect("memory");
        for _ in 0..10 {
            let (table, from, to, limit) = (dice.table(), dice.key(), dice.key(), dice.below(8));
            let place = format!("seed {seed} step {step} {table:?} {from:02x?}..{to:02x?} limit {limit}");
            assert_eq!(
                store.range(table, &from, &to, limit).expect("range"),
                model.range(table, &from, &to, limit).expect("memory"),
                "range at {place}"
            );
            let (got, want) = (store.get(table, &from), model.get(table, &from));
            assert_eq!(got.expect("get"), want.expect("memory"), "get at {place}");
        }
    }
    assert_eq!(dump(store), dump(&model), "contents at the end of seed {seed}");
}

fn survives_reopening<S: LedgerStore>(open: &mut impl FnMut(Open) -> S, seed: u64) {
    let (mut dice, mut model) = (Dice::new(seed), MemoryStore::new());
    let mut store = open(Open::Fresh);
    for step in 0..10 {
        let set = dice.change_set(30);
        store.commit(&set).expect("commit");
        model.commit(&set).expect("memory");
        if dice.below(2) == 0 {
            drop(store);
            store = open(Open::Again);
            assert_eq!(dump(&store), dump(&model), "contents after reopening, seed {seed} step {step}");
        }
    }
}
