//! The extension module `ehr_ledger._ehr`: the handles of `ehr-ffi` as Python classes.
//!
//! Values and errors are Python classes (`values/`, `errors.py`); ids and handles are here. Every call that may take
//! more than a few microseconds runs with the interpreter free.

mod args;
#[cfg(feature = "bench")]
mod bench;
mod callback;
mod check;
mod draft;
mod error;
mod genesis;
mod handle;
mod ids;
mod keyring;
mod ledger;
mod light;
mod new_device;
mod source;
mod time;
mod toolbox;
mod values;
mod words;

use pyo3::prelude::*;

/// The extension behind `ehr_ledger`; import from there.
#[pymodule]
mod _ehr {
    use super::*;

    #[cfg(feature = "bench")]
    #[pymodule_export]
    use super::bench::_seal_in_rust;
    #[pymodule_export]
    use super::check::{check_blob_store, check_record_store, check_signer, check_transport};
    #[pymodule_export]
    use super::draft::Draft;
    #[pymodule_export]
    use super::genesis::Genesis;
    #[pymodule_export]
    use super::ids::{AccountId, BlockId, ChainId, ContentId, GrantId, RecordId, RequestId, ScopeId, TxId};
    #[pymodule_export]
    use super::keyring::Keyring;
    #[pymodule_export]
    use super::ledger::Ledger;
    #[pymodule_export]
    use super::light::{LightClient, verify_proof};
    #[pymodule_export]
    use super::new_device::NewDevice;
    #[pymodule_export]
    use super::source::{Clock, Entropy};
    #[pymodule_export]
    use super::toolbox::Toolbox;
    #[pymodule_export]
    use super::words::{_noop, _words};

    #[pymodule_export]
    use super::handle::_forked;

    /// Version of the library.
    #[pyfunction]
    fn version() -> String {
        ehr_ffi::version()
    }
}
