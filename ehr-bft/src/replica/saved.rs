//! What a replica keeps in the table Consensus (`docs/spec/storage.md`): the pieces of its log, its sign-protection record,
//! and evidence that is not on the chain yet.

use super::io::StartError;
use crate::io::LogWrite;
use crate::saved::{Saved, read_guard};
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::Evidence;
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{AccountId, ChainId, Hash32, Height};
use ehr_core::store::{ChangeSet, LedgerRead, Pair, ReadError, Table};
use std::collections::BTreeMap;

const LOG: &[u8] = b"log";
const GUARD: &[u8] = b"guard";
const EVIDENCE: &[u8] = b"evidence";
/// Pairs read at a time.
const PAGE: usize = 256;

/// Where the log ends.
#[derive(Debug, Default)]
pub(crate) struct LogTable {
    /// Pieces on disk or about to be.
    pieces: u64,
}

fn piece(number: u64) -> Vec<u8> {
    [LOG, &number.to_be_bytes()].concat()
}

impl LogTable {
    /// Reads back what was stored.
    pub(crate) fn read(disk: &dyn LedgerRead) -> Result<(Self, Saved), ReadError> {
        let mut saved = Saved { log: Vec::new(), guard: disk.get(Table::Consensus, GUARD)? };
        let mut pieces = 0u64;
        for (key, bytes) in all(disk, LOG)? {
            if key != piece(pieces) {
                return Err(ReadError::Corrupt { what: format!("piece {pieces} of the log is missing") });
            }
            saved.log.extend(bytes);
            pieces = pieces.saturating_add(1);
        }
        Ok((Self { pieces }, saved))
    }

    /// A write as changes: the log and the record at once (rule BF-18).
    pub(super) fn changes(&mut self, write: LogWrite) -> ChangeSet {
        let mut changes = ChangeSet::new();
        if write.start_over {
            (0..self.pieces).for_each(|n| changes.delete(Table::Consensus, &piece(n)));
            self.pieces = 0;
        }
        if !write.append.is_empty() {
            changes.put(Table::Consensus, &piece(self.pieces), write.append);
            self.pieces = self.pieces.saturating_add(1);
        }
        if let Some(guard) = write.guard {
            changes.put(Table::Consensus, GUARD, guard);
        }
        changes
    }
}

/// What to store if a replica does not start because its log is damaged or lost: the log is emptied, and nothing of
/// `height`, the one above the tip, or below is ever signed, nor of a later height for which something was (rule BF-20). The
/// validator follows these heights without voting.
///
/// # Errors
/// The store did not answer, or holds a sign-protection record that is unreadable or of another validator: it is the one
/// thing that cannot be done without.
pub fn give_up_height(
    disk: &dyn LedgerRead,
    chain: ChainId,
    account: AccountId,
    height: Height,
) -> Result<ChangeSet, StartError> {
    let mut changes = ChangeSet::new();
    all(disk, LOG)?.iter().for_each(|(key, _)| changes.delete(Table::Consensus, key));
    let stored = disk.get(Table::Consensus, GUARD)?;
    let mut guard = read_guard(chain, account, stored.as_deref())?;
    guard.skip(height);
    // A record always encodes.
    changes.put(Table::Consensus, GUARD, guard.to_bytes().unwrap_or_default());
    Ok(changes)
}

/// Every pair whose key begins with a name.
fn all(disk: &dyn LedgerRead, name: &[u8]) -> Result<Vec<Pair>, ReadError> {
    // What follows a name is a number or a hash, and shorter than this.
    let end = [name, &[0xff; 40]].concat();
    let (mut pairs, mut from) = (Vec::new(), name.to_vec());
    loop {
        let page = disk.range(Table::Consensus, &from, &end, PAGE)?;
        let last = page.len() < PAGE;
        if let Some((key, _)) = page.last() {
            from = [key.as_slice(), &[0]].concat();
        }
        pairs.extend(page);
        if last {
            return Ok(pairs);
        }
    }
}

fn evidence_key(evidence: &Evidence) -> Vec<u8> {
    // Evidence within its limits always encodes.
    [EVIDENCE, sha256(&evidence.to_bytes().unwrap_or_default()).as_ref()].concat()
}

/// Keeps evidence until it is on the chain.
pub(super) fn keep(changes: &mut ChangeSet, evidence: &Evidence) {
    changes.put(Table::Consensus, &evidence_key(evidence), evidence.to_bytes().unwrap_or_default());
}

/// Forgets evidence.
pub(super) fn forget(changes: &mut ChangeSet, evidence: &Evidence) {
    changes.delete(Table::Consensus, &evidence_key(evidence));
}

/// Evidence that was kept, by the hash of it.
pub(crate) fn kept(disk: &dyn LedgerRead) -> Result<BTreeMap<Hash32, Evidence>, ReadError> {
    let corrupt = |_| ReadError::Corrupt { what: "evidence in the table Consensus".to_owned() };
    all(disk, EVIDENCE)?
        .into_iter()
        .map(|(_, bytes)| Ok((sha256(&bytes), Evidence::from_bytes(&bytes).map_err(corrupt)?)))
        .collect()
}
