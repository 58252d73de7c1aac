//! Commits, faults, crashes and reopening of the disk store against a model in memory.

use crate::flaky_disk::FlakyDisk;
use crate::input::Input;
use ehr_conformance::ledger::dump;
use ehr_core::store::{ChangeSet, LedgerStore, MemoryStore, StoreError, Table};
use ehr_store_disk::RedbStore;

const CACHE: usize = 64 * 1024;

pub(crate) fn do_test(data: &[u8]) {
    play(FlakyDisk::default(), data);
}

fn play(mut disk: FlakyDisk, data: &[u8]) {
    let mut input = Input(data);
    let mut store = open(&disk).expect("a new disk works");
    let mut model = MemoryStore::new();
    for _ in 0..24 {
        if input.is_empty() {
            break;
        }
        match input.byte() {
            0..=31 => disk.fail_after(u32::from(input.byte())),
            how @ 32..=79 => {
                // The machine stops; what a commit returned for is there whatever was not synced.
                drop(store);
                disk = disk.after_crash(how % 2 == 0);
                store = open(&disk).expect("a crash never keeps a store from opening");
            }
            _ => {
                let changes = changes(&mut input);
                let mut after = model.clone();
                after.commit(&changes).expect("memory");
                match store.commit(&changes) {
                    Ok(()) => model = after,
                    Err(error) => {
                        let uncertain = matches!(error, StoreError::Uncertain(_));
                        assert!(uncertain || dump(&store) == dump(&model), "{error}, and changed something");
                        drop(store);
                        disk = disk.after_crash(true);
                        store = open(&disk).expect("a fault never keeps a store from opening");
                        if uncertain && dump(&store) == dump(&after) {
                            model = after;
                        }
                    }
                }
            }
        }
        assert!(dump(&store) == dump(&model), "the store is not what was committed");
    }
}

fn open(disk: &FlakyDisk) -> Result<RedbStore, StoreError> {
    let disk = disk.clone();
    RedbStore::with_backend(CACHE, move || Ok(disk.clone()))
}

/// A few keys in a few tables, so that changes meet each other.
fn changes(input: &mut Input<'_>) -> ChangeSet {
    let mut changes = ChangeSet::new();
    for _ in 0..input.below(12) {
        let table = Table::ALL[input.below(3)];
        let key = vec![input.byte() % 8; 1 + input.below(3)];
        match input.byte() {
            n @ 0..=63 => changes.put(table, &key, vec![n; usize::from(n) * 40]),
            n @ 64..=191 => changes.put(table, &key, vec![n; 1 + usize::from(n % 16)]),
            _ => changes.delete(table, &key),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::notices;

    /// The property must be able to fail: a disk that says it synced and did not loses a commit.
    #[test]
    fn a_disk_that_lies_is_noticed() {
        assert!(notices(500, |script| play(FlakyDisk::lying(), script)));
        assert!(!notices(50, do_test), "an honest disk loses something");
    }
}
