//! What a chain starts from.

use crate::args::{Data, Keys, Many, When};
use crate::error::call;
use crate::handle::Handle;
use crate::ids::ChainId;
use crate::source::{Clock, Entropy, clock_of, entropy_of};
use ehr_core::primitives::Timestamp;
use ehr_ffi::types::ChainConfig;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// What a chain starts from: its name, its rules and its founders. Everybody who joins has the same bytes of it.
///
/// >>> from ehr_ledger import Genesis, Keyring, Role
/// >>> genesis = Genesis.new("example", [Keyring.generate(Role.INSTITUTION)], difficulty=0)
/// >>> Genesis.from_bytes(genesis.to_bytes()).chain_id == genesis.chain_id
/// True
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Genesis {
    handle: Handle<ehr_ffi::Genesis>,
    chain: ChainId,
}

impl Genesis {
    pub(crate) fn of(genesis: Arc<ehr_ffi::Genesis>) -> Self {
        Self { chain: ChainId(genesis.chain_id()), handle: Handle::new(genesis) }
    }
    pub(crate) fn get(&self) -> PyResult<&Arc<ehr_ffi::Genesis>> {
        self.handle.get()
    }
}

#[pymethods]
impl Genesis {
    /// A new chain. Every founder is enrolled and gets credits; those that are institutions are admitted.
    ///
    /// `difficulty` is the number of leading zero hex digits of every block id, 0 to 8; the papers use 2. A block with
    /// `confirmations` blocks, itself included, is final. `time` is that of block 0, now if not given.
    #[staticmethod]
    #[pyo3(signature = (
        name, founders, *, difficulty = 2, confirmations = 6, credits = 1_000_000, time = None, clock = None,
        entropy = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "all but two have names in Python")]
    fn new(
        py: Python<'_>,
        name: String,
        founders: Many<Keys>,
        difficulty: u8,
        confirmations: u64,
        credits: u64,
        time: Option<When>,
        clock: Option<&Bound<'_, Clock>>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Self> {
        let (clock, entropy) = (clock_of(clock)?, entropy_of(entropy)?);
        let time = time.map(|time| Timestamp(time.0));
        let config = ChainConfig { name, difficulty, confirmations, time, credits };
        let founders = founders.0.into_iter().map(|keys| keys.0).collect();
        call(py, || ehr_ffi::Genesis::new(config, founders, clock, entropy)).map(Self::of)
    }
    /// From the bytes that the founders gave.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Data) -> PyResult<Self> {
        call(py, || ehr_ffi::Genesis::from_bytes(data.to_vec())).map(Self::of)
    }
    /// The bytes to be given to everybody who joins.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let genesis = self.get()?;
        Ok(PyBytes::new(py, &call(py, || genesis.to_bytes())?))
    }
    /// SHA-256 over the bytes: the chain's name among machines.
    #[getter]
    fn chain_id(&self) -> PyResult<ChainId> {
        self.handle.check().map(|()| self.chain)
    }
    fn __repr__(&self) -> String {
        format!("<Genesis of {}>", self.chain.0)
    }
    /// Pickles as its bytes.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((slf.get_type().getattr("from_bytes")?, (slf.get().to_bytes(slf.py())?,)))
    }
}
