//! Where times and random numbers come from.

use crate::args::{Data, When};
use crate::error::{call, invalid};
use crate::handle::Handle;
use ehr_core::primitives::Timestamp;
use pyo3::prelude::*;
use std::sync::Arc;

/// A clock: the system's, or one that a test sets.
///
/// >>> from datetime import datetime, timezone
/// >>> from ehr_ledger import Clock
/// >>> clock = Clock.manual(datetime(2026, 1, 1, tzinfo=timezone.utc))
/// >>> clock.now().isoformat()
/// '2026-01-01T00:00:00+00:00'
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Clock(Handle<ehr_ffi::Clock>);

#[pymethods]
impl Clock {
    /// The system's clock.
    #[staticmethod]
    fn system() -> Self {
        Self(Handle::new(ehr_ffi::Clock::system()))
    }
    /// A clock that stands still until it is set.
    #[staticmethod]
    fn manual(time: When) -> Self {
        Self(Handle::new(ehr_ffi::Clock::manual(Timestamp(time.0))))
    }
    /// Sets a manual clock. The system's clock is not to be set: `InvalidArgumentError`.
    fn set(&self, time: When) -> PyResult<()> {
        if self.0.get()?.set(Timestamp(time.0)) {
            Ok(())
        } else {
            Err(invalid("clock", "the system's clock is not set"))
        }
    }
    /// The time it shows.
    fn now(&self) -> PyResult<When> {
        Ok(When(self.0.get()?.now().0))
    }
}

/// Where random numbers come from: the system, or a seed.
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Entropy(Handle<ehr_ffi::Entropy>);

#[pymethods]
impl Entropy {
    /// The system's.
    #[staticmethod]
    fn system() -> Self {
        Self(Handle::new(ehr_ffi::Entropy::system()))
    }
    /// The same numbers each time: for tests only, keys made with it are not secret.
    #[staticmethod]
    fn seeded(py: Python<'_>, seed: Data) -> PyResult<Self> {
        call(py, || ehr_ffi::Entropy::seeded(seed.to_vec())).map(|entropy| Self(Handle::new(entropy)))
    }
}

/// The library's object behind an optional argument.
pub(crate) fn clock_of(clock: Option<&Bound<'_, Clock>>) -> PyResult<Option<Arc<ehr_ffi::Clock>>> {
    clock.map(|clock| clock.get().0.get().cloned()).transpose()
}

/// The library's object behind an optional argument.
pub(crate) fn entropy_of(entropy: Option<&Bound<'_, Entropy>>) -> PyResult<Option<Arc<ehr_ffi::Entropy>>> {
    entropy.map(|entropy| entropy.get().0.get().cloned()).transpose()
}
