//! The two forms of every transaction, from one description.

use super::Ledger;
use crate::args::{Keys, Many};
use crate::error::call;
use crate::ids::{GrantId, RecordId, RequestId, ScopeId, TxId};
use crate::values::{Shown, Value, arguments};
use ehr_ffi::{Draft, EhrError, Keyring};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// What handing in a draft gives.
pub(super) trait HandedIn: Sized {
    /// From the transaction's id and the draft.
    fn of(tx: ehr_core::primitives::TxId, draft: &Draft) -> PyResult<Self>;
}

impl HandedIn for TxId {
    fn of(tx: ehr_core::primitives::TxId, _: &Draft) -> PyResult<Self> {
        Ok(Self(tx))
    }
}

impl HandedIn for GrantId {
    fn of(tx: ehr_core::primitives::TxId, _: &Draft) -> PyResult<Self> {
        Ok(Self(tx.into()))
    }
}

impl HandedIn for RequestId {
    fn of(tx: ehr_core::primitives::TxId, _: &Draft) -> PyResult<Self> {
        Ok(Self(tx.into()))
    }
}

/// A scope that was handed in.
pub(super) struct ScopeRef(TxId, ScopeId);

impl Shown for ScopeRef {
    const CLASS: &'static str = "ScopeRef";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.0, self.1)
    }
}

impl HandedIn for Value<ScopeRef> {
    fn of(tx: ehr_core::primitives::TxId, draft: &Draft) -> PyResult<Self> {
        let scope = draft.scope().ok_or_else(|| unnamed("scope"))?;
        Ok(Self(ScopeRef(TxId(tx), ScopeId(scope))))
    }
}

/// A record version that was handed in.
pub(super) struct RecordRef(TxId, RecordId, u32);

impl Shown for RecordRef {
    const CLASS: &'static str = "RecordRef";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.0, self.1, self.2)
    }
}

impl HandedIn for Value<RecordRef> {
    fn of(tx: ehr_core::primitives::TxId, draft: &Draft) -> PyResult<Self> {
        let record = draft.record().ok_or_else(|| unnamed("record"))?;
        let version = draft.version().ok_or_else(|| unnamed("version"))?;
        Ok(Self(RecordRef(TxId(tx), RecordId(record), version.0)))
    }
}

fn unnamed(what: &str) -> PyErr {
    crate::error::exception(EhrError::Internal { reason: format!("a draft names no {what}") })
}

impl Ledger {
    /// Makes a draft and signs it with the keys that happen to be here and are asked for.
    pub(super) fn drafted(
        &self,
        py: Python<'_>,
        here: Vec<Option<Arc<Keyring>>>,
        make: impl FnOnce(&ehr_ffi::Ledger) -> Result<Arc<Draft>, EhrError> + Send,
    ) -> PyResult<Arc<Draft>> {
        let ledger = self.get()?;
        call(py, || {
            let draft = make(ledger)?;
            for keys in here.into_iter().flatten() {
                if draft.missing().contains(&keys.account()?) {
                    draft.sign(keys)?;
                }
            }
            Ok(draft)
        })
    }

    /// Signs a draft with the rest of the keys and hands it in.
    pub(super) fn handed_in<T: HandedIn>(
        &self,
        py: Python<'_>,
        draft: Arc<Draft>,
        signers: Option<Many<Keys>>,
    ) -> PyResult<T> {
        let ledger = self.get()?;
        let tx = call(py, || {
            for keys in signers.into_iter().flat_map(|signers| signers.0) {
                draft.sign(keys.0)?;
            }
            ledger.submit(draft.clone())
        })?;
        T::of(tx, &draft)
    }
}

/// `draft_x, x -> what x gives, [signature], (arguments), here (accounts whose keys may have been given),
/// first { what needs the interpreter }, |ledger| draft`.
macro_rules! operation {
    (
        $(#[$doc:meta])*
        $draft:ident, $name:ident -> $out:ty,
        [$($signature:tt)*], ($($arg:ident: $ty:ty),* $(,)?), here ($($here:ident),*),
        $(first { $($first:tt)* },)?
        |$ledger:ident| $make:expr
    ) => {
        #[pyo3::pymethods]
        impl crate::ledger::Ledger {
            $(#[$doc])*
            ///
            /// The draft; see the method without ``draft_``.
            #[pyo3(signature = ($($signature)*))]
            #[allow(clippy::too_many_arguments, reason = "all but one have names in Python")]
            fn $draft(&self, py: pyo3::Python<'_>, $($arg: $ty),*) -> pyo3::PyResult<crate::draft::Draft> {
                let here = vec![$($here.1.clone()),*];
                $($($first)*)?
                let draft = self.drafted(py, here, |$ledger| $make)?;
                Ok(crate::draft::Draft::of(draft))
            }
            $(#[$doc])*
            ///
            /// Makes it, signs it with all keys given, those in `signers` too, and hands it in.
            #[pyo3(signature = ($($signature)*, signers = None))]
            #[allow(clippy::too_many_arguments, reason = "all but one have names in Python")]
            fn $name(
                &self,
                py: pyo3::Python<'_>,
                $($arg: $ty,)*
                signers: Option<crate::args::Many<crate::args::Keys>>,
            ) -> pyo3::PyResult<$out> {
                let here = vec![$($here.1.clone()),*];
                $($($first)*)?
                let draft = self.drafted(py, here, |$ledger| $make)?;
                self.handed_in(py, draft, signers)
            }
        }
    };
}
pub(super) use operation;
