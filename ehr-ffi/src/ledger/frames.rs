//! Frames that wait to be carried to peers by whoever drives the connections.

use super::talk::{FIRST_OWN, Said};
use crate::types::OutFrame;
use ehr_core::transport::PeerId;

/// Bytes that wait at most. What does not fit is lost, as networks lose frames, and is asked for again.
const MAX_WAITING: usize = 32 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Frames {
    waiting: Vec<OutFrame>,
    bytes: usize,
}

impl Frames {
    pub(super) fn push(&mut self, to: PeerId, bytes: Vec<u8>) {
        let total = self.bytes.saturating_add(bytes.len());
        if total <= MAX_WAITING {
            self.bytes = total;
            self.waiting.push(OutFrame { peer: to.0, bytes });
        }
    }

    /// The connection is to be closed: an empty frame, as none that is sent is empty.
    pub(super) fn close(&mut self, peer: PeerId) {
        self.waiting.retain(|frame| frame.peer != peer.0);
        self.waiting.push(OutFrame { peer: peer.0, bytes: Vec::new() });
        self.bytes = self.waiting.iter().map(|frame| frame.bytes.len()).sum();
    }

    /// Frames to a peer that is gone are dropped.
    pub(super) fn drop_all(&mut self, peer: PeerId) {
        self.waiting.retain(|frame| frame.peer != peer.0);
        self.bytes = self.waiting.iter().map(|frame| frame.bytes.len()).sum();
    }

    /// Takes what waits for one peer.
    pub(super) fn take_of(&mut self, peer: PeerId) -> Said {
        let mut said = Said::default();
        for frame in self.waiting.extract_if(.., |frame| frame.peer == peer.0) {
            match frame.bytes.is_empty() {
                true => said.closed = true,
                false => said.frames.push(frame.bytes),
            }
        }
        self.bytes = self.waiting.iter().map(|frame| frame.bytes.len()).sum();
        said
    }

    /// Takes everything but what is for connections that a call of ours drives.
    pub(super) fn take(&mut self) -> Vec<OutFrame> {
        let taken = self.waiting.extract_if(.., |frame| frame.peer < FIRST_OWN).collect();
        self.bytes = self.waiting.iter().map(|frame| frame.bytes.len()).sum();
        taken
    }
}
