//! Running the real command, and a small kept ledger that is made once for all tests of a binary.

#![allow(dead_code, reason = "each test binary uses its own part")]

use ehr_core::store::{ChangeSet, LedgerStore as _};
use ehr_store_disk::{DiskLayout, RedbStore};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tempfile::TempDir;

/// What a run printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        for line in ran.out.lines().chain(ran.err.lines()) {
            assert!(!line.contains("panicked") && !line.contains("backtrace"), "{line}");
        }
        ran
    }
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }
}

/// Runs `ehr`.
pub(crate) fn ehr(args: &[&str]) -> Ran {
    Ran::of(Command::new(env!("CARGO_BIN_EXE_ehr")).args(args).output().unwrap())
}

/// A path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A copy of a ledger of one synthetic patient, and the document its making printed.
pub(crate) fn kept() -> (TempDir, PathBuf, Value) {
    static MADE: OnceLock<(TempDir, Value)> = OnceLock::new();
    let (made, document) = MADE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let at = dir.path().join("kept");
        let ran = ehr(&["demo", "--patients", "1", "--keep", arg(&at), "--json"]).expect(0);
        (dir, ran.json())
    });
    let dir = TempDir::new().unwrap();
    let copy = dir.path().join("kept");
    copy_folder(&made.path().join("kept"), &copy);
    (dir, copy, document.clone())
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_folder(&item.path(), &to)
        } else {
            drop(fs::copy(item.path(), to))
        }
    }
}

/// Every file below a folder with its content.
pub(crate) fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for item in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if item.file_type().unwrap().is_dir() {
            found.extend(files(&item.path()));
        } else {
            found.push((item.path(), fs::read(item.path()).unwrap()));
        }
    }
    found.sort();
    found
}

/// What verifying finds wrong in the first ledger of a folder.
pub(crate) fn problems(dir: &Path) -> Vec<Value> {
    let report = ehr(&["verify", arg(dir), "--json"]).expect(1).json();
    assert_eq!(report["sound"], false);
    report["ledgers"][0]["problems"].as_array().unwrap().clone()
}

/// Changes hospital A's ledger through its own store, so that only the ledger's own hashes can tell.
pub(crate) fn rewrite(kept: &Path, change: impl FnOnce(&RedbStore, &mut ChangeSet)) -> PathBuf {
    let dir = kept.join("hospital-a");
    let (mut store, _) = DiskLayout::new(&dir).open().unwrap();
    let mut changes = ChangeSet::new();
    change(&store, &mut changes);
    assert!(!changes.is_empty());
    store.commit(&changes).unwrap();
    dir
}
