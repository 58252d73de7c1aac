//! Who is told how far a long call is, and may stop it.

use crate::fault::ask;
use crate::{EhrError, Result};
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// Least time between two calls of a listener.
const PAUSE: Duration = Duration::from_millis(200);

/// Tells a listener how far a call is, not too often.
pub(crate) struct Teller {
    listener: Option<Arc<dyn ProgressListener>>,
    what: &'static str,
    told: Option<Instant>,
}

impl Teller {
    pub(crate) fn new(what: &'static str, listener: Option<Arc<dyn ProgressListener>>) -> Self {
        Self { listener, what, told: None }
    }

    /// # Errors
    /// `Cancelled`, or `Host` if the listener fails.
    pub(crate) fn tell(&mut self, done: u64, total: Option<u64>) -> Result<()> {
        let Some(listener) = &self.listener else { return Ok(()) };
        if self.told.is_some_and(|told| told.elapsed() < PAUSE) {
            return Ok(());
        }
        self.told = Some(Instant::now());
        let step = Progress { what: self.what.to_owned(), done, total };
        match ask("listener", "on_progress", || listener.on_progress(step)) {
            Ok(true) => Ok(()),
            Ok(false) => Err(EhrError::Cancelled),
            Err(why) => Err(EhrError::host(why)),
        }
    }
}
