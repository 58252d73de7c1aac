//! What a proof proves.

use super::{GrantInfo, VersionInfo};
use ehr_core::primitives::{BlockId, Height, TxId};

/// What a proof proves, all of it as of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ProvenFacts {
    /// Height of the block as of which all this is true.
    pub height: Height,
    /// Its id.
    pub block: BlockId,
    /// Confirmations of that block on the chain that was followed; none where only a block id was trusted.
    pub confirmations: Option<u64>,
    /// Record versions that exist.
    pub versions: Vec<VersionInfo>,
    /// Grants that exist, in force or not.
    pub grants: Vec<GrantInfo>,
    /// Of these, the ones in force at that block.
    pub in_force: Vec<ehr_core::primitives::GrantId>,
    /// Transactions that are in the block.
    pub transactions: Vec<TxId>,
    /// Of these, the ones whose receipt is shown too.
    pub receipts: Vec<TxId>,
}
