//! Handles that know which process made them.

use crate::error::ForkedError;
use pyo3::prelude::*;
use std::sync::Arc;

/// A shared object of the library. After `os.fork` the child must not use it: a lock may have been held by a thread
/// that the child does not have, and a file of the parent would be written by two.
pub(crate) struct Handle<T> {
    inner: Option<Arc<T>>,
    pid: u32,
}

impl<T> Handle<T> {
    /// Wraps an object made in this process.
    pub(crate) fn new(inner: Arc<T>) -> Self {
        Self { inner: Some(inner), pid: std::process::id() }
    }
    /// The object, unless this is a fork of the process that made it.
    pub(crate) fn get(&self) -> PyResult<&Arc<T>> {
        match &self.inner {
            Some(inner) if self.pid == std::process::id() => Ok(inner),
            _ => Err(ForkedError::new_err(
                "made before os.fork and owned by the parent process; open it again in this one",
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
