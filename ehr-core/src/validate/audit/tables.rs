//! Comparing what is stored with what was computed again.

use super::names;
use super::report::{Problem, Report};
use crate::block::ChainSpec;
use crate::primitives::{BlockId, Hash32, Height};
use crate::store::{Change, ChangeSet, LedgerRead, Pair, ReadError, Table};

/// Pairs read at a time.
const BATCH: usize = 512;

/// What executing a block wrote beside the state: receipts, places of its transactions, what undoes it.
pub(super) fn compare_derived(
    stored: &dyn LedgerRead,
    computed: &ChangeSet,
    (height, id): (Height, BlockId),
    report: &mut Report,
) {
    for (table, key, change) in computed.iter() {
        let Change::Put(value) = change else { continue };
        let what = match table {
            Table::Receipts => "the stored receipts are not those of its transactions",
            Table::TxIndex => "the index of transactions is wrong about one of its transactions",
            Table::Undo => "the stored undo record does not undo it",
            _ => continue,
        };
        match stored.get(table, key) {
            Ok(Some(found)) if found == *value => {}
            Ok(_) => report.add(Problem::block(height, Some(id), what)),
            Err(error) => report.add(Problem::block(height, Some(id), error)),
        }
    }
}

/// Every pair of the state and of the header history, both ways. Gives the number of state entries.
pub(super) fn compare_state(
    stored: &dyn LedgerRead,
    computed: &dyn LedgerRead,
    spec: &ChainSpec,
    tip: Height,
    report: &mut Report,
) {
    for table in [Table::State, Table::History] {
        let (mut left, mut right) = (Pairs::new(stored, table), Pairs::new(computed, table));
        loop {
            let (key, what) = match (left.peek(), right.peek()) {
                (Err(error), _) | (_, Err(error)) => {
                    report.add(Problem::general(error.to_string()));
                    break;
                }
                (Ok(None), Ok(None)) => break,
                (Ok(Some(a)), Ok(Some(b))) if a == b => {
                    if table == Table::State {
                        report.state_entries = report.state_entries.saturating_add(1);
                    }
                    left.advance();
                    right.advance();
                    continue;
                }
                (Ok(Some(a)), Ok(Some(b))) if a.0 == b.0 => (a.0.clone(), "is not what the blocks give"),
                (Ok(Some(a)), Ok(b)) if b.as_ref().is_none_or(|b| a.0 < b.0) => {
                    (a.0.clone(), "is there and follows from no block")
                }
                (Ok(_), Ok(Some(b))) => (b.0.clone(), "is missing"),
                (Ok(_), Ok(None)) => break,
            };
            left.skip(&key);
            right.skip(&key);
            report.add(name(stored, spec, tip, table, &key, what));
        }
    }
}

fn name(
    stored: &dyn LedgerRead,
    spec: &ChainSpec,
    tip: Height,
    table: Table,
    key: &[u8],
    what: &str,
) -> Problem {
    let shown: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let found = Hash32::try_from(key).ok().filter(|_| table == Table::State);
    match found.and_then(|key| names::find(stored, spec, tip, &key)) {
        Some(named) => {
            Problem { what: format!("the state entry of {} {what}", named.what), ..named.problem() }
        }
        None => Problem::general(format!("table {}: entry {shown} {what}", table.name())),
    }
}

/// The pairs of a table, read in small ranges.
struct Pairs<'a> {
    read: &'a dyn LedgerRead,
    table: Table,
    from: Vec<u8>,
    batch: std::vec::IntoIter<Pair>,
    next: Option<Pair>,
    ended: bool,
}

impl<'a> Pairs<'a> {
    fn new(read: &'a dyn LedgerRead, table: Table) -> Self {
        Self { read, table, from: Vec::new(), batch: Vec::new().into_iter(), next: None, ended: false }
    }

    fn peek(&mut self) -> Result<Option<Pair>, ReadError> {
        if self.next.is_none() {
            self.next = self.batch.next();
        }
        if self.next.is_none() && !self.ended {
            let batch = self.read.range(self.table, &self.from, &[], BATCH)?;
            self.ended = batch.len() < BATCH;
            if let Some((last, _)) = batch.last() {
                self.from = [last.as_slice(), &[0]].concat();
            }
            self.batch = batch.into_iter();
            self.next = self.batch.next();
        }
        Ok(self.next.clone())
    }

    fn advance(&mut self) {
        self.next = None;
    }

    /// Leaves out the pair of a key, if it is the next one.
    fn skip(&mut self, key: &[u8]) {
        self.next.take_if(|(next, _)| next == key);
    }
}
