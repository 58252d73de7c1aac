//! The ledger as one Python class, a file a subject.

mod devices;
mod lookup;
mod mine;
mod open;
mod operation;
mod people;
mod prove;
mod read;
mod records;
mod sharing;
mod submit;
mod sync;

use crate::handle::Handle;
use crate::ids::ChainId;
use pyo3::prelude::*;
use std::sync::Arc;

/// One ledger, open. Threads may share it; a ``with`` block closes it.
///
/// Two forms of every transaction: ``ledger.enrol(...)`` makes, signs and hands in at once, with all the keys that are
/// here; ``ledger.draft_enrol(...)`` gives a `Draft` that others still sign, for `submit`. Whoever's keys are given
/// signs. Nothing counts before it is mined.
///
/// >>> from ehr_ledger import Genesis, Keyring, Ledger, Role
/// >>> hospital, patient = Keyring.generate(Role.INSTITUTION), Keyring.generate(Role.PATIENT)
/// >>> with Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0)) as ledger:
/// ...     tx = ledger.enrol(patient, payer=hospital)
/// ...     mined = ledger.mine(hospital)
/// ...     ledger.transaction_info(tx).height, ledger.tip.id == mined.id
/// (1, True)
#[pyclass(frozen, weakref, module = "ehr_ledger")]
pub(crate) struct Ledger {
    handle: Handle<ehr_ffi::Ledger>,
    chain: ChainId,
}

impl Ledger {
    /// The library's object, for a call.
    pub(crate) fn get(&self) -> PyResult<&Arc<ehr_ffi::Ledger>> {
        self.handle.get()
    }
}
