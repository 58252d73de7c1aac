//! What the engine itself keeps on disk: the block index and the tip.

use crate::block::Header;
use crate::codec::Wire;
use crate::consensus::Weight;
use crate::consensus::bft::Certificate;
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
///
/// # Errors
/// The store did not answer, or holds something else in this place: a header that hashes to another id is damage.
pub fn block_entry(read: &dyn LedgerRead, id: &BlockId) -> Result<Option<BlockEntry>, ReadError> {
    let entry = stored::<BlockEntry>(read, Table::Headers, id.as_ref())?;
    if entry.as_ref().is_some_and(|entry| entry.header.id() != *id) {
        let what = format!("{} table: the header of block {id} hashes to another id", Table::Headers.name());
        return Err(ReadError::Corrupt { what });
    }
    Ok(entry)
}

/// The certificate of a block, where it is a final block of a chain of stake.
///
/// # Errors
/// The store did not answer, or holds what is no certificate.
pub fn certificate_of(read: &dyn LedgerRead, id: &BlockId) -> Result<Option<Certificate>, ReadError> {
    stored(read, Table::Certificates, id.as_ref())
}

/// The block at a height of the best chain.
pub fn block_at(read: &dyn LedgerRead, height: Height) -> Result<Option<BlockId>, ReadError> {
    let Some(bytes) = read.get(Table::Heights, &height.0.to_be_bytes())? else { return Ok(None) };
    BlockId::try_from(bytes.as_slice())
        .map(Some)
        .map_err(|_| ReadError::Corrupt { what: format!("Heights table: height {height}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testkit::Consortium;
    use crate::store::{ChangeSet, LedgerStore, MemoryStore};

    #[test]
    fn an_entry_under_the_id_of_another_header_is_damage() {
        let header = Consortium::new(1).spec().block().header().clone();
        let id = header.id();
        let put = |entry: &BlockEntry| {
            let (mut store, mut changes) = (MemoryStore::new(), ChangeSet::new());
            changes.put(Table::Headers, id.as_ref(), entry.to_bytes().unwrap());
            store.commit(&changes).unwrap();
            block_entry(&store, &id)
        };
        let entry = BlockEntry { header, total: Weight::ZERO, status: BlockStatus::Connected };
        assert_eq!(put(&entry), Ok(Some(entry.clone())));
        let mut other = entry;
        other.header.time = other.header.time.plus(1);
        assert!(matches!(put(&other), Err(ReadError::Corrupt { .. })));
        assert_eq!(block_entry(&MemoryStore::new(), &id), Ok(None));
    }
}
