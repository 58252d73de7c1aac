//! Stores written in Python.

use crate::error::host;
use ehr_ffi::EhrError;
use ehr_ffi::host::{Row, RowChange};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};

/// A Python object with the methods of `ehr_ledger.protocols.RecordStore`.
pub(crate) struct Records(pub(super) Py<PyAny>);

impl ehr_ffi::host::RecordStore for Records {
    fn get(&self, table: u8, key: Vec<u8>) -> Result<Option<Vec<u8>>, EhrError> {
        ask("record store", |py| {
            let value = self.0.bind(py).call_method1("get", (table, PyBytes::new(py, &key)))?;
            optional_bytes(&value)
        })
    }
    fn range(&self, table: u8, from: Vec<u8>, to: Vec<u8>, limit: u32) -> Result<Vec<Row>, EhrError> {
        ask("record store", |py| {
            let (from, to) = (PyBytes::new(py, &from), PyBytes::new(py, &to));
            let pairs = self.0.bind(py).call_method1("range", (table, from, to, limit))?;
            let mut rows = Vec::new();
            // One pair too many is passed on, and refused there; an answer without end is not followed.
            for pair in pairs.try_iter()?.take(usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1))
            {
                let (key, value): (PyBackedBytes, PyBackedBytes) = pair?.extract()?;
                rows.push(Row { key: key.to_vec(), value: value.to_vec() });
            }
            Ok(rows)
        })
    }
    fn commit(&self, changes: Vec<RowChange>) -> Result<(), EhrError> {
        ask("record store", |py| {
            let list = PyList::empty(py);
            for change in &changes {
                let value = change.value.as_ref().map(|value| PyBytes::new(py, value));
                list.append((change.table, PyBytes::new(py, &change.key), value))?;
            }
            self.0.bind(py).call_method1("commit", (list,)).map(drop)
        })
    }
}

/// A Python object with the methods of `ehr_ledger.protocols.BlobStore`.
pub(crate) struct Blobs(pub(super) Py<PyAny>);

impl ehr_ffi::host::BlobStore for Blobs {
    fn put(&self, id: String, bytes: Vec<u8>) -> Result<(), EhrError> {
        ask("blob store", |py| self.0.bind(py).call_method1("put", (id, PyBytes::new(py, &bytes))).map(drop))
    }
    fn get(&self, id: String) -> Result<Option<Vec<u8>>, EhrError> {
        ask("blob store", |py| optional_bytes(&self.0.bind(py).call_method1("get", (id,))?))
    }
    fn forget(&self, id: String) -> Result<bool, EhrError> {
        ask("blob store", |py| self.0.bind(py).call_method1("forget", (id,))?.extract())
    }
}

/// Calls into Python; what it raises is remembered as the cause of the error.
pub(crate) fn ask<R>(who: &str, question: impl FnOnce(Python<'_>) -> PyResult<R>) -> Result<R, EhrError> {
    Python::try_attach(|py| question(py).map_err(|raised| host(py, who, raised)))
        .unwrap_or_else(|| Err(EhrError::Host { reason: format!("{who}: the interpreter is shutting down") }))
}

fn optional_bytes(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    let bytes: Option<PyBackedBytes> = value.extract()?;
    Ok(bytes.map(|bytes| bytes.to_vec()))
}
