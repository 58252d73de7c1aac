//! What the engine itself keeps on disk: the block index and the tip.

use crate::block::Header;
use crate::codec::Wire;
use crate::consensus::Weight;
use crate::primitives::{BlockId, Height, u8_enum};
use crate::store::{LedgerRead, ReadError, Table};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

u8_enum! {
    /// How far a block got.
    BlockStatus {
        /// Its body is stored; it was not applied, as its chain was never the best.
        Stored = 1,
        /// It was applied, on the best chain now or before.
        Connected = 2,
        /// It breaks a rule; so does everything built on it.
        Invalid = 3,
    }
}

/// An entry of the block index ([`Table::Headers`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct BlockEntry {
    /// The header.
    pub header: Header,
    /// Weight of the chain from genesis up to this block.
    pub total: Weight,
    /// How far it got.
    pub status: BlockStatus,
}

impl Wire for BlockEntry {
    const NAME: &'static str = "block entry";
    const MAX_BYTES: usize = 2048;
}

/// The best block ([`Table::Meta`], key [`TIP_KEY`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TipEntry {
    /// Its id.
    pub id: BlockId,
    /// Its height.
    pub height: Height,
}

impl Wire for TipEntry {
    const NAME: &'static str = "tip";
    const MAX_BYTES: usize = 64;
}

/// Key of the tip.
pub const TIP_KEY: &[u8] = b"tip";
/// Key of the genesis specification.
pub const GENESIS_KEY: &[u8] = b"genesis";

/// Decodes a stored value; a value that does not decode is damage, not absence.
pub(super) fn stored<T: Wire>(
    read: &dyn LedgerRead,
    table: Table,
    key: &[u8],
) -> Result<Option<T>, ReadError> {
    let Some(bytes) = read.get(table, key)? else { return Ok(None) };
    let value = T::from_bytes(&bytes);
    value.map(Some).map_err(|e| ReadError::Corrupt { what: format!("{} table: {e}", table.name()) })
}

/// The index entry of a block.
pub fn block_entry(read: &dyn LedgerRead, id: &BlockId) -> Result<Option<BlockEntry>, ReadError> {
    stored(read, Table::Headers, id.as_ref())
}

/// The block at a height of the best chain.
pub fn block_at(read: &dyn LedgerRead, height: Height) -> Result<Option<BlockId>, ReadError> {
    let Some(bytes) = read.get(Table::Heights, &height.0.to_be_bytes())? else { return Ok(None) };
    BlockId::try_from(bytes.as_slice())
        .map(Some)
        .map_err(|_| ReadError::Corrupt { what: format!("Heights table: height {height}") })
}
