//! What peers say to each other. One frame is one message.

use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::Weight;
use crate::primitives::{BlockId, ChainId, Height, tagged_enum};
use serde::{Deserialize, Serialize};

/// The protocol this version speaks.
pub const PROTOCOL: u16 = 1;

/// A byte string inside a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Carried(#[serde(with = "serde_bytes")] pub Vec<u8>);

tagged_enum! {
    /// A message.
    Message: u8 {
        /// First words on a connection, and again whenever the best chain has changed a lot.
        Hello {
            /// [`PROTOCOL`].
            protocol: u16,
            /// The chain.
            chain_id: ChainId,
            /// Best block.
            tip: BlockId,
            /// Its height.
            height: Height,
            /// Its total weight as claimed. Never trusted: headers are asked for.
            weight: Weight,
        } = 1,
        /// Asks for the headers after the first known of these.
        GetHeaders {
            /// Own best chain, newest first, thinning out, genesis last.
            locator: Vec<BlockId>,
        } = 2,
        /// Headers in chain order.
        Headers {
            /// Canonical header bytes, each linking to the one before.
            headers: Vec<Carried>,
        } = 3,
        /// Asks for blocks.
        GetBlocks {
            /// Their ids.
            ids: Vec<BlockId>,
        } = 4,
        /// One block.
        Block {
            /// Its canonical bytes.
            bytes: Carried,
        } = 5,
        /// Blocks that were asked for and are not here.
        NotFound {
            /// Their ids.
            ids: Vec<BlockId>,
        } = 6,
        /// A new best block.
        Announce {
            /// Its canonical header bytes.
            header: Carried,
        } = 7,
        /// A transaction.
        Tx {
            /// Its canonical bytes.
            bytes: Carried,
        } = 8,
    }
}

impl Wire for Message {
    const NAME: &'static str = "message";
    const MAX_BYTES: usize = limits::MAX_FRAME;
}

impl From<&Header> for Carried {
    fn from(h: &Header) -> Self {
        // Headers always encode: integers and fixed-length byte strings.
        Self(h.to_bytes().unwrap_or_default())
    }
}
