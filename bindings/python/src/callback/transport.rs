//! Transports written in Python.

use super::store::ask;
use ehr_ffi::EhrError;
use ehr_ffi::host::{SendAnswer, TransportEvent};
use pyo3::exceptions::{PyConnectionError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyTuple};

/// A Python object with the methods of `ehr_ledger.protocols.Transport`.
pub(crate) struct PyTransport(pub(super) Py<PyAny>);

impl ehr_ffi::host::Transport for PyTransport {
    fn send(&self, peer: u64, frame: Vec<u8>) -> Result<SendAnswer, EhrError> {
        ask("transport", |py| match self.0.bind(py).call_method1("send", (peer, PyBytes::new(py, &frame))) {
            Ok(taken) if taken.is_none() || taken.extract::<bool>()? => Ok(SendAnswer::Sent),
            Ok(_) => Ok(SendAnswer::Full),
            Err(gone) if gone.is_instance_of::<PyConnectionError>(py) => Ok(SendAnswer::Gone),
            Err(raised) => Err(raised),
        })
    }
    fn receive(&self, wait_ms: u32) -> Result<Option<TransportEvent>, EhrError> {
        ask("transport", |py| {
            let event = self.0.bind(py).call_method1("receive", (f64::from(wait_ms) / 1000.0,))?;
            if event.is_none() {
                return Ok(None);
            }
            let event = event.cast::<PyTuple>()?;
            let peer: u64 = event.get_item(1)?.extract()?;
            match event.get_item(0)?.extract::<&str>()? {
                "up" => Ok(Some(TransportEvent::Up { peer })),
                "down" => Ok(Some(TransportEvent::Down { peer })),
                "ready" => Ok(Some(TransportEvent::Ready { peer })),
                "frame" => {
                    let bytes = event.get_item(2)?.extract::<PyBackedBytes>()?.to_vec();
                    Ok(Some(TransportEvent::Frame { peer, bytes }))
                }
                _ => Err(PyValueError::new_err("an event is up, down, ready or frame")),
            }
        })
    }
}
