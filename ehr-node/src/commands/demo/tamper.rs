//! Somebody changes what is on the disk: three times, on a copy.

use super::error::{DemoError, expect};
use crate::commands::verify::{Problem, Report, tell, verify};
use crate::temporary::Folder;
use crate::ui::Screen;
use ehr_core::block::Block;
use ehr_core::engine::{block_at, block_entry};
use ehr_core::primitives::{ContentId, Height};
use ehr_core::store::{ChangeSet, LedgerRead as _, LedgerStore as _, Table};
use ehr_store_disk::{DiskLayout, FileBlobs, RedbStore};
use serde::Serialize;
use std::ops::Range;
use std::path::Path;
use std::{fs, io};

/// Length of the signature that a transaction ends with, bytes.
const SIGNATURE: usize = 64;

/// One change and what `verify` said of it.
#[derive(Serialize)]
pub(super) struct Tampering {
    what: &'static str,
    found: Report,
}

/// Changes a copy of the ledger in `ledger`, one thing at a time; each must be found, and named rightly. `body` is a
/// sealed body, if there is one.
pub(super) fn tamper(
    ledger: &Path,
    body: Option<ContentId>,
    screen: &Screen,
) -> Result<Vec<Tampering>, DemoError> {
    let folder = |error| DemoError::Folder { path: std::env::temp_dir(), error };
    let dir = Folder::new("ehr-tampered-").map_err(folder)?;
    let copy = dir.path().join("copy");
    copy_folder(ledger, &copy).map_err(folder)?;

    let file = DiskLayout::new(&copy).ledger_path();
    let height = fullest_block(&copy)?;
    let names_block = |problem: &Problem| problem.height == Some(height);
    let flip = || flip_block(&copy, height);
    let rewrite = || rewrite_block(&copy, height);
    let mut done = vec![
        change("one byte of a stored block", (&copy, &file), flip, names_block, screen)?,
        change("one byte of a block, through the store", (&copy, &file), rewrite, names_block, screen)?,
    ];
    if let Some(body) = body {
        let (store, blobs) = open(&copy)?;
        drop(store);
        let path = blobs.path(&body);
        let names_record = |problem: &Problem| problem.record.is_some();
        let flip = || flip_middle(&path);
        done.push(change("one byte of a sealed body", (&copy, &path), flip, names_record, screen)?);
    }
    Ok(done)
}

/// Makes one change to one file, verifies, and takes the change back.
fn change(
    what: &'static str,
    (copy, file): (&Path, &Path),
    make: impl FnOnce() -> Result<(), DemoError>,
    right: impl Fn(&Problem) -> bool,
    screen: &Screen,
) -> Result<Tampering, DemoError> {
    let on_file = |error| DemoError::Folder { path: file.to_owned(), error };
    let before = fs::read(file).map_err(on_file)?;
    make()?;
    let found = verify(copy, screen)?;
    fs::write(file, before).map_err(on_file)?;
    expect(found.problems.first().is_some_and(right), || format!("verify did not find: {what}"))?;
    screen.note(&format!("changed: {what}. `verify` says:"));
    tell(screen, &found);
    Ok(Tampering { what, found })
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        if item.file_type()?.is_dir() {
            copy_folder(&item.path(), &to.join(item.file_name()))?;
        } else {
            fs::copy(item.path(), to.join(item.file_name()))?;
        }
    }
    Ok(())
}

/// The block with the most transactions.
fn fullest_block(copy: &Path) -> Result<Height, DemoError> {
    let (store, _) = open(copy)?;
    let (mut fullest, mut most) = (Height::ZERO, 0);
    let mut height = Height::ZERO;
    while let Some(id) = block_at(&store, height)? {
        let count = block_entry(&store, &id)?.map_or(0, |entry| entry.header.tx_count);
        if count > most {
            (fullest, most) = (height, count);
        }
        height = height.plus(1);
    }
    Ok(fullest)
}

/// Where in a block its last transaction's last signature is.
fn signature(body: &[u8]) -> Result<Range<usize>, DemoError> {
    let block = Block::decode(body).map_err(|error| DemoError::Broken(error.to_string()))?;
    let last = block.tx_bytes().last().unwrap_or_default();
    let part = &last[last.len().saturating_sub(SIGNATURE)..];
    let at = body.windows(SIGNATURE).rposition(|window| window == part);
    at.map(|at| at..at + SIGNATURE)
        .ok_or_else(|| DemoError::Broken("a block without transactions".to_owned()))
}

/// Flips a bit of a block's last signature, wherever the file has it.
fn flip_block(copy: &Path, height: Height) -> Result<(), DemoError> {
    let (store, _) = open(copy)?;
    let (_, body) = block_body(&store, height)?;
    drop(store);
    let path = DiskLayout::new(copy).ledger_path();
    let on_file = |error| DemoError::Folder { path: path.clone(), error };
    let mut file = fs::read(&path).map_err(on_file)?;
    // A signature occurs nowhere else, other than parts of a header.
    let part = &body[signature(&body)?];
    let places: Vec<usize> = file
        .windows(part.len())
        .enumerate()
        .filter(|(_, window)| *window == part)
        .map(|(at, _)| at)
        .collect();
    expect(!places.is_empty(), || "the block is not in the ledger file".to_owned())?;
    for at in places {
        file[at] ^= 1;
    }
    fs::write(&path, file).map_err(on_file)
}

/// Flips the same bit through the store, which then finds nothing wrong: only the ledger's own hashes do.
fn rewrite_block(copy: &Path, height: Height) -> Result<(), DemoError> {
    let (mut store, _) = open(copy)?;
    let (id, mut body) = block_body(&store, height)?;
    let at = signature(&body)?.start;
    body[at] ^= 1;
    let mut changes = ChangeSet::new();
    changes.put(Table::Bodies, &id, body);
    store.commit(&changes).map_err(|error| DemoError::Open { path: copy.to_owned(), error })
}

fn flip_middle(file: &Path) -> Result<(), DemoError> {
    let on_file = |error| DemoError::Folder { path: file.to_owned(), error };
    let mut bytes = fs::read(file).map_err(on_file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).map_err(on_file)
}

fn open(copy: &Path) -> Result<(RedbStore, FileBlobs), DemoError> {
    DiskLayout::new(copy).open().map_err(|error| DemoError::Open { path: copy.to_owned(), error })
}

fn block_body(store: &RedbStore, height: Height) -> Result<(Vec<u8>, Vec<u8>), DemoError> {
    let id = block_at(store, height)?.map(|id| id.as_ref().to_vec()).unwrap_or_default();
    let body = store.get(Table::Bodies, &id)?;
    body.map(|body| (id, body)).ok_or_else(|| DemoError::Broken(format!("no block at height {height}")))
}
