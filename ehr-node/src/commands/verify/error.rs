//! Why a ledger could not be checked. What is wrong with a ledger is no error: it is in the report.

use ehr_core::store::StoreError;
use ehr_core::validate::audit::AuditError;

/// A check that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The walk ended early.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The space for computing everything again cannot be opened.
    #[error("working space: {0}")]
    Scratch(StoreError),
    /// There is no space for computing everything again.
    #[error("working space in the folder for temporary files: {0}")]
    NoScratch(std::io::Error),
}
