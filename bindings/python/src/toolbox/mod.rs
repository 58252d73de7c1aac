//! The building blocks of `ehr_ffi::toolbox`, as plain values; `ehr_ledger.toolbox` gives them names.

mod crypto;
mod records;
mod stake;
mod trees;
mod work;

use crate::args::{Data, Many};
use pyo3::prelude::*;

/// The functions behind ``ehr_ledger.toolbox``; import from there.
#[pyclass(frozen, name = "_Toolbox", module = "ehr_ledger._ehr")]
pub(crate) struct Toolbox;

/// Byte strings of a sequence of them.
fn owned(many: Many<Data>) -> Vec<Vec<u8>> {
    many.0.iter().map(|data| data.to_vec()).collect()
}
