//! Blocks, transactions, frames, events and progress.

use super::{Shown, arguments, bytes, many};
use crate::args::When;
use crate::ids::{AccountId, BlockId, TxId};
use ehr_core::engine::LedgerEvent;
use ehr_ffi::host::Progress;
use ehr_ffi::types::{BlockInfo, Mined, OutFrame, Tip, TransactionInfo};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

impl Shown for Progress {
    const CLASS: &'static str = "Progress";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.what, self.done, self.total)
    }
}

impl Shown for Tip {
    const CLASS: &'static str = "Tip";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            self.height.0, BlockId(self.id), When(self.time.0), bytes(py, &self.state_root.0), self.final_height.0,
        )
    }
}

impl Shown for Mined {
    const CLASS: &'static str = "Mined";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.height.0, BlockId(self.id), self.transactions)
    }
}

impl Shown for BlockInfo {
    const CLASS: &'static str = "BlockInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            self.height.0, BlockId(self.id), BlockId(self.prev), When(self.time.0), AccountId(self.proposer),
            bytes(py, &self.state_root.0), bytes(py, &self.tx_root.0), many(py, self.transactions, TxId)?,
        )
    }
}

impl Shown for TransactionInfo {
    const CLASS: &'static str = "TransactionInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            TxId(self.id), self.kind, self.height.map(|height| height.0), self.index, AccountId(self.payer),
            self.nonce, self.fee, many(py, self.signers, AccountId)?, bytes(py, &self.bytes),
        )
    }
}

impl Shown for OutFrame {
    const CLASS: &'static str = "OutFrame";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.peer, bytes(py, &self.bytes))
    }
}

impl Shown for LedgerEvent {
    const CLASS: &'static str = "LedgerEvent";
    fn class(&self) -> &'static str {
        match self {
            Self::TipMoved { .. } => "TipMoved",
            Self::Final { .. } => "Final",
            Self::TxAccepted(_) => "TxAccepted",
            Self::TxDropped(_) => "TxDropped",
            Self::BlockRefused { .. } => "BlockRefused",
            Self::ClockWentBack { .. } => "ClockWentBack",
            Self::Damaged { .. } => "LedgerDamaged",
            Self::StoreFailed(_) => "StoreFailed",
        }
    }
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self {
            Self::TipMoved { from, to, height, undone, connected } => {
                arguments!(py; BlockId(from), BlockId(to), height.0, undone, connected)
            }
            Self::Final { height, id } => arguments!(py; height.0, BlockId(id)),
            Self::TxAccepted(id) | Self::TxDropped(id) => arguments!(py; TxId(id)),
            Self::BlockRefused { id, why } => arguments!(py; BlockId(id), why),
            Self::ClockWentBack { latest, given } => arguments!(py; When(latest.0), When(given.0)),
            Self::Damaged { what } => arguments!(py; what),
            Self::StoreFailed(_) => Ok(PyTuple::empty(py)),
        }
    }
}
