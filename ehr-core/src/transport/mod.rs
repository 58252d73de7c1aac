//! Where networks plug in: something that moves frames between peers and knows nothing of blocks.

mod memory;

pub use memory::{MemoryHub, MemoryTransport};

use crate::codec::limits::MAX_FRAME;
use core::fmt;
use core::task::{Context, Poll};

/// A live connection, numbered by the transport that made it. Another connection to the same machine has another
/// number; who is behind it is learnt from what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peer {}", self.0)
    }
}

/// What a transport has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportEvent {
    /// A connection is up; frames may be sent.
    Up(PeerId),
    /// A connection is gone; the number is not used again. Frames sent before may be lost.
    Down(PeerId),
    /// A whole frame, as it was sent.
    Frame {
        /// Who sent it.
        from: PeerId,
        /// The frame, at most [`MAX_FRAME`] bytes.
        bytes: Vec<u8>,
    },
    /// There is room again after [`SendError::Full`].
    Ready(PeerId),
}

/// A frame that was not taken. The caller still has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The peer takes frames more slowly than they are sent: wait for [`TransportEvent::Ready`], or drop.
    #[error("the queue to the peer is full")]
    Full,
    /// There is no such connection, or no longer.
    #[error("the peer is not connected")]
    Gone,
    /// No frame of this length is moved.
    #[error("frame of {got} bytes, at most {limit} moved")]
    TooLarge {
        /// Limit in bytes, [`MAX_FRAME`].
        limit: usize,
        /// Length offered.
        got: usize,
    },
}

/// Moves frames: in order, whole and unchanged between two ends of a connection while it is up, or not at all.
///
/// No call blocks, and no runtime is assumed: a driver polls from its own loop and is woken through the context.
/// Check an implementation with `ehr-conformance`.
pub trait Transport: Send {
    /// Queues a frame; an empty one is a frame too. `Ok` promises nothing about arrival.
    fn send(&mut self, to: PeerId, frame: &[u8]) -> Result<(), SendError>;

    /// The next event; `Pending` registers the waker, which is woken when there is one.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<TransportEvent>;
}

/// The length check that every transport makes first.
pub const fn check_frame_len(got: usize) -> Result<(), SendError> {
    if got > MAX_FRAME { Err(SendError::TooLarge { limit: MAX_FRAME, got }) } else { Ok(()) }
}
