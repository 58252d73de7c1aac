//! What was proved, and what a check found.

use super::{Shown, Value, arguments, many};
use crate::ids::{BlockId, GrantId, TxId};
use ehr_ffi::types::{Problem, ProvenFacts, VerifyReport};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

impl Shown for ProvenFacts {
    const CLASS: &'static str = "ProvenFacts";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            self.height.0, BlockId(self.block), self.confirmations, many(py, self.versions, Value)?,
            many(py, self.grants, Value)?, many(py, self.in_force, GrantId)?, many(py, self.transactions, TxId)?,
            many(py, self.receipts, TxId)?,
        )
    }
}

impl Shown for Problem {
    const CLASS: &'static str = "Problem";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.height.map(|height| height.0), self.place, self.what)
    }
}

impl Shown for VerifyReport {
    const CLASS: &'static str = "VerifyReport";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            self.sound, self.blocks, self.transactions, self.versions, self.bodies, self.bodies_elsewhere,
            many(py, self.problems, Value)?, self.more_problems,
        )
    }
}
