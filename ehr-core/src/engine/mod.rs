//! The node without the world: a sans-IO engine.

mod entry;

pub use entry::{BlockEntry, BlockStatus, GENESIS_KEY, TIP_KEY, TipEntry, block_at, block_entry};
