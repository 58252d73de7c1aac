//! The Rust side of a measurement that Python makes of itself.

use crate::args::{Account, Data, IdArg, Keys};
use crate::error::call;
use crate::ids::ScopeId;
use crate::ledger::Ledger;
use ehr_ffi::types::Section;
use pyo3::prelude::*;
use std::time::Instant;

/// Seconds that `rounds` record drafts take when Rust makes them.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "as the method it is measured against")]
pub(crate) fn _seal_in_rust(
    py: Python<'_>,
    ledger: &Bound<'_, Ledger>,
    scope: IdArg<ScopeId>,
    author: Keys,
    institution: Account,
    payer: Keys,
    body: Data,
    rounds: u32,
) -> PyResult<f64> {
    let ledger = ledger.get().get()?;
    call(py, || {
        let start = Instant::now();
        for _ in 0..rounds {
            let sections =
                vec![Section { media_type: "application/octet-stream".to_owned(), body: body.to_vec() }];
            let (payer, author) = (payer.0.clone(), author.0.clone());
            ledger.draft_record(payer, author, institution.0, scope.0, "Bench".to_owned(), sections)?;
        }
        Ok(start.elapsed().as_secs_f64())
    })
}
