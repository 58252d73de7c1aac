//! A network brought by the host.

use crate::fault::{ask, garbage};
use crate::{EhrError, Result};
use ehr_core::codec::limits::MAX_FRAME;
use std::sync::Arc;

/// What became of a frame that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SendAnswer {
    /// Taken. Promises nothing about arrival.
    Sent,
    /// The queue to the peer is full: `Ready` comes when there is room.
    Full,
    /// There is no such connection, or no longer.
    Gone,
}

/// What a transport has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum TransportEvent {
    /// A connection is up.
    Up {
        /// Its number, never used twice.
        peer: u64,
    },
    /// A connection is gone.
    Down {
        /// Its number.
        peer: u64,
    },
    /// A whole frame, as it was sent.
    Frame {
        /// From whom.
        peer: u64,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// There is room again after `Full`.
    Ready {
        /// To whom.
        peer: u64,
    },
}

/// Moves frames between peers: whole, in order and unchanged, or not at all. Called by one thread at a time, and never
/// while the ledger is locked. Check an implementation with [`check_transport`](super::check_transport).
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait Transport: Send + Sync {
    /// Queues a frame. Does not wait.
    fn send(&self, peer: u64, frame: Vec<u8>) -> Result<SendAnswer>;
    /// The next event; waits for one up to `wait_ms` milliseconds.
    fn receive(&self, wait_ms: u32) -> Result<Option<TransportEvent>>;
}

const WHO: &str = "transport";

/// A host's transport with its answers checked.
#[derive(Clone)]
pub(crate) struct Link(pub(crate) Arc<dyn Transport>);

impl Link {
    /// Offers a frame.
    pub(crate) fn send(&self, peer: u64, frame: Vec<u8>) -> Result<SendAnswer> {
        ask(WHO, "send", || self.0.send(peer, frame)).map_err(EhrError::host)
    }

    /// Waits for an event.
    pub(crate) fn receive(&self, wait_ms: u32) -> Result<Option<TransportEvent>> {
        let event = ask(WHO, "receive", || self.0.receive(wait_ms)).map_err(EhrError::host)?;
        match &event {
            Some(TransportEvent::Frame { bytes, .. }) if bytes.len() > MAX_FRAME => {
                Err(EhrError::host(garbage(WHO, "gave a frame that is longer than any that is sent")))
            }
            _ => Ok(event),
        }
    }
}
