//! Exchanging blocks, transactions and bodies with other ledgers.

use super::Ledger;
use crate::host::{ProgressListener, Transport};
use crate::types::{OutFrame, Tip};
use crate::{Result, unfinished};
use ehr_core::primitives::ContentId;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// A connection is up. Gives the frames to be sent. Numbers are never used twice.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn peer_up(&self, peer: u64) -> Result<Vec<OutFrame>> {
        let _ = (peer,);
        unfinished()
    }

    /// A connection is gone.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn peer_down(&self, peer: u64) -> Result<Vec<OutFrame>> {
        let _ = (peer,);
        unfinished()
    }

    /// A peer sent a frame. Gives the frames to be sent, to anybody. What a peer did wrong is no error: it costs the peer.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn receive(&self, peer: u64, frame: Vec<u8>) -> Result<Vec<OutFrame>> {
        let _ = (peer, frame);
        unfinished()
    }

    /// Acts on deadlines that have passed; call it once a second while peers are up.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn tick(&self) -> Result<Vec<OutFrame>> {
        unfinished()
    }

    /// Exchanges with another ledger of this process until both have the same tip, and copies the sealed bodies that
    /// are missing here or there.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Refused` for another chain, or a storage fails.
    pub fn sync_with(&self, other: Arc<Ledger>, listener: Option<Arc<dyn ProgressListener>>) -> Result<Tip> {
        let _ = (other, listener);
        unfinished()
    }

    /// Exchanges over a transport until nothing came for `until_idle_ms`.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Host` when the transport fails, or the storage fails.
    pub fn sync_over(
        &self,
        transport: Arc<dyn Transport>,
        until_idle_ms: u32,
        listener: Option<Arc<dyn ProgressListener>>,
    ) -> Result<Tip> {
        let _ = (transport, until_idle_ms, listener);
        unfinished()
    }

    /// Bodies that blocks name and that are not here, newest first.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn missing_bodies(&self, limit: u32) -> Result<Vec<ContentId>> {
        let _ = (limit,);
        unfinished()
    }

    /// A sealed body.
    ///
    /// # Errors
    /// `Damaged`, or the storage fails.
    pub fn body(&self, id: ContentId) -> Result<Option<Vec<u8>>> {
        let _ = (id,);
        unfinished()
    }

    /// Keeps a sealed body.
    ///
    /// # Errors
    /// `InvalidArgument` when the bytes are not what the id names, or the storage fails.
    pub fn put_body(&self, id: ContentId, bytes: Vec<u8>) -> Result<()> {
        let _ = (id, bytes);
        unfinished()
    }
}
