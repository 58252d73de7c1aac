//! The public suites of the core, run on the disk stores.

mod support;

use ehr_conformance::Open;
use ehr_store_disk::{DiskLayout, FileBlobs};
use support::Disk;
use tempfile::TempDir;

#[test]
fn redb_in_a_folder() {
    let mut dir = TempDir::new().unwrap();
    ehr_conformance::ledger::run_durable(|open| {
        if open == Open::Fresh {
            dir = TempDir::new().unwrap();
        }
        DiskLayout::new(dir.path()).open().unwrap().0
    });
}

#[test]
fn redb_with_almost_no_cache() {
    ehr_conformance::ledger::run(|| Disk::default().open(0).unwrap());
}

#[test]
fn blobs_in_a_folder() {
    let mut dir = TempDir::new().unwrap();
    ehr_conformance::blob::run_durable(|open| {
        if open == Open::Fresh {
            dir = TempDir::new().unwrap();
        }
        FileBlobs::open(dir.path()).unwrap()
    });
}
