//! Making, opening and closing.

use super::Ledger;
use crate::args::Host;
use crate::callback::{Blobs, Records};
use crate::error::{call, invalid};
use crate::genesis::Genesis;
use crate::handle::{Handle, with_block};
use crate::ids::ChainId;
use crate::source::{Clock, Entropy, clock_of, entropy_of};
use crate::values::Value;
use ehr_ffi::types::Tip;
use ehr_ffi::{EhrError, Storage};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// A folder, stores of the host, or memory.
fn storage(
    path: Option<PathBuf>,
    store: Option<Host<Records>>,
    blobs: Option<Host<Blobs>>,
    read_only: bool,
) -> PyResult<Arc<Storage>> {
    match (path, store, blobs) {
        (Some(path), None, None) => {
            let path = path.into_os_string().into_string().map_err(|_| invalid("path", "not UTF-8"))?;
            Ok(if read_only { Storage::read_only(path) } else { Storage::folder(path) })
        }
        (None, Some(store), Some(blobs)) => Ok(Storage::host(store.0, blobs.0)),
        (None, None, None) => Ok(Storage::memory()),
        _ => Err(invalid("store", "give a path, or a store and a blob store, or nothing for memory")),
    }
}

fn opened(
    py: Python<'_>,
    open: impl FnOnce() -> Result<Arc<ehr_ffi::Ledger>, EhrError> + Send,
) -> PyResult<Ledger> {
    let (ledger, chain) = call(py, || {
        let ledger = open()?;
        let chain = ledger.chain_id()?;
        Ok((ledger, chain))
    })?;
    Ok(Ledger { handle: Handle::new(ledger), chain: ChainId(chain) })
}

with_block!(Ledger, close);

#[pymethods]
impl Ledger {
    /// Begins a ledger in an empty folder, in stores written in Python, or in memory.
    #[staticmethod]
    #[pyo3(signature = (path = None, *, genesis, store = None, blobs = None, clock = None, entropy = None))]
    #[allow(clippy::too_many_arguments, reason = "all but one have names in Python")]
    fn create(
        py: Python<'_>,
        path: Option<PathBuf>,
        genesis: &Bound<'_, Genesis>,
        store: Option<Host<Records>>,
        blobs: Option<Host<Blobs>>,
        clock: Option<&Bound<'_, Clock>>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Self> {
        let genesis = genesis.get().get()?.clone();
        let storage = storage(path, store, blobs, false)?;
        let (clock, entropy) = (clock_of(clock)?, entropy_of(entropy)?);
        opened(py, || ehr_ffi::Ledger::create(genesis, storage, clock, entropy))
    }
    /// Opens what a folder or stores hold. A folder is locked while it is open: `BusyError`.
    #[staticmethod]
    #[pyo3(signature = (path = None, *, store = None, blobs = None, read_only = false, clock = None, entropy = None))]
    #[allow(clippy::too_many_arguments, reason = "all but one have names in Python")]
    fn open(
        py: Python<'_>,
        path: Option<PathBuf>,
        store: Option<Host<Records>>,
        blobs: Option<Host<Blobs>>,
        read_only: bool,
        clock: Option<&Bound<'_, Clock>>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Self> {
        let storage = storage(path, store, blobs, read_only)?;
        let (clock, entropy) = (clock_of(clock)?, entropy_of(entropy)?);
        opened(py, || ehr_ffi::Ledger::open(storage, clock, entropy))
    }
    /// Closes it; a call that is under way ends first, and later calls raise `ClosedError`. Again is no error.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let ledger = self.get()?;
        call(py, || ledger.close())
    }
    /// Whether it was closed.
    #[getter]
    fn is_closed(&self, py: Python<'_>) -> PyResult<bool> {
        let ledger = self.get()?;
        Ok(py.detach(|| ledger.is_closed()))
    }
    /// The chain's name among machines.
    #[getter]
    fn chain_id(&self) -> PyResult<ChainId> {
        self.handle.check().map(|()| self.chain)
    }
    /// What the chain started from.
    #[getter]
    fn genesis(&self, py: Python<'_>) -> PyResult<Genesis> {
        let ledger = self.get()?;
        call(py, || ledger.genesis()).map(Genesis::of)
    }
    /// The newest block of the best chain.
    #[getter]
    fn tip(&self, py: Python<'_>) -> PyResult<Value<Tip>> {
        let ledger = self.get()?;
        call(py, || ledger.tip()).map(Value)
    }
    fn __repr__(&self) -> String {
        format!("<Ledger of {}>", self.chain.0)
    }
    /// Refuses: a ledger is a handle on a store.
    fn __reduce__(&self) -> PyResult<String> {
        Err(pyo3::exceptions::PyTypeError::new_err(
            "a Ledger is open in this process: it cannot be pickled or copied",
        ))
    }
}
