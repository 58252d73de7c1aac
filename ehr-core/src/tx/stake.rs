//! Stake: who decides blocks, and what it costs to cheat.

use crate::consensus::bft::Evidence;
use crate::primitives::{AccountId, Signature, VerifyingKey};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Kind 34: an admitted institution puts up stake, or more of it, out of its balance. Signed by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Stake {
    /// Whose stake.
    pub account: AccountId,
    /// The key that signs votes; the same as before where there is stake already.
    pub key: VerifyingKey,
    /// Credits.
    pub amount: u64,
    /// Proof of possession of the key, over the account.
    pub possession: Signature,
}

/// Kind 35: stake is withdrawn. It votes on the next height for the last time, can be
/// slashed while it unbonds, and is paid out by itself afterwards.
/// Signed by its owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Unstake {
    /// Whose stake.
    pub account: AccountId,
    /// Credits; all of it, or as much as leaves the least stake.
    pub amount: u64,
}

/// Kind 36: a validator that was slashed comes back when its time is over. Signed by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Unjail {
    /// Whose.
    pub account: AccountId,
}

/// Kind 37: a validator is convicted by its own signatures. Signed by who reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct ReportEvidence {
    /// Who gets the reward.
    pub reporter: AccountId,
    /// The two messages.
    pub evidence: Evidence,
}
