//! Proofs for those who hold no ledger.

use super::Ledger;
use crate::args::IdArg;
use crate::error::call;
use crate::ids::{GrantId, RecordId, TxId};
use ehr_core::primitives::{Height, VersionNo};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

#[pymethods]
impl Ledger {
    /// Proves a record and one of its versions, the newest if none is named, as of the tip.
    #[pyo3(signature = (record, *, version = None))]
    fn prove_record<'py>(
        &self,
        py: Python<'py>,
        record: IdArg<RecordId>,
        version: Option<u32>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ledger = self.get()?;
        let proof = call(py, || ledger.prove_record(record.0, version.map(VersionNo)))?;
        Ok(PyBytes::new(py, &proof))
    }
    /// Proves a grant and all it is delegated from, as of the tip.
    fn prove_grant<'py>(&self, py: Python<'py>, grant: IdArg<GrantId>) -> PyResult<Bound<'py, PyBytes>> {
        let ledger = self.get()?;
        Ok(PyBytes::new(py, &call(py, || ledger.prove_grant(grant.0))?))
    }
    /// Proves a transaction and its receipt to one who trusts the block at `on_height`; the tip if not given.
    #[pyo3(signature = (tx, *, on_height = None))]
    fn prove_tx<'py>(
        &self,
        py: Python<'py>,
        tx: IdArg<TxId>,
        on_height: Option<u64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let ledger = self.get()?;
        Ok(PyBytes::new(py, &call(py, || ledger.prove_tx(tx.0, on_height.map(Height)))?))
    }
    /// The newest final header, for a light client to begin with.
    fn trust_anchor<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let ledger = self.get()?;
        Ok(PyBytes::new(py, &call(py, || ledger.trust_anchor())?))
    }
    /// Headers of the best chain from a height on, 112 bytes each, in one buffer; at most 10,000.
    #[pyo3(signature = (since = 0, *, limit = 10_000))]
    fn headers<'py>(&self, py: Python<'py>, since: u64, limit: u32) -> PyResult<Bound<'py, PyBytes>> {
        let ledger = self.get()?;
        Ok(PyBytes::new(py, &call(py, || ledger.headers(Height(since), limit))?))
    }
}
