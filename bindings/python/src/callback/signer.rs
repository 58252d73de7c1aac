//! Signers and progress callbacks written in Python.

use super::store::ask;
use crate::values::Value;
use ehr_ffi::EhrError;
use ehr_ffi::host::Progress;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

/// A Python object with the methods of `ehr_ledger.protocols.Signer`.
pub(crate) struct PySigner(pub(super) Py<PyAny>);

impl ehr_ffi::host::Signer for PySigner {
    fn public_key(&self) -> Result<Vec<u8>, EhrError> {
        ask("signer", |py| {
            Ok(self.0.bind(py).call_method0("public_key")?.extract::<PyBackedBytes>()?.to_vec())
        })
    }
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, EhrError> {
        ask("signer", |py| {
            let signature = self.0.bind(py).call_method1("sign", (PyBytes::new(py, &message),))?;
            Ok(signature.extract::<PyBackedBytes>()?.to_vec())
        })
    }
}

/// A Python callable that is told of progress.
pub(crate) struct Listener(pub(super) Py<PyAny>);

/// Notices Ctrl-C in a call that nobody else watches.
pub(crate) struct Watch;

impl ehr_ffi::host::ProgressListener for Watch {
    fn on_progress(&self, _step: Progress) -> Result<bool, EhrError> {
        ask("signal handler", |py| py.check_signals().map(|()| true))
    }
}

impl ehr_ffi::host::ProgressListener for Listener {
    fn on_progress(&self, step: Progress) -> Result<bool, EhrError> {
        ask("progress callback", |py| {
            py.check_signals()?;
            let answer = self.0.bind(py).call1((Value(step),))?;
            Ok(answer.is_none() || answer.extract()?)
        })
    }
}
