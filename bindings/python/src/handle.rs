//! Handles that know which process made them.

use crate::error::ForkedError;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Forks between the process that loaded the extension and this one, as far as Python told.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Told by `os.register_at_fork` in the child.
#[pyfunction]
pub(crate) fn _forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// A shared object of the library. After `os.fork` the child must not use it: a lock may have been held by a thread
/// that the child does not have, and a file of the parent would be written by two.
pub(crate) struct Handle<T> {
    inner: Option<Arc<T>>,
    forks: u32,
    pid: u32,
}

impl<T> Handle<T> {
    /// Wraps an object made in this process.
    pub(crate) fn new(inner: Arc<T>) -> Self {
        Self { inner: Some(inner), forks: FORKS.load(Ordering::Relaxed), pid: std::process::id() }
    }

    /// Refuses in a fork of the process that made the object, if Python knows of the fork. Asks no system call: for
    /// what is answered from the handle itself.
    pub(crate) fn check(&self) -> PyResult<()> {
        if self.forks == FORKS.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(ForkedError::new_err(
            "made before os.fork and owned by the parent process; open it again in this one",
        ))
    }

    /// The object, unless this is a fork of the process that made it, whoever forked.
    pub(crate) fn get(&self) -> PyResult<&Arc<T>> {
        self.check()?;
        match &self.inner {
            Some(inner) if self.pid == std::process::id() => Ok(inner),
            _ => Err(ForkedError::new_err(
                "made before a fork and owned by the parent process; open it again here",
            )),
        }
    }
}

impl<T> Drop for Handle<T> {
    /// In a forked child nothing is dropped: closing would write to the parent's file.
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            core::mem::forget(self.inner.take());
        }
    }
}

/// Makes a class a context manager whose blocks end in a call of this method.
macro_rules! with_block {
    ($class:ident, $leave:ident) => {
        #[pymethods]
        impl $class {
            fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
                slf
            }
            #[pyo3(signature = (_kind = None, _error = None, _trace = None))]
            fn __exit__(
                &self,
                py: Python<'_>,
                _kind: Option<Bound<'_, PyAny>>,
                _error: Option<Bound<'_, PyAny>>,
                _trace: Option<Bound<'_, PyAny>>,
            ) -> PyResult<()> {
                self.$leave(py)
            }
        }
    };
}
pub(crate) use with_block;
