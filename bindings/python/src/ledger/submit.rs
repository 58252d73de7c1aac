//! Handing transactions in.

use super::Ledger;
use crate::args::{Account, Data, Keys};
use crate::draft::Draft;
use crate::error::call;
use crate::ids::TxId;
use pyo3::prelude::*;

#[pymethods]
impl Ledger {
    /// Stores the bodies of a draft that everybody signed, then offers it to the pool of waiting transactions.
    ///
    /// Raises `RefusedError` naming the rule it breaks, such as a missing signature; nothing waits then.
    fn submit(&self, py: Python<'_>, draft: &Bound<'_, Draft>) -> PyResult<TxId> {
        let (ledger, draft) = (self.get()?, draft.get().get()?.clone());
        call(py, || ledger.submit(draft)).map(TxId)
    }
    /// Offers a transaction as another ledger gave it. Its bodies come by themselves.
    fn submit_bytes(&self, py: Python<'_>, transaction: Data) -> PyResult<TxId> {
        let ledger = self.get()?;
        call(py, || ledger.submit_bytes(transaction.to_vec())).map(TxId)
    }
    /// How many transactions wait.
    #[getter]
    fn pool_size(&self, py: Python<'_>) -> PyResult<u64> {
        let ledger = self.get()?;
        call(py, || ledger.pool_size())
    }
    /// Moves keys on to the generation the chain has published; true if they changed and should be saved.
    fn settle_keys(&self, py: Python<'_>, keys: Keys) -> PyResult<bool> {
        let ledger = self.get()?;
        call(py, || ledger.settle_keys(keys.0))
    }
    /// The nonce that the next transaction of this payer gets.
    fn next_nonce(&self, py: Python<'_>, payer: Account) -> PyResult<u64> {
        let ledger = self.get()?;
        call(py, || ledger.next_nonce(payer.0))
    }
}
