//! Exchanging blocks and transactions with other ledgers, frame by frame: the caller carries the frames.

use super::Ledger;
use super::machine::Core;
use super::talk::FIRST_OWN;
use crate::fault::call;
use crate::types::OutFrame;
use crate::{EhrError, Result};
use ehr_core::engine::Input;
use ehr_core::transport::PeerId;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// A connection is up. Gives the frames to be sent, to anybody. Numbers are chosen by the caller below 2^63, and
    /// never used twice.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn peer_up(&self, peer: u64) -> Result<Vec<OutFrame>> {
        call(|| {
            check_number(peer)?;
            self.core(|core| {
                core.connect(PeerId(peer))?;
                Ok(core.frames.take())
            })
        })
    }

    /// A connection is gone.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn peer_down(&self, peer: u64) -> Result<Vec<OutFrame>> {
        call(|| {
            check_number(peer)?;
            self.core(|core| {
                core.disconnect(PeerId(peer))?;
                Ok(core.frames.take())
            })
        })
    }

    /// A peer sent a frame. Gives the frames to be sent, to anybody; an empty frame asks to close that connection. What
    /// a peer did wrong is no error: it costs the peer.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn receive(&self, peer: u64, frame: Vec<u8>) -> Result<Vec<OutFrame>> {
        call(|| {
            check_number(peer)?;
            self.core(|core| {
                core.feed(Input::Frame { from: PeerId(peer), bytes: frame })?;
                Ok(core.frames.take())
            })
        })
    }

    /// Acts on deadlines that have passed, and gives the frames that wait, such as for transactions submitted and
    /// blocks mined here. Call it every second or so while peers are up.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn tick(&self) -> Result<Vec<OutFrame>> {
        call(|| {
            self.core(|core| {
                core.timeout()?;
                Ok(core.frames.take())
            })
        })
    }
}

fn check_number(peer: u64) -> Result<()> {
    if peer < FIRST_OWN { Ok(()) } else { Err(EhrError::argument("peer", "must be below 2^63")) }
}

impl Core {
    pub(super) fn connect(&mut self, peer: PeerId) -> Result<()> {
        self.peers.insert(peer);
        self.feed(Input::PeerUp(peer))
    }

    pub(super) fn disconnect(&mut self, peer: PeerId) -> Result<()> {
        self.peers.remove(&peer);
        self.frames.drop_all(peer);
        self.feed(Input::PeerDown(peer))
    }
}
