//! A device on its way into an account.

use crate::args::{Account, Data, Host, IdArg, expected};
use crate::callback::PySigner;
use crate::error::{call, exception};
use crate::handle::{Handle, with_block};
use crate::ids::ChainId;
use crate::source::{Entropy, entropy_of};
use pyo3::PyTypeInfo;
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// The secrets of a device that is not in its account yet.
///
/// Show its `offer` to a device that is, or recover the account with it; when a block holds that, `Ledger.join` gives its
/// keys. It cannot be pickled, copied or printed. Leave a ``with`` block, or call `wipe`, to wipe it.
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct NewDevice(Handle<ehr_ffi::NewDevice>);

impl NewDevice {
    fn get(&self) -> PyResult<&Arc<ehr_ffi::NewDevice>> {
        self.0.get()
    }
}

with_block!(NewDevice, wipe);

#[pymethods]
impl NewDevice {
    /// New keys for a new device.
    #[staticmethod]
    #[pyo3(signature = (*, entropy = None))]
    fn generate(py: Python<'_>, entropy: Option<&Bound<'_, Entropy>>) -> PyResult<Self> {
        let entropy = entropy_of(entropy)?;
        call(py, || ehr_ffi::NewDevice::generate(entropy)).map(Handle::new).map(Self)
    }
    /// A device whose signature key is kept elsewhere, such as in a smart card.
    #[staticmethod]
    #[pyo3(signature = (signer, *, entropy = None))]
    fn with_signer(
        py: Python<'_>,
        signer: Host<PySigner>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Self> {
        let entropy = entropy_of(entropy)?;
        call(py, || ehr_ffi::NewDevice::with_signer(signer.0, entropy)).map(Handle::new).map(Self)
    }
    /// Opens a key file. Raises `CannotOpenError` when the passphrase is wrong.
    #[staticmethod]
    #[pyo3(signature = (data, passphrase, *, signer = None))]
    fn from_key_file(
        py: Python<'_>,
        data: Data,
        passphrase: String,
        signer: Option<Host<PySigner>>,
    ) -> PyResult<Self> {
        let signer = signer.map(|signer| signer.0 as _);
        call(py, || ehr_ffi::NewDevice::from_key_file(data.to_vec(), passphrase, signer))
            .map(Handle::new)
            .map(Self)
    }
    /// The device under a passphrase, to be kept until it has joined. `memory_kib` is what Argon2id costs.
    #[pyo3(signature = (passphrase, *, memory_kib = None, entropy = None))]
    fn to_key_file<'py>(
        &self,
        py: Python<'py>,
        passphrase: String,
        memory_kib: Option<u32>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (device, entropy) = (self.get()?, entropy_of(entropy)?);
        let file = call(py, || device.to_key_file(passphrase, memory_kib, entropy))?;
        Ok(PyBytes::new(py, &file))
    }
    /// The public signature key, 32 bytes.
    #[getter]
    fn public_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let device = self.get()?;
        Ok(PyBytes::new(py, &call(py, || device.public_key())?))
    }
    /// What a device of the account needs to add this one. Public, such as for a QR code; who adds it must know whose it is.
    #[pyo3(signature = (*, chain, account))]
    fn offer<'py>(
        &self,
        py: Python<'py>,
        chain: IdArg<ChainId>,
        account: Account,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let device = self.get()?;
        Ok(PyBytes::new(py, &call(py, || device.offer(chain.0, account.0))?))
    }
    /// Wipes the secrets. Later use raises `ClosedError`; again is no error.
    fn wipe(&self, py: Python<'_>) -> PyResult<()> {
        let device = self.get()?;
        py.detach(|| device.wipe());
        Ok(())
    }
    /// Whether they were wiped.
    #[getter]
    fn is_wiped(&self) -> PyResult<bool> {
        self.get().map(|device| device.is_wiped())
    }
    fn __repr__(&self) -> PyResult<String> {
        match self.get()?.public_key() {
            Ok(key) => {
                Ok(format!("<NewDevice {}>", key.iter().map(|b| format!("{b:02x}")).collect::<String>()))
            }
            Err(ehr_ffi::EhrError::Closed) => Ok("<NewDevice, wiped>".to_owned()),
            Err(error) => Err(exception(error)),
        }
    }
    /// Refuses: keys must not leak into a session, a cache or a task queue.
    fn __reduce__(&self) -> PyResult<String> {
        Err(PyTypeError::new_err(
            "a NewDevice holds secret keys: it cannot be pickled or copied; use to_key_file",
        ))
    }
}

/// A device, for a call that makes it one of an account's.
pub(crate) struct Device(pub(crate) Arc<ehr_ffi::NewDevice>);

impl FromPyObject<'_, '_> for Device {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = NewDevice::TYPE_HINT;
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        match value.cast::<NewDevice>() {
            Ok(device) => device.get().get().cloned().map(Self),
            Err(_) => Err(expected("NewDevice", &value)),
        }
    }
}
