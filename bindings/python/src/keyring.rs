//! Keys: they sign and open, and leave only as a key file under a passphrase.

use crate::args::{Data, Host, Word};
use crate::callback::PySigner;
use crate::error::{call, exception};
use crate::handle::{Handle, with_block};
use crate::ids::AccountId;
use crate::source::{Entropy, entropy_of};
use ehr_core::tx::Role;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// The secret keys of one account on one device.
///
/// They cannot be pickled, copied or printed. Leave a ``with`` block, or call `wipe`, to wipe them.
///
/// >>> from ehr_ledger import Keyring, Role
/// >>> with Keyring.generate(Role.PATIENT) as keys:
/// ...     file = keys.to_key_file("correct horse battery staple", memory_kib=8192)
/// >>> again = Keyring.from_key_file(file, "correct horse battery staple")
/// >>> again.account == keys.account
/// True
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Keyring {
    handle: Handle<ehr_ffi::Keyring>,
    account: AccountId,
    role: Role,
}

impl Keyring {
    pub(crate) fn make(
        py: Python<'_>,
        work: impl FnOnce() -> Result<Arc<ehr_ffi::Keyring>, ehr_ffi::EhrError> + Send,
    ) -> PyResult<Self> {
        let keys = call(py, work)?;
        let account = keys.account().map_err(exception)?;
        let role = keys.role().map_err(exception)?;
        Ok(Self { account: AccountId(account), role, handle: Handle::new(keys) })
    }
    /// The account's id.
    pub(crate) fn id(&self) -> PyResult<ehr_core::primitives::AccountId> {
        self.handle.check().map(|()| self.account.0)
    }
    /// The keys, for another call.
    pub(crate) fn get(&self) -> PyResult<&Arc<ehr_ffi::Keyring>> {
        self.handle.get()
    }
}

with_block!(Keyring, wipe);

#[pymethods]
impl Keyring {
    /// New keys for a new account.
    #[staticmethod]
    #[pyo3(signature = (role, *, entropy = None))]
    fn generate(py: Python<'_>, role: Word<Role>, entropy: Option<&Bound<'_, Entropy>>) -> PyResult<Self> {
        let entropy = entropy_of(entropy)?;
        Self::make(py, || ehr_ffi::Keyring::generate(role.0, entropy))
    }
    /// New keys whose signature key is kept elsewhere, such as in a smart card. Encryption keys are still here.
    #[staticmethod]
    #[pyo3(signature = (role, signer, *, entropy = None))]
    fn with_signer(
        py: Python<'_>,
        role: Word<Role>,
        signer: Host<PySigner>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Self> {
        let entropy = entropy_of(entropy)?;
        Self::make(py, || ehr_ffi::Keyring::with_signer(role.0, signer.0, entropy))
    }
    /// Opens a key file. Raises `CannotOpenError` when the passphrase is wrong.
    ///
    /// Keys made with a signer need it again.
    #[staticmethod]
    #[pyo3(signature = (data, passphrase, *, signer = None))]
    fn from_key_file(
        py: Python<'_>,
        data: Data,
        passphrase: String,
        signer: Option<Host<PySigner>>,
    ) -> PyResult<Self> {
        Self::make(py, || {
            ehr_ffi::Keyring::from_key_file(data.to_vec(), passphrase, signer.map(|signer| signer.0 as _))
        })
    }
    /// The keys under a passphrase, to be kept. `memory_kib` is what Argon2id costs to try one passphrase.
    #[pyo3(signature = (passphrase, *, memory_kib = None, entropy = None))]
    fn to_key_file<'py>(
        &self,
        py: Python<'py>,
        passphrase: String,
        memory_kib: Option<u32>,
        entropy: Option<&Bound<'_, Entropy>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (keys, entropy) = (self.get()?, entropy_of(entropy)?);
        let file = call(py, || keys.to_key_file(passphrase, memory_kib, entropy))?;
        Ok(PyBytes::new(py, &file))
    }
    /// The account these keys are for.
    #[getter]
    fn account(&self) -> PyResult<AccountId> {
        self.id().map(AccountId)
    }
    /// What the account is.
    #[getter]
    fn role(&self) -> PyResult<Word<Role>> {
        self.handle.check().map(|()| Word(self.role))
    }
    /// This device's number in the account: 0 for the first.
    #[getter]
    fn device(&self, py: Python<'_>) -> PyResult<u32> {
        let keys = self.get()?;
        call(py, || keys.device())
    }
    /// The public signature key, 32 bytes.
    #[getter]
    fn public_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let keys = self.get()?;
        Ok(PyBytes::new(py, &call(py, || keys.public_key())?))
    }
    /// The public encryption key of the current generation, 32 bytes.
    #[getter]
    fn encryption_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let keys = self.get()?;
        Ok(PyBytes::new(py, &call(py, || keys.encryption_key())?))
    }
    /// How many times the encryption key was rotated.
    #[getter]
    fn generation(&self, py: Python<'_>) -> PyResult<u32> {
        let keys = self.get()?;
        call(py, || keys.generation())
    }
    /// SECRET: the recovery key, to be written down; `None` after `forget_recovery_key`.
    fn recovery_key<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let keys = self.get()?;
        let key = call(py, || keys.recovery_key())?;
        Ok(key.map(|key| PyBytes::new(py, &key)))
    }
    /// Wipes the recovery key from memory and from later key files.
    fn forget_recovery_key(&self, py: Python<'_>) -> PyResult<()> {
        let keys = self.get()?;
        call(py, || keys.forget_recovery_key())
    }
    /// Wipes the keys. Later use raises `ClosedError`; again is no error.
    fn wipe(&self, py: Python<'_>) -> PyResult<()> {
        let keys = self.get()?;
        py.detach(|| keys.wipe());
        Ok(())
    }
    /// Whether they were wiped.
    #[getter]
    fn is_wiped(&self) -> PyResult<bool> {
        self.get().map(|keys| keys.is_wiped())
    }
    fn __repr__(&self) -> String {
        format!("<Keyring of {} {}>", self.role.name(), self.account.0)
    }
    /// Refuses: keys must not leak into a session, a cache or a task queue.
    fn __reduce__(&self) -> PyResult<String> {
        Err(PyTypeError::new_err(
            "a Keyring holds secret keys: it cannot be pickled or copied; use to_key_file",
        ))
    }
}
