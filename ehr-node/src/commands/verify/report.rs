//! What was found in a folder.

use ehr_core::validate::audit;
use serde::Serialize;
use std::path::{Path, PathBuf};

pub use ehr_core::validate::audit::Problem;

/// What was checked of a ledger folder, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The folder.
    pub ledger: PathBuf,
    /// What was found.
    #[serde(flatten)]
    pub found: audit::Report,
}

impl Report {
    /// The report on a ledger that could not be checked, and why.
    pub(super) fn unchecked(ledger: &Path, why: &impl ToString) -> Self {
        Self { ledger: ledger.to_owned(), found: audit::Report::unchecked(why) }
    }
}

impl std::ops::Deref for Report {
    type Target = audit::Report;
    fn deref(&self) -> &audit::Report {
        &self.found
    }
}
