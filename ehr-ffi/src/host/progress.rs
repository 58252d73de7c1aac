//! Who is told how far a long call is, and may stop it.

use crate::Result;

/// How far a call is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Progress {
    /// What is being done: `"mine"`, `"verify"` or `"sync"`.
    pub what: String,
    /// How much of it is done: tries, blocks or frames.
    pub done: u64,
    /// How much there is, where that is known.
    pub total: Option<u64>,
}

/// Told a few times a second by the calling thread, never while the ledger is locked: it may call the ledger.
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait ProgressListener: Send + Sync {
    /// `false` stops the call, which then fails with [`EhrError::Cancelled`](crate::EhrError::Cancelled).
    fn on_progress(&self, step: Progress) -> Result<bool>;
}
