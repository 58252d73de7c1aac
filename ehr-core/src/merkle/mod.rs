//! The three trees (`docs/spec/trees.md`).
//!
//! | module | commits to | proves |
//! |---|---|---|
//! | [`rfc6962`] | the transactions and receipts of a block | inclusion, consistency |
//! | [`sparse`] | the state after a block | inclusion, absence |
//! | [`mmr`] | every header before a block | inclusion |
//!
//! Building and verifying are pure; the two stored trees read through [`LedgerRead`](crate::store::LedgerRead) and
//! return their writes as a [`ChangeSet`](crate::store::ChangeSet).

mod hash;
mod hash_path;
pub mod mmr;
pub mod rfc6962;
pub mod sparse;
#[cfg(test)]
mod tests;

pub use hash_path::{HashPath, ProofError};
