//! The suite of [`LedgerStore`].

use crate::broken::{Must, ensure, or_panic, same};
use crate::{Broken, Dice, Open};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, Table};
use std::sync::atomic::{AtomicBool, Ordering};

/// Seeds of the random scripts.
const SEEDS: core::ops::Range<u64> = 0..8;
/// A value longer than a disk page, a cache line of any kind, and the largest block.
const LARGE: usize = 3 * 1024 * 1024;

/// Checks everything that can be checked without closing the store. `make` gives an empty store each time.
pub fn run<S: LedgerStore>(make: impl FnMut() -> S) {
    or_panic(check(make));
}

/// As [`run`], without a panic.
///
/// # Errors
/// The first rule that is broken.
pub fn check<S: LedgerStore>(mut make: impl FnMut() -> S) -> Result<(), Broken> {
    starts_empty(&make())?;
    puts_and_deletes(&mut make())?;
    keeps_tables_apart(&mut make())?;
    ranges_are_ordered_and_bounded(&mut make())?;
    takes_edge_sizes(&mut make())?;
    is_read_during_commits(&mut make())?;
    SEEDS.into_iter().try_for_each(|seed| follows_the_model(&mut make(), seed))
}

/// [`run`], and that what was committed is there after the store was dropped and opened again.
pub fn run_durable<S: LedgerStore>(mut open: impl FnMut(Open) -> S) {
    run(|| open(Open::Fresh));
    for seed in SEEDS {
        or_panic(survives_reopening(&mut open, seed));
    }
}

/// A table that is not empty, with its pairs in order.
type Contents = Vec<(Table, Vec<Pair>)>;

/// Everything a store holds, in order.
pub fn dump(store: &dyn LedgerRead) -> Contents {
    contents(store).unwrap_or_else(|broken| panic!("{broken}"))
}

fn contents(store: &dyn LedgerRead) -> Result<Contents, Broken> {
    let mut all = Vec::new();
    for table in Table::ALL {
        let pairs = store.range(*table, b"", b"", usize::MAX).must("range over all")?;
        if !pairs.is_empty() {
            all.push((*table, pairs));
        }
    }
    Ok(all)
}

fn starts_empty(store: &dyn LedgerRead) -> Result<(), Broken> {
    same(contents(store)?, vec![], "a fresh store is empty")?;
    same(store.get(Table::Meta, b"absent").must("get")?, None, "an absent key has no value")?;
    Ok(())
}

fn puts_and_deletes(store: &mut impl LedgerStore) -> Result<(), Broken> {
    let mut set = ChangeSet::new();
    set.delete(Table::State, b"never there");
    set.put(Table::State, b"a", vec![1]);
    set.put(Table::State, b"b", vec![2]);
    store.commit(&set).must("deleting an absent key is no error")?;
    same(store.get(Table::State, b"a").must("get")?, Some(vec![1]), "a put sets")?;
    let mut set = ChangeSet::new();
    set.put(Table::State, b"a", vec![3, 3]);
    set.delete(Table::State, b"b");
    store.commit(&set).must("commit")?;
    same(store.get(Table::State, b"a").must("get")?, Some(vec![3, 3]), "a put replaces")?;
    same(store.get(Table::State, b"b").must("get")?, None, "a delete removes")?;
    store.commit(&ChangeSet::new()).must("an empty set is a set")?;
    same(contents(store)?, vec![(Table::State, vec![(b"a".to_vec(), vec![3, 3])])], "contents at the end")?;
    Ok(())
}

fn keeps_tables_apart(store: &mut impl LedgerStore) -> Result<(), Broken> {
    let mut set = ChangeSet::new();
    for table in Table::ALL {
        set.put(*table, b"same key", vec![table.code()]);
    }
    store.commit(&set).must("commit")?;
    for table in Table::ALL {
        same(
            store.get(*table, b"same key").must("get")?,
            Some(vec![table.code()]),
            "every table has its own value",
        )?;
        same(
            store.range(*table, b"", b"", 9).must("range")?.len(),
            1,
            &format!("{table:?} has its own keys only"),
        )?;
    }
    Ok(())
}

fn ranges_are_ordered_and_bounded(store: &mut impl LedgerStore) -> Result<(), Broken> {
    let mut set = ChangeSet::new();
    // Big-endian heights, inserted against their order, with a key that is a prefix and the largest of all.
    for n in (0u64..300).rev() {
        set.put(Table::Heights, &n.to_be_bytes(), n.to_le_bytes().to_vec());
    }
    set.put(Table::Heights, &[0], vec![]);
    set.put(Table::Heights, &[0xff; 40], vec![]);
    store.commit(&set).must("commit")?;
    let at = |n: u64| n.to_be_bytes();
    let keys = |from: &[u8], to: &[u8], limit| -> Result<Vec<Vec<u8>>, Broken> {
        let pairs = store.range(Table::Heights, from, to, limit).must("range")?;
        Ok(pairs.into_iter().map(|(k, _)| k).collect())
    };
    let two = || vec![at(10).to_vec(), at(11).to_vec()];
    let all = keys(b"", b"", usize::MAX)?;
    same(all.len(), 302, "everything that was put")?;
    ensure(all.is_sorted(), "keys come in byte order")?;
    same(all.first().map(Vec::as_slice), Some(&[0][..]), "a prefix comes first")?;
    same(keys(&at(10), &at(12), 9)?, two(), "from is inside, to is outside")?;
    same(keys(&at(10), b"", 2)?, two(), "no more than the limit, and the first of them")?;
    same(keys(&at(299), b"", 9)?, vec![at(299).to_vec(), vec![0xff; 40]], "no end means to the last key")?;
    same(keys(b"", b"", 0)?.len(), 0, "a limit of nothing gives nothing")?;
    same(keys(&at(10), &at(10), 9)?.len(), 0, "an empty range is empty")?;
    same(keys(&at(12), &at(10), 9)?.len(), 0, "a range that ends before it starts is empty")?;
    same(keys(&[0xff; 41], b"", 9)?.len(), 0, "nothing after the last key")?;
    Ok(())
}

fn takes_edge_sizes(store: &mut impl LedgerStore) -> Result<(), Broken> {
    let large = Dice::new(0).bytes(LARGE);
    let mut set = ChangeSet::new();
    set.put(Table::Bodies, b"", vec![]);
    set.put(Table::Bodies, b"large", large.clone());
    set.put(Table::Bodies, &[7; 1000], vec![7]);
    store.commit(&set).must("commit")?;
    same(store.get(Table::Bodies, b"").must("get")?, Some(vec![]), "the empty key and value count")?;
    ensure(store.get(Table::Bodies, b"large").must("get")?.as_ref() == Some(&large), "large value changed")?;
    same(store.get(Table::Bodies, &[7; 1000]).must("get")?, Some(vec![7]), "a long key")?;
    let mut set = ChangeSet::new();
    set.delete(Table::Bodies, b"large");
    set.delete(Table::Bodies, b"");
    store.commit(&set).must("commit")?;
    same(contents(store)?, vec![(Table::Bodies, vec![(vec![7; 1000], vec![7])])], "contents at the end")?;
    Ok(())
}

/// A reader on another thread sees commits whole and in order (rule D-17), and the last once it has returned.
fn is_read_during_commits(store: &mut impl LedgerStore) -> Result<(), Broken> {
    let Some(reader) = store.reader() else { return Ok(()) };
    let set = |n: u8| {
        let mut set = ChangeSet::new();
        (0..50u8).for_each(|key| match (key ^ n) % 3 {
            0 => set.delete(Table::State, &[key]),
            _ => set.put(Table::State, &[key], vec![n]),
        });
        set
    };
    let mut models: Vec<Vec<Pair>> = Vec::new();
    let mut model = MemoryStore::new();
    for n in 0..40 {
        model.commit(&set(n)).must("memory")?;
        models.push(model.range(Table::State, b"", b"", usize::MAX).must("memory")?);
    }
    store.commit(&set(0)).must("commit")?;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (models, stop) = (&models, &stop);
        let reads = scope.spawn(move || {
            let mut last = 0;
            loop {
                let ends = stop.load(Ordering::SeqCst);
                let seen = reader.range(Table::State, b"", b"", usize::MAX).must("range during a commit")?;
                let at = models.iter().skip(last).position(|model| *model == seen);
                let lost =
                    || Broken::new("a reader saw what no commit left, or what is older than it saw before");
                last += at.ok_or_else(lost)?;
                if ends {
                    let newest = models.len() - 1;
                    return same(last, newest, "the last commit is seen once it has returned");
                }
            }
        });
        let committed = (1..40).try_for_each(|n| store.commit(&set(n)).must("commit"));
        stop.store(true, Ordering::SeqCst);
        let read = reads.join().map_err(|_| Broken::new("a panic in a reader on another thread"))?;
        committed.and(read)
    })
}

fn follows_the_model(store: &mut impl LedgerStore, seed: u64) -> Result<(), Broken> {
    let (mut dice, mut model) = (Dice::new(seed), MemoryStore::new());
    for step in 0..40 {
        let set = dice.change_set(30);
        store.commit(&set).must("commit")?;
        model.commit(&set).must("memory")?;
        for _ in 0..10 {
            let (table, from, to, limit) = (dice.table(), dice.key(), dice.key(), dice.below(8));
            let place = format!("seed {seed} step {step} {table:?} {from:02x?}..{to:02x?} limit {limit}");
            same(
                store.range(table, &from, &to, limit).must("range")?,
                model.range(table, &from, &to, limit).must("memory")?,
                &format!("range at {place}"),
            )?;
            let (got, want) = (store.get(table, &from), model.get(table, &from));
            same(got.must("get")?, want.must("memory")?, &format!("get at {place}"))?;
        }
    }
    same(contents(store)?, contents(&model)?, &format!("contents at the end of seed {seed}"))?;
    Ok(())
}

fn survives_reopening<S: LedgerStore>(open: &mut impl FnMut(Open) -> S, seed: u64) -> Result<(), Broken> {
    let (mut dice, mut model) = (Dice::new(seed), MemoryStore::new());
    let mut store = open(Open::Fresh);
    for step in 0..10 {
        let set = dice.change_set(30);
        store.commit(&set).must("commit")?;
        model.commit(&set).must("memory")?;
        if dice.below(2) == 0 {
            drop(store);
            store = open(Open::Again);
            same(
                contents(&store)?,
                contents(&model)?,
                &format!("contents after reopening, seed {seed} step {step}"),
            )?;
        }
    }
    Ok(())
}
