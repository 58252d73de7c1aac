//! What every vector set shares: where files are, and the count of what was run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One file (or folder of files) of published vectors.
pub(crate) struct Set {
    /// Below the vectors folder.
    pub(crate) path: &'static str,
    /// Cases the file holds; fewer or more counted is a failure, so none is lost silently.
    pub(crate) cases: usize,
    /// Runs every case of the file or folder at the given path.
    pub(crate) run: fn(&Path, &mut Tally),
}

/// The outcome of one set.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    failures: Vec<String>,
    not_applicable: BTreeMap<String, usize>,
}

impl Tally {
    /// The case came out as it should.
    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    /// The case came out otherwise.
    pub(crate) fn fail(&mut self, id: impl std::fmt::Display, why: impl std::fmt::Display) {
        self.failures.push(format!("{id}: {why}"));
    }

    /// Passes if `ok`, else fails with the reason.
    pub(crate) fn check(&mut self, ok: bool, id: impl std::fmt::Display, why: impl std::fmt::Display) {
        if ok { self.pass() } else { self.fail(id, why) }
    }

    /// The case is about something the library does not have; `why` groups such cases in the table.
    pub(crate) fn not_applicable(&mut self, why: impl Into<String>) {
        *self.not_applicable.entry(why.into()).or_default() += 1;
    }

    /// Whether something was run and all of it passed: for sets that count groups of checks as one case.
    pub(crate) fn all_passed(&self) -> bool {
        self.passed > 0 && self.failures.is_empty()
    }

    fn run(&self) -> usize {
        self.passed + self.failures.len()
    }

    fn skipped(&self) -> usize {
        self.not_applicable.values().sum()
    }

    /// The table line, and what is wrong with the set.
    fn report(&self, set: &Set) -> (String, Vec<String>) {
        let mut line = format!(
            "{:<58} {:>5} run {:>5} passed {:>4} not applicable",
            set.path,
            self.run(),
            self.passed,
            self.skipped()
        );
        for (why, n) in &self.not_applicable {
            line += &format!("\n{:>64} {why}", n);
        }
        let mut wrong: Vec<String> = self.failures.iter().map(|f| format!("{}: {f}", set.path)).collect();
        if self.run() == 0 {
            wrong.push(format!("{}: no case was run", set.path));
        }
        if self.run() + self.skipped() != set.cases {
            let got = self.run() + self.skipped();
            wrong.push(format!("{}: {} cases expected, {got} counted", set.path, set.cases));
        }
        (line, wrong)
    }
}

/// Runs the sets and prints the table. Absent files are announced with their case count and do not fail.
pub(crate) fn run_all(sets: &[Set]) {
    let mut wrong = Vec::new();
    let mut absent = 0;
    println!();
    for set in sets {
        let path = folder().join(set.path);
        if !path.exists() {
            println!("{:<58} ABSENT: {} cases NOT RUN", set.path, set.cases);
            absent += set.cases;
            continue;
        }
        let mut tally = Tally::default();
        (set.run)(&path, &mut tally);
        let (line, mut found) = tally.report(set);
        println!("{line}");
        wrong.append(&mut found);
    }
    if absent > 0 {
        println!("{absent} cases NOT RUN: set EHR_VECTORS_DIR; looked in {}", folder().display());
    }
    assert!(wrong.is_empty(), "{} vector failures:\n{}", wrong.len(), wrong.join("\n"));
}

/// The vectors folder.
fn folder() -> PathBuf {
    std::env::var_os("EHR_VECTORS_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"), PathBuf::from)
}

/// The bytes of a file that is there.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The text of a gzip file that is there.
pub(crate) fn read_gz(path: &Path) -> String {
    use std::io::Read;
    let mut text = String::new();
    flate2::read::GzDecoder::new(&read(path)[..])
        .read_to_string(&mut text)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text
}

/// The JSON of a file that is there.
pub(crate) fn read_json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&read(path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The bytes of a hex string in a JSON field.
pub(crate) fn hex_field(case: &serde_json::Value, field: &str) -> Vec<u8> {
    let text = case[field].as_str().unwrap_or_else(|| panic!("field {field} is not text"));
    hex::decode(text).unwrap_or_else(|e| panic!("field {field}: {e}"))
}

mod tests {
    use super::{Set, Tally};

    /// The harness itself: a failure, an empty set and a lost case must each be noticed.
    #[test]
    fn a_failure_an_empty_set_and_a_lost_case_are_noticed() {
        let set = Set { path: "x", cases: 2, run: |_, _| {} };
        let wrong = |pass: usize, fail: usize, skip: usize| {
            let mut t = Tally::default();
            (0..pass).for_each(|_| t.pass());
            (0..fail).for_each(|i| t.fail(i, "bad"));
            (0..skip).for_each(|_| t.not_applicable("why"));
            t.report(&set).1.len()
        };
        assert_eq!(wrong(1, 0, 1), 0);
        assert_eq!(wrong(1, 1, 0), 1, "failure");
        assert_eq!(wrong(0, 0, 2), 1, "nothing run");
        assert_eq!(wrong(1, 0, 0), 1, "a case lost");
    }
}
