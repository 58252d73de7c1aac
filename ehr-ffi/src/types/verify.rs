//! What a check of a ledger found.

use ehr_core::primitives::Height;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Problem {
    /// Height of the block it is about.
    pub height: Option<Height>,
    /// Where: a block, a body, or the ledger as a whole.
    pub place: String,
    /// What.
    pub what: String,
}

/// A ledger computed again from its genesis.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VerifyReport {
    /// Whether nothing is wrong.
    pub sound: bool,
    /// Blocks checked.
    pub blocks: u64,
    /// Transactions executed.
    pub transactions: u64,
    /// Record versions among them.
    pub versions: u64,
    /// Sealed bodies hashed again.
    pub bodies: u64,
    /// Sealed bodies that are not here, which is no error: others keep them.
    pub bodies_elsewhere: u64,
    /// What is wrong, the first twenty.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more_problems: u64,
}
