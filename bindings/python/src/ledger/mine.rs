//! Making blocks, and checking them all.

use super::Ledger;
use crate::args::{Account, Host, IdArg};
use crate::callback::{Listener, Watch};
use crate::error::call;
use crate::ids::TxId;
use crate::values::Value;
use ehr_ffi::host::ProgressListener;
use ehr_ffi::types::{Mined, VerifyReport};
use pyo3::prelude::*;
use std::sync::Arc;

/// The callback, or one that only notices Ctrl-C.
pub(super) fn listener(progress: Option<Host<Listener>>) -> Option<Arc<dyn ProgressListener>> {
    Some(match progress {
        Some(progress) => progress.0,
        None => Arc::new(Watch),
    })
}

#[pymethods]
impl Ledger {
    /// Makes one block of the waiting transactions, on all cores; other calls and threads go on meanwhile.
    ///
    /// `progress` is called a few times a second and cancels by returning ``False``.
    #[pyo3(signature = (proposer, *, progress = None))]
    fn mine(
        &self,
        py: Python<'_>,
        proposer: Account,
        progress: Option<Host<Listener>>,
    ) -> PyResult<Value<Mined>> {
        let ledger = self.get()?;
        call(py, || ledger.mine(proposer.0, listener(progress))).map(Value)
    }
    /// Makes blocks until a transaction is final, and returns the block that holds it.
    #[pyo3(signature = (proposer, tx, *, progress = None))]
    fn mine_until_final(
        &self,
        py: Python<'_>,
        proposer: Account,
        tx: IdArg<TxId>,
        progress: Option<Host<Listener>>,
    ) -> PyResult<Value<Mined>> {
        let ledger = self.get()?;
        call(py, || ledger.mine_until_final(proposer.0, tx.0, listener(progress))).map(Value)
    }
    /// Computes the ledger again from its genesis and compares everything with what is stored. Changes nothing.
    #[pyo3(signature = (*, progress = None))]
    fn verify(&self, py: Python<'_>, progress: Option<Host<Listener>>) -> PyResult<Value<VerifyReport>> {
        let ledger = self.get()?;
        call(py, || ledger.verify(listener(progress))).map(Value)
    }
}
