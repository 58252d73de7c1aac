//! The state tree: a binary sparse Merkle tree over 256-bit keys (rules M-4 to M-10).
//!
//! Its leaves are the pairs of [`Table::State`](crate::store::Table::State). Hashes of the upper levels are kept in
//! pages of eight levels in [`Table::Pages`](crate::store::Table::Pages); where at most 32 leaves
//! remain, they are read and hashed again instead. Where page borders lie never changes a hash.

mod leaves;
mod page;
mod proof;
mod prove;
mod rebuild;
mod update;

pub use proof::{OtherLeaf, SparseProof};
pub use prove::prove;
pub use rebuild::rebuild;
pub use update::{ReadEdit, SparseUpdate, root, update, update_read};
