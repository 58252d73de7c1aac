//! Transactions on their way from signer to signer.

use crate::args::{Data, Keys};
use crate::error::call;
use crate::handle::Handle;
use crate::ids::{AccountId, ContentId, RecordId, ScopeId, TxId};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// A transaction that is being signed, with the sealed bodies that belong to it.
///
/// What it does is fixed; only signatures are added. As bytes it travels from a hospital's server to a patient's phone
/// and back; it also pickles.
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Draft(Handle<ehr_ffi::Draft>);

impl Draft {
    pub(crate) fn of(draft: Arc<ehr_ffi::Draft>) -> Self {
        Self(Handle::new(draft))
    }
    pub(crate) fn get(&self) -> PyResult<&Arc<ehr_ffi::Draft>> {
        self.0.get()
    }
}

#[pymethods]
impl Draft {
    /// A draft as another process wrote it. Nothing in it is trusted.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Data) -> PyResult<Self> {
        call(py, || ehr_ffi::Draft::from_bytes(data.to_vec())).map(Self::of)
    }
    /// The draft with all signatures so far. Bodies in it are sealed; nothing is secret.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let draft = self.get()?;
        Ok(PyBytes::new(py, &call(py, || draft.to_bytes())?))
    }
    /// Adds the signature of these keys.
    fn sign(&self, py: Python<'_>, keys: Keys) -> PyResult<()> {
        let draft = self.get()?;
        call(py, || draft.sign(keys.0))
    }
    /// The transaction's id; signatures do not change it. Also the id of the grant or request it makes.
    #[getter]
    fn id(&self) -> PyResult<TxId> {
        Ok(TxId(self.get()?.id()))
    }
    /// What kind of transaction it is, such as ``"RecordCreate"``.
    #[getter]
    fn kind(&self) -> PyResult<String> {
        Ok(self.get()?.kind())
    }
    /// The account it enrols, admits or rotates.
    #[getter]
    fn account(&self) -> PyResult<Option<AccountId>> {
        Ok(self.get()?.account().map(AccountId))
    }
    /// The scope it makes or rotates, or files a record in.
    #[getter]
    fn scope(&self) -> PyResult<Option<ScopeId>> {
        Ok(self.get()?.scope().map(ScopeId))
    }
    /// The record it makes or continues.
    #[getter]
    fn record(&self) -> PyResult<Option<RecordId>> {
        Ok(self.get()?.record().map(RecordId))
    }
    /// Which version of that record.
    #[getter]
    fn version(&self) -> PyResult<Option<u32>> {
        Ok(self.get()?.version().map(|version| version.0))
    }
    /// Who has signed.
    #[getter]
    fn signers(&self, py: Python<'_>) -> PyResult<Vec<AccountId>> {
        let draft = self.get()?;
        Ok(py.detach(|| draft.signers()).into_iter().map(AccountId).collect())
    }
    /// Who must still sign.
    #[getter]
    fn missing(&self, py: Python<'_>) -> PyResult<Vec<AccountId>> {
        let draft = self.get()?;
        Ok(py.detach(|| draft.missing()).into_iter().map(AccountId).collect())
    }
    /// Ids of the sealed bodies that go with it.
    #[getter]
    fn bodies(&self, py: Python<'_>) -> PyResult<Vec<ContentId>> {
        let draft = self.get()?;
        Ok(py.detach(|| draft.bodies()).into_iter().map(ContentId).collect())
    }
    fn __repr__(&self) -> PyResult<String> {
        let draft = self.get()?;
        Ok(format!("<Draft {} {}>", draft.kind(), draft.id()))
    }
    /// Pickles as its bytes.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((slf.get_type().getattr("from_bytes")?, (slf.get().to_bytes(slf.py())?,)))
    }
}
