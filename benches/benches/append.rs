//! Appending blocks of 1,000 records durably, end to end, beside raw redb writing the same changes: every changed key
//! and value into one table, one transaction a block, two-phase commit and quick repair as the store has them.
//!
//! Goals: 5,000 records a second on one core, and at least half the speed of raw redb.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]

use criterion::{Criterion, criterion_group, criterion_main};
use ehr_benches::{Beside, Clinic, Node, median, seconds};
use ehr_core::store::{Change, ChangeSet, LedgerStore, Table};
use ehr_store_disk::{DEFAULT_CACHE, DiskLayout, RedbStore};
use redb::{Database, TableDefinition};
use std::path::Path;
use std::sync::Arc;

const RECORDS: usize = 1000;
/// Blocks measured, after as many that are not.
const BLOCKS: usize = 10;
const ROWS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("rows");

fn store(folder: &Path) -> RedbStore {
    DiskLayout::new(folder).open().unwrap().0
}

fn raw_database(folder: &Path) -> Database {
    let db = Database::builder().set_cache_size(DEFAULT_CACHE).create(folder.join("raw.redb")).unwrap();
    raw_commit(&db, &[]);
    db
}

/// Rows of a change set as raw redb gets them: the table's code before each key.
fn rows(changes: &ChangeSet) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let row = |(table, key, change): (Table, &[u8], &Change)| {
        let value = match change {
            Change::Put(value) => Some(value.clone()),
            Change::Delete => None,
        };
        ([&[table.code()], key].concat(), value)
    };
    changes.iter().map(row).collect()
}

fn raw_commit(db: &Database, rows: &[(Vec<u8>, Option<Vec<u8>>)]) {
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

/// Processor time of this thread so far. On a machine that others use as well, the time that counts is not the
/// time that passes.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn ratios(_: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut clinic = Clinic::new(RECORDS);
    let mut node = Node::open(&folder.path().join("node"), clinic.kit.spec());
    node.batches = Some(Vec::new());
    for block in &clinic.setup {
        node.import(block.bytes());
    }
    let blocks: Vec<Vec<u8>> = (0..2 * BLOCKS).map(|_| clinic.record_block().bytes().to_vec()).collect();
    let cpu_before = cpu_seconds();
    let took: Vec<f64> = blocks.iter().map(|block| seconds(|| node.import(block))).collect();
    let all = took.iter().skip(BLOCKS).sum::<f64>() / BLOCKS as f64;
    let cpu = (cpu_seconds() - cpu_before) / blocks.len() as f64;
    println!(
        "append, end to end: {:.0} records/s, {:.0} for each second of processor time (goal 5000)",
        RECORDS as f64 / all,
        RECORDS as f64 / cpu
    );

    // The same batches once more: through our store, and raw.
    let batches: Vec<Arc<ChangeSet>> = node.batches.take().unwrap();
    let raw_rows: Vec<_> = batches.iter().map(|batch| rows(batch)).collect();
    let last = batches.len() - BLOCKS;
    let count: usize = raw_rows.iter().skip(last).map(Vec::len).sum();
    let bytes: usize =
        raw_rows.iter().skip(last).flatten().map(|(k, v)| k.len() + v.as_ref().map_or(0, Vec::len)).sum();
    println!("  a block changes {} keys, {} bytes", count / BLOCKS, bytes / BLOCKS);
    for table in Table::ALL {
        let sizes = batches.iter().skip(last).flat_map(|batch| batch.range(*table, b"", b""));
        let sizes = sizes.map(|(key, change)| match change {
            Change::Put(value) => key.len() + value.len(),
            Change::Delete => key.len(),
        });
        println!("    {}: {} bytes", table.name(), sizes.sum::<usize>() / BLOCKS);
    }
    let mut ours = store(&folder.path().join("again"));
    let raw = raw_database(folder.path());
    for (batch, rows) in batches.iter().zip(&raw_rows).take(last) {
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
    let raw_alone = commit.ours() * commit.ratio();
    println!(
        "append, end to end, beside raw redb: {:.2} (goal 0.5)",
        raw_alone / median(took[BLOCKS..].to_vec())
    );
}

criterion_group!(benches, ratios);
criterion_main!(benches);
