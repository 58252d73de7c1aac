//! Checking proofs without a ledger.

use crate::args::{Data, IdArg};
use crate::error::call;
use crate::genesis::Genesis;
use crate::handle::Handle;
use crate::ids::BlockId;
use crate::source::{Clock, clock_of};
use crate::values::Value;
use ehr_ffi::types::ProvenFacts;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Follows a chain by its headers alone and checks proofs against them: what a phone does.
///
/// >>> from ehr_ledger import Genesis, Keyring, Ledger, LightClient, Role
/// >>> hospital = Keyring.generate(Role.INSTITUTION)
/// >>> ledger = Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0))
/// >>> mined = ledger.mine(hospital)
/// >>> light = LightClient(ledger.genesis)
/// >>> light.accept(ledger.headers(since=1)), light.tip == mined.id
/// (1, True)
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct LightClient(Handle<ehr_ffi::LightClient>);

#[pymethods]
impl LightClient {
    /// Begins at the first block or, with an `anchor`, at a header that is taken on trust: a `Ledger.trust_anchor`, or
    /// one's own `checkpoint` from last time.
    #[new]
    #[pyo3(signature = (genesis, *, anchor = None, clock = None))]
    fn new(
        py: Python<'_>,
        genesis: &Bound<'_, Genesis>,
        anchor: Option<Data>,
        clock: Option<&Bound<'_, Clock>>,
    ) -> PyResult<Self> {
        let (genesis, clock) = (genesis.get().get()?.clone(), clock_of(clock)?);
        let client = call(py, || match anchor {
            Some(anchor) => ehr_ffi::LightClient::from_anchor(genesis, anchor.to_vec(), clock),
            None => ehr_ffi::LightClient::new(genesis, clock),
        })?;
        Ok(Self(Handle::new(client)))
    }
    /// Takes headers as `Ledger.headers` gives them and returns how many were new.
    fn accept(&self, py: Python<'_>, headers: Data) -> PyResult<u32> {
        let client = self.0.get()?;
        call(py, || client.accept(headers.to_vec()))
    }
    /// Height of the best header.
    #[getter]
    fn tip_height(&self, py: Python<'_>) -> PyResult<u64> {
        let client = self.0.get()?;
        Ok(py.detach(|| client.tip_height()).0)
    }
    /// Id of the best header.
    #[getter]
    fn tip(&self, py: Python<'_>) -> PyResult<BlockId> {
        let client = self.0.get()?;
        Ok(BlockId(py.detach(|| client.tip())))
    }
    /// Height up to which blocks are final.
    #[getter]
    fn final_height(&self, py: Python<'_>) -> PyResult<u64> {
        let client = self.0.get()?;
        Ok(py.detach(|| client.final_height()).0)
    }
    /// Where to start from next time: the newest final header.
    fn checkpoint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let client = self.0.get()?;
        Ok(PyBytes::new(py, &call(py, || client.checkpoint())?))
    }
    /// Checks a proof that stands on a header of the best chain. Raises `RefusedError` if it proves nothing here.
    fn verify(&self, py: Python<'_>, proof: Data) -> PyResult<Value<ProvenFacts>> {
        let client = self.0.get()?;
        call(py, || client.verify(proof.to_vec())).map(Value)
    }
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<LightClient at height {}>", self.tip_height(py)?))
    }
}

/// Checks a proof, trusting nothing but the block it must stand on.
#[pyfunction]
pub(crate) fn verify_proof(
    py: Python<'_>,
    proof: Data,
    trusted_block: IdArg<BlockId>,
) -> PyResult<Value<ProvenFacts>> {
    call(py, || ehr_ffi::verify_proof(proof.to_vec(), trusted_block.0)).map(Value)
}
