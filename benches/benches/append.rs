//! Appending blocks of 1,000 records durably, end to end, beside raw redb writing the same changes: every changed key
//! and value into one table, one transaction a block, two-phase commit and quick repair as the store has them.
//!
//! End to end is a running node (`ehr_node::driver`) that is given blocks and answers when they are on disk. It stores on
//! one thread and validates on others; `taskset -c 0` keeps all on one core. Either it has several blocks to go on with, as
//! a node that catches up, or gets each when the last is on disk.
//!
//! Goals: 5,000 records a second on one core, and at least half the speed of raw redb.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic, median, processor_seconds, seconds};
use ehr_core::block::ChainSpec;
use ehr_core::engine::{Engine, EngineConfig, Input, Output};
use ehr_core::primitives::Timestamp;
use ehr_core::store::{Change, ChangeSet, LedgerStore, MemoryStore, Table};
use ehr_node::driver::{Node, NodeConfig};
use ehr_store_disk::{DEFAULT_CACHE, DiskLayout, RedbStore};
use redb::{Database, TableDefinition};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

const RECORDS: usize = 1000;
/// Blocks a round.
const BLOCKS: usize = 6;
/// Rounds of each kind.
const ROUNDS: usize = 4;
/// Blocks a node is given that has several to go on with.
const AT_ONCE: usize = 4;
const ROWS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("rows");

fn store(folder: &Path) -> RedbStore {
    DiskLayout::new(folder).open().unwrap().0
}

fn raw_database(folder: &Path) -> Database {
    let db = Database::builder().set_cache_size(DEFAULT_CACHE).create(folder.join("raw.redb")).unwrap();
    raw_commit(&db, &[]);
    db
}

/// A key and its value, none if it is deleted.
type Row = (Vec<u8>, Option<Vec<u8>>);

/// Rows of a change set as raw redb gets them: the table's code before each key.
fn rows(changes: &ChangeSet) -> Vec<Row> {
    let row = |(table, key, change): (Table, &[u8], &Change)| {
        let value = match change {
            Change::Put(value) => Some(value.clone()),
            Change::Delete => None,
        };
        ([&[table.code()], key].concat(), value)
    };
    changes.iter().map(row).collect()
}

fn raw_commit(db: &Database, rows: &[Row]) {
    let mut write = db.begin_write().unwrap();
    write.set_two_phase_commit(true);
    write.set_quick_repair(true);
    {
        let mut table = write.open_table(ROWS).unwrap();
        for (key, value) in rows {
            match value {
                Some(value) => drop(table.insert(key.as_slice(), value.as_slice()).unwrap()),
                None => drop(table.remove(key.as_slice()).unwrap()),
            }
        }
    }
    write.commit().unwrap();
}

/// What these blocks change, batch by batch.
fn batches(spec: ChainSpec, blocks: &[Vec<u8>]) -> Vec<Arc<ChangeSet>> {
    let (mut store, mut batches) = (MemoryStore::new(), Vec::new());
    let mut engine = Engine::recover(spec, EngineConfig::default(), &store).unwrap();
    let mut blocks = blocks.iter();
    loop {
        while let Some(output) = engine.poll_output() {
            if let Output::Persist { batch, changes } = output {
                store.commit(&changes).unwrap();
                batches.push(changes);
                engine.handle(Timestamp::MAX, &store, Input::Persisted { batch }).unwrap();
            }
        }
        let Some(block) = blocks.next() else { return batches };
        engine.handle(Timestamp::MAX, &store, Input::Import { bytes: block.clone() }).unwrap();
    }
}

/// Gives the node blocks, so many at a time, and waits until all are on disk.
async fn import(node: &Arc<Node>, blocks: &[Vec<u8>], at_once: usize) {
    let mut under_way = VecDeque::new();
    for block in blocks {
        let (node, block) = (Arc::clone(node), block.clone());
        under_way.push_back(tokio::spawn(async move { node.import(block).await.unwrap() }));
        if under_way.len() >= at_once {
            under_way.pop_front().unwrap().await.unwrap();
        }
    }
    for import in under_way {
        import.await.unwrap();
    }
}

/// Seconds that pass and seconds of processor time.
#[derive(Clone, Copy)]
struct Took {
    time: f64,
    cpu: f64,
}

fn timed(call: impl FnOnce()) -> Took {
    let before = processor_seconds();
    let time = seconds(call);
    Took { time, cpu: processor_seconds() - before }
}

/// Prints what the rounds of one kind took.
fn tell(what: &str, rounds: &[(Took, Took)]) {
    let speed = |of: &dyn Fn(&(Took, Took)) -> f64| {
        (BLOCKS * RECORDS) as f64 / median(rounds.iter().map(of).collect())
    };
    println!(
        "append, {what}: {:.0} records/s, {:.0} for each second of processor time (goal 5000)",
        speed(&|(ours, _)| ours.time),
        speed(&|(ours, _)| ours.cpu)
    );
    let raw = (speed(&|(_, raw)| raw.time), speed(&|(_, raw)| raw.cpu));
    println!("  raw redb: {:.0} records/s, {:.0} for each second of processor time", raw.0, raw.1);
    let mut ratios: Vec<f64> = rounds.iter().map(|(ours, raw)| raw.time / ours.time).collect();
    ratios.sort_by(f64::total_cmp);
    let (low, high) = (ratios[0], ratios[ratios.len() - 1]);
    println!("  beside raw redb: {:.2} (goal 0.5), rounds {low:.2} to {high:.2}", median(ratios));
}

fn ratios(_: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut clinic = Clinic::new(RECORDS);
    let mut all: Vec<Vec<u8>> = clinic.setup.iter().map(|block| block.bytes().to_vec()).collect();
    let setup = all.len();
    all.extend((0..BLOCKS * (ROUNDS * 2 + 1)).map(|_| clinic.record_block().bytes().to_vec()));
    let batches = batches(clinic.kit.spec(), &all);
    let raw_rows: Vec<_> = batches.iter().map(|batch| rows(batch)).collect();
    assert_eq!(raw_rows.len(), all.len() + 1, "genesis, then one batch a block");
    tell_sizes(&batches[batches.len() - BLOCKS..]);

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = NodeConfig::new(clinic.kit.spec(), store(&folder.path().join("node")), None);
    let node = Arc::new(Node::start(config).unwrap());
    let raw = raw_database(folder.path());
    // Not measured: what comes before, and as many blocks as a round has.
    let warm = setup + BLOCKS;
    runtime.block_on(import(&node, &all[..warm], 1));
    raw_rows[..=warm].iter().for_each(|rows| raw_commit(&raw, rows));
    let mut kinds = [(1, Vec::new()), (AT_ONCE, Vec::new())];
    let mut rounds = all[warm..].chunks(BLOCKS).zip(raw_rows[warm + 1..].chunks(BLOCKS));
    while let Some((blocks, raw_rows)) = rounds.next() {
        // In turn, so that both kinds see ledgers of the same lengths.
        let (at_once, results) = &mut kinds[rounds.len() % 2];
        let ours = timed(|| runtime.block_on(import(&node, blocks, *at_once)));
        let raw = timed(|| raw_rows.iter().for_each(|rows| raw_commit(&raw, rows)));
        results.push((ours, raw));
    }
    for (at_once, results) in kinds {
        tell(&format!("{at_once} blocks at once"), &results);
    }
    store_commit(folder.path(), &batches, &raw_rows);
}

/// How large a block's changes are.
fn tell_sizes(batches: &[Arc<ChangeSet>]) {
    let size = |(key, change): (&[u8], &Change)| match change {
        Change::Put(value) => key.len() + value.len(),
        Change::Delete => key.len(),
    };
    let keys: usize = batches.iter().map(|batch| batch.len()).sum();
    println!("a block changes {} keys, bytes:", keys / batches.len());
    for table in Table::ALL {
        let sizes = batches.iter().flat_map(|batch| batch.range(*table, b"", b"")).map(size);
        println!("  {}: {}", table.name(), sizes.sum::<usize>() / batches.len());
    }
}

/// The same batches once more: through our store alone, and raw.
fn store_commit(folder: &Path, batches: &[Arc<ChangeSet>], raw_rows: &[Vec<Row>]) {
    let mut ours = store(&folder.join("again"));
    let raw =
        Database::builder().set_cache_size(DEFAULT_CACHE).create(folder.join("raw-again.redb")).unwrap();
    let last = batches.len() - BLOCKS;
    for (batch, rows) in batches.iter().zip(raw_rows).take(last) {
        ours.commit(batch).unwrap();
        raw_commit(&raw, rows);
    }
    let (mut raw_at, mut ours_at) = (raw_rows.iter().skip(last).cycle(), batches.iter().skip(last).cycle());
    let commit = Beside::new(
        BLOCKS,
        || raw_commit(&raw, raw_at.next().unwrap()),
        || ours.commit(ours_at.next().unwrap()).unwrap(),
    );
    commit.print("store commit", RECORDS as f64, "record", Some(0.5));
}

criterion_group!(benches, ratios);
criterion_main!(benches);
