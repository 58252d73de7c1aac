//! An open redb file, and what its last commit shows.

use crate::error::{guarded, read_error, store_error};
use crate::redb_store::{FORMAT_VERSION, Opened};
use crate::sealed_value::{CHECK_LEN, check, damaged, open};
use crate::watched::Failure;
use ehr_core::store::{Change, ChangeSet, Pair, ReadError, StoreError, Table};
use redb::{
    Database, ReadOnlyTable, ReadableDatabase, ReadableTableMetadata, TableDefinition, TableError,
    TableHandle, WriteTransaction,
};
use std::ops::Bound;

/// The table that marks a redb file as ours: `format` and `commits`.
const FORMAT: TableDefinition<'static, &'static str, u64> = TableDefinition::new("ehr-ledger");
/// Row of the format version.
const VERSION_ROW: &str = "format";
/// Row that counts commits, so that after an error it can be seen whether the commit was kept.
const COMMITS_ROW: &str = "commits";

type Rows = ReadOnlyTable<&'static [u8], &'static [u8]>;

const fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

/// A file that is open for writing.
pub(crate) struct LedgerFile {
    commits: u64,
    failure: Failure,
    db: Database,
}

/// What one commit left, to read. Pages of it are not used again while it lives, so it is to be replaced by the next and
/// dropped before the file is closed.
pub(crate) struct Snapshot {
    /// In the order of the table codes, which are 0, 1, 2 …
    tables: Vec<Rows>,
    commits: u64,
}

impl LedgerFile {
    /// Reads the format of an opened file, writing it first if the file is new.
    pub(crate) fn new(opened: Opened) -> Result<(Self, Snapshot), StoreError> {
        let Opened { db, failure } = opened;
        let read = db.begin_read().map_err(store_error)?;
        match read.open_table(FORMAT) {
            Ok(_) => {}
            Err(TableError::TableDoesNotExist(_)) => {
                if let Some(foreign) = read.list_tables().map_err(store_error)?.next() {
                    let found = format!("a redb file of another program with a table {:?}", foreign.name());
                    return Err(StoreError::Format { found, expected: FORMAT_VERSION });
                }
                initialise(&db)?;
            }
            Err(e) => return Err(store_error(e)),
        }
        drop(read);
        let mut file = Self { commits: 0, failure, db };
        let snapshot = file.snapshot()?;
        Ok((file, snapshot))
    }

    /// What the last commit left.
    fn snapshot(&mut self) -> Result<Snapshot, StoreError> {
        let read = self.db.begin_read().map_err(store_error)?;
        let format = read.open_table(FORMAT).map_err(store_error)?;
        let row = |name| format.get(name).map(|row| row.map(|v| v.value())).map_err(store_error);
        let version = row(VERSION_ROW)?;
        if version != Some(u64::from(FORMAT_VERSION)) {
            let found = version.map_or_else(|| "no version".to_owned(), |v| v.to_string());
            return Err(StoreError::Format { found, expected: FORMAT_VERSION });
        }
        let commits = row(COMMITS_ROW)?.unwrap_or_default();
        let tables = Table::ALL.iter().map(|table| read.open_table(definition(*table)).map_err(store_error));
        let tables = tables.collect::<Result<_, _>>()?;
        // Last: after a failure the old count tells whether the commit was kept.
        self.commits = commits;
        Ok(Snapshot { tables, commits })
    }

    /// Commits this file has seen.
    pub(crate) const fn commits(&self) -> u64 {
        self.commits
    }

    /// What the medium reported.
    pub(crate) const fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Applies changes in one transaction and gives what it left.
    pub(crate) fn commit(&mut self, changes: &ChangeSet) -> Result<Snapshot, StoreError> {
        let write = begin_durable(&self.db)?;
        for table in Table::ALL {
            let mut changes = changes.range(*table, b"", b"").peekable();
            if changes.peek().is_none() {
                continue;
            }
            let mut rows = write.open_table(definition(*table)).map_err(store_error)?;
            for (key, change) in changes {
                match change {
                    Change::Put(value) => {
                        let len = value.len().saturating_add(CHECK_LEN);
                        let mut place = rows.insert_reserve(key, len).map_err(store_error)?;
                        if let Some((front, back)) = place.as_mut().split_last_chunk_mut() {
                            front.copy_from_slice(value);
                            *back = check(*table, key, value);
                        }
                    }
                    Change::Delete => drop(rows.remove(key).map_err(store_error)?),
                }
            }
        }
        let commits = self.commits.saturating_add(1);
        write.open_table(FORMAT).map_err(store_error)?.insert(COMMITS_ROW, commits).map_err(store_error)?;
        write.commit().map_err(store_error)?;
        self.snapshot()
    }

    /// Closes the file. redb writes while closing, so this can fail like any write; nothing committed depends on it.
    pub(crate) fn close(self) {
        // An error here was either noted by the backend or is damage that the next opening reports.
        let _ = guarded(|| drop(self));
    }
}

impl Snapshot {
    /// Commits up to this one.
    pub(crate) const fn commits(&self) -> u64 {
        self.commits
    }

    fn rows(&self, table: Table) -> Result<&Rows, ReadError> {
        self.tables
            .get(usize::from(table.code()))
            .ok_or_else(|| ReadError::Io("ledger file is closed".to_owned()))
    }

    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.rows(table)?.get(key).map_err(read_error)?;
        found.map(|stored| open(table, key, stored.value())).transpose()
    }

    pub(crate) fn range(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, ReadError> {
        let end = match to {
            [] => Bound::Unbounded,
            to if from < to => Bound::Excluded(to),
            _ => return Ok(Vec::new()),
        };
        let rows = self.rows(table)?.range::<&[u8]>((Bound::Included(from), end)).map_err(read_error)?;
        rows.take(limit)
            .map(|row| {
                let (key, stored) = row.map_err(read_error)?;
                Ok((key.value().to_vec(), open(table, key.value(), stored.value())?))
            })
            .collect()
    }

    /// Reads everything: every value must pass its check, keys must ascend, each must be found by its key, and
    /// there must be as many as the table says. Gives the number of values.
    pub(crate) fn check(&self) -> Result<u64, ReadError> {
        let mut total = 0u64;
        for table in Table::ALL {
            let rows = self.rows(*table)?;
            let (mut count, mut before) = (0u64, None::<Vec<u8>>);
            for row in rows.range::<&[u8]>(..).map_err(read_error)? {
                let (key, stored) = row.map_err(read_error)?;
                let (key, stored) = (key.value(), stored.value());
                open(*table, key, stored)?;
                if before.is_some_and(|before| before.as_slice() >= key) {
                    return Err(damaged(*table, key, "out of order"));
                }
                if rows.get(key).map_err(read_error)?.is_none_or(|found| found.value() != stored) {
                    return Err(damaged(*table, key, "not found by its key"));
                }
                before = Some(key.to_vec());
                count = count.saturating_add(1);
            }
            let expected = rows.len().map_err(read_error)?;
            if count != expected {
                let what = format!("table {}: {count} values, {expected} expected", table.name());
                return Err(ReadError::Corrupt { what });
            }
            total = total.saturating_add(count);
        }
        Ok(total)
    }
}

/// Writes an empty ledger: all tables, the version and the count.
fn initialise(db: &Database) -> Result<(), StoreError> {
    let write = begin_durable(db)?;
    for table in Table::ALL {
        write.open_table(definition(*table)).map_err(store_error)?;
    }
    let mut format = write.open_table(FORMAT).map_err(store_error)?;
    format.insert(VERSION_ROW, u64::from(FORMAT_VERSION)).map_err(store_error)?;
    format.insert(COMMITS_ROW, 0).map_err(store_error)?;
    drop(format);
    write.commit().map_err(store_error)
}

/// A write transaction that is synced before and after it becomes the current one (two-phase commit), and that
/// leaves what an opening after a crash needs (quick repair: no scan of the file).
fn begin_durable(db: &Database) -> Result<WriteTransaction, StoreError> {
    let mut write = db.begin_write().map_err(store_error)?;
    write.set_two_phase_commit(true);
    write.set_quick_repair(true);
    Ok(write)
}
