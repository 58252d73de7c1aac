//! The conformance suites, for stores, transports and signers written in Python.

use crate::args::Host;
use crate::callback::{Blobs, PySigner, PyTransport, Records};
use crate::error::call;
use ehr_ffi::host;
use pyo3::prelude::*;

/// Checks a record store, which must be empty, and leaves it empty. Raises `HostError` naming the first rule it breaks.
#[pyfunction]
pub(crate) fn check_record_store(py: Python<'_>, store: Host<Records>) -> PyResult<()> {
    call(py, || host::check_record_store(store.0))
}

/// Checks a blob store, which must be empty. Raises `HostError` naming the first rule it breaks.
#[pyfunction]
pub(crate) fn check_blob_store(py: Python<'_>, store: Host<Blobs>) -> PyResult<()> {
    call(py, || host::check_blob_store(store.0))
}

/// Checks two ends of a fresh connection: the first event of each must be ``("up", peer)``.
#[pyfunction]
pub(crate) fn check_transport(py: Python<'_>, a: Host<PyTransport>, b: Host<PyTransport>) -> PyResult<()> {
    call(py, || host::check_transport(a.0, b.0))
}

/// Checks a signer: a key that may be on a ledger, and signatures that are valid under it.
#[pyfunction]
pub(crate) fn check_signer(py: Python<'_>, signer: Host<PySigner>) -> PyResult<()> {
    call(py, || host::check_signer(signer.0))
}
