//! The extension module `ehr_ledger._ehr`.
mod args; mod error; mod handle; mod ids; mod time;
use pyo3::prelude::*;
/// Internals
#[pymodule]
mod _ehr {
    #[pymodule_export]
    use super::ids::{AccountId, BlockId, ChainId, ContentId, GrantId, RecordId, RequestId, ScopeId, TxId};
}
