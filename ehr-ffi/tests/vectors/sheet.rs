//! What came out, file by file and case by case.

use ehr_ffi::EhrError;
use std::fmt;

/// Why a case has no answer.
pub(crate) type Fault = Box<dyn std::error::Error>;

/// The comparisons of one case.
#[derive(Default)]
pub(crate) struct Case {
    differences: Vec<String>,
}

impl Case {
    /// Compares what was computed with what the vector says.
    pub(crate) fn same<T: PartialEq>(&mut self, what: &str, vector: T, computed: T) {
        self.holds(what, vector == computed);
    }

    pub(crate) fn holds(&mut self, what: &str, holds: bool) {
        if !holds {
            self.differences.push(what.to_owned());
        }
    }

    /// Bytes that are none, or a proof that proves nothing.
    pub(crate) fn refused<T>(&mut self, what: &str, computed: &Result<T, EhrError>) {
        self.holds(what, is_refused(computed));
    }
}

pub(crate) fn is_refused<T>(computed: &Result<T, EhrError>) -> bool {
    matches!(computed, Err(EhrError::Malformed { .. } | EhrError::Refused { .. }))
}

/// The cases of one file.
pub(crate) struct Sheet {
    /// Name of the file without its ending.
    pub(crate) file: String,
    /// Every case, with what differs.
    pub(crate) cases: Vec<(String, Vec<String>)>,
}

impl Sheet {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), cases: Vec::new() }
    }

    /// Answers one case. A fault is a difference.
    pub(crate) fn case(&mut self, name: &str, answer: impl FnOnce(&mut Case) -> Result<(), Fault>) {
        let mut case = Case::default();
        if let Err(fault) = answer(&mut case) {
            case.differences.push(fault.to_string());
        }
        self.cases.push((name.to_owned(), case.differences));
    }

    pub(crate) fn different(&self) -> usize {
        self.cases.iter().filter(|(_, differences)| !differences.is_empty()).count()
    }
}

/// All files.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) sheets: Vec<Sheet>,
    /// Files and keys that this runner does not know, or misses.
    pub(crate) unknown: Vec<String>,
}

impl Report {
    /// 0 if every answer is the vector's, 1 if one is not, 2 if something was not known.
    pub(crate) fn exit_code(&self) -> u8 {
        match (self.unknown.is_empty(), self.sheets.iter().all(|sheet| sheet.different() == 0)) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) => 2,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut files, mut cases, mut different) = (0, 0, 0);
        for sheet in &self.sheets {
            for (case, differences) in sheet.cases.iter().filter(|(_, d)| !d.is_empty()) {
                writeln!(f, "rust {} different: {case}: {}", sheet.file, differences.join(", "))?;
            }
            line(f, &sheet.file, sheet.cases.len(), sheet.different())?;
            (files, cases, different) = (files + 1, cases + sheet.cases.len(), different + sheet.different());
        }
        for what in &self.unknown {
            writeln!(f, "rust unknown: {what}")?;
        }
        line(f, &format!("total files={files}"), cases, different)
    }
}

fn line(f: &mut fmt::Formatter<'_>, what: &str, cases: usize, different: usize) -> fmt::Result {
    let same = cases - different;
    writeln!(f, "rust {what} cases={cases} same={same} different={different} not_applicable=0")
}
