//! Behaviour written in Python: each type holds the object and calls it with the interpreter attached.

mod signer;
mod store;
mod transport;

pub(crate) use signer::{Listener, PySigner, Watch};
pub(crate) use store::{Blobs, Records};
pub(crate) use transport::PyTransport;

use pyo3::prelude::*;

macro_rules! from_object {
    ($($class:ident),+) => {$(
        impl From<Py<PyAny>> for $class {
            fn from(object: Py<PyAny>) -> Self { Self(object) }
        }
    )+};
}

from_object!(Records, Blobs, PyTransport, PySigner, Listener);
