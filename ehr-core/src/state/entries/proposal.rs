//! A record or version that waits, or waited, for its patient.

use super::entry;
use crate::primitives::{Timestamp, TxId, tagged_enum};
use crate::tx::{Proposed, RejectReason};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

tagged_enum! {
    /// What became of a proposal. That it expired is not stored: it follows from the time.
    ProposalStatus: u8 {
        /// Waits.
        Open {} = 0,
        /// The patient ratified it.
        Ratified {
            /// With this transaction.
            by: TxId,
        } = 1,
        /// The patient refused it.
        Rejected {
            /// Why.
            reason: RejectReason,
        } = 2,
    }
}

/// A proposal stays for audit whatever becomes of it. Named by the proposing transaction's [`TxId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Proposal {
    /// What is proposed.
    pub proposed: Proposed,
    /// Block time from which it can no longer be ratified.
    pub expires: Timestamp,
    /// What became of it.
    pub status: ProposalStatus,
}

entry!(Proposal, "proposal", PROPOSAL, TxId);
