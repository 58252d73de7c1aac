//! Progress of one long step.

use super::screen::Sink;
use indicatif::ProgressBar;
use std::io::Write as _;

/// A progress bar on a terminal; elsewhere one line when the step ends. Cheap to clone, usable from any thread.
#[derive(Clone)]
pub struct Bar {
    inner: ProgressBar,
    /// Where the closing line goes when nothing is drawn.
    plain: Option<(Sink, String)>,
}

impl Bar {
    pub(super) fn drawn(inner: ProgressBar) -> Self {
        Self { inner, plain: None }
    }

    /// `label` is already escaped.
    pub(super) fn plain(len: u64, label: String, sink: Sink) -> Self {
        let inner = ProgressBar::hidden();
        inner.set_length(len);
        Self { inner, plain: Some((sink, label)) }
    }

    /// `n` more done.
    pub fn inc(&self, n: u64) {
        self.inner.inc(n);
    }

    /// `n` done in all.
    pub fn set(&self, n: u64) {
        self.inner.set_position(n);
    }

    /// The step has ended; says how far it came.
    pub fn finish(self) {
        let (done, len) = (self.inner.position(), self.inner.length().unwrap_or_default());
        self.inner.finish_and_clear();
        if let Some((sink, label)) = self.plain {
            // A closed pipe is no reason to stop the work.
            let _ = writeln!(sink.lock(), "   {label}: {done} of {len}");
        }
    }
}
