//! Exchanging blocks, transactions and bodies with other ledgers.

use super::Ledger;
use super::mine::listener;
use crate::args::{Data, Host, IdArg};
use crate::callback::{Listener, PyTransport};
use crate::error::{call, invalid};
use crate::ids::ContentId;
use crate::values::Value;
use ehr_ffi::EhrError;
use ehr_ffi::types::{OutFrame, Tip};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Frames of a call.
fn frames(
    py: Python<'_>,
    work: impl FnOnce() -> Result<Vec<OutFrame>, EhrError> + Send,
) -> PyResult<Vec<Value<OutFrame>>> {
    call(py, work).map(|frames| frames.into_iter().map(Value).collect())
}

#[pymethods]
impl Ledger {
    /// A connection is up. Returns the frames to be sent. Numbers are never used twice.
    fn peer_up(&self, py: Python<'_>, peer: u64) -> PyResult<Vec<Value<OutFrame>>> {
        let ledger = self.get()?;
        frames(py, || ledger.peer_up(peer))
    }
    /// A connection is gone.
    fn peer_down(&self, py: Python<'_>, peer: u64) -> PyResult<Vec<Value<OutFrame>>> {
        let ledger = self.get()?;
        frames(py, || ledger.peer_down(peer))
    }
    /// A peer sent a frame. Returns the frames to be sent, to anybody. What a peer did wrong costs the peer.
    fn receive(&self, py: Python<'_>, peer: u64, frame: Data) -> PyResult<Vec<Value<OutFrame>>> {
        let ledger = self.get()?;
        frames(py, || ledger.receive(peer, frame.to_vec()))
    }
    /// Acts on deadlines that have passed; call it once a second while peers are up.
    fn tick(&self, py: Python<'_>) -> PyResult<Vec<Value<OutFrame>>> {
        let ledger = self.get()?;
        frames(py, || ledger.tick())
    }
    /// Exchanges with another ledger of this process until both have the same tip, and copies missing bodies.
    ///
    /// Raises `InvalidArgumentError` for a ledger of another chain, `RefusedError` if one of them breaks the protocol.
    #[pyo3(signature = (other, *, progress = None))]
    fn sync_with(
        &self,
        py: Python<'_>,
        other: &Bound<'_, Ledger>,
        progress: Option<Host<Listener>>,
    ) -> PyResult<Value<Tip>> {
        let (ledger, other) = (self.get()?, other.get().get()?.clone());
        call(py, || ledger.sync_with(other, listener(progress))).map(Value)
    }
    /// Exchanges over a transport until nothing came for `idle` seconds.
    #[pyo3(signature = (transport, *, idle = 1.0, progress = None))]
    fn sync_over(
        &self,
        py: Python<'_>,
        transport: Host<PyTransport>,
        idle: f64,
        progress: Option<Host<Listener>>,
    ) -> PyResult<Value<Tip>> {
        let ledger = self.get()?;
        let idle = std::time::Duration::try_from_secs_f64(idle)
            .ok()
            .and_then(|idle| idle.as_millis().try_into().ok());
        let idle: u32 = idle.ok_or_else(|| invalid("idle", "seconds, 0 or more"))?;
        call(py, || ledger.sync_over(transport.0, idle, listener(progress))).map(Value)
    }
    /// Ids of bodies that blocks name and that are not here, newest first.
    #[pyo3(signature = (limit = 1024))]
    fn missing_bodies(&self, py: Python<'_>, limit: u32) -> PyResult<Vec<ContentId>> {
        let ledger = self.get()?;
        call(py, || ledger.missing_bodies(limit)).map(|ids| ids.into_iter().map(ContentId).collect())
    }
    /// A sealed body.
    fn body<'py>(&self, py: Python<'py>, id: IdArg<ContentId>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let ledger = self.get()?;
        Ok(call(py, || ledger.body(id.0))?.map(|bytes| PyBytes::new(py, &bytes)))
    }
    /// Keeps a sealed body.
    fn put_body(&self, py: Python<'_>, id: IdArg<ContentId>, data: Data) -> PyResult<()> {
        let ledger = self.get()?;
        call(py, || ledger.put_body(id.0, data.to_vec()))
    }
}
