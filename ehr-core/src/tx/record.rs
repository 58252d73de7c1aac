//! Records and their versions. The chain holds digests and commitments; bodies are sealed and elsewhere.

use crate::primitives::{
    AccountId, ContentId, Epoch, Hash32, RecordId, ScopeId, TxId, VersionNo, tagged_enum, u8_enum,
};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What the chain knows of one version's content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct VersionContent {
    /// Salted commitment to the kind of record.
    pub kind_commit: Hash32,
    /// RFC 6962 root over the salted plaintext sections: what doctor and patient sign.
    pub plain_root: Hash32,
    /// The manifest, which lists the sealed sections.
    pub manifest: ContentId,
    /// Padded size class of the whole version, power of two exponent.
    pub size_class: u8,
    /// RFC 6962 root over the wraps made with this version.
    pub wraps_root: Hash32,
    /// Where those wraps are.
    pub wraps: ContentId,
}

/// Kind 13: a record begins, version 0. Signed by its author and by the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct RecordCreate {
    /// Random id.
    pub record: RecordId,
    /// The patient.
    pub account: AccountId,
    /// Where the patient files it.
    pub scope: ScopeId,
    /// Epoch of the scope key it is wrapped to: the current one.
    pub epoch: Epoch,
    /// For which institution the author acts.
    pub institution: AccountId,
    /// The member of staff who wrote it.
    pub author: AccountId,
    /// What was written.
    pub content: VersionContent,
}

/// Kind 14: the next version of a record. Signed by its author and by the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct VersionAppend {
    /// The record.
    pub record: RecordId,
    /// The version: the head plus one.
    pub version: VersionNo,
    /// The transaction that made the head; old versions stay.
    pub parent: TxId,
    /// Epoch of the scope key it is wrapped to: the current one.
    pub epoch: Epoch,
    /// For which institution the author acts.
    pub institution: AccountId,
    /// The member of staff who wrote it.
    pub author: AccountId,
    /// What was written.
    pub content: VersionContent,
}

tagged_enum! {
    /// A record or version that waits for the patient.
    Proposed: u8 {
        /// A new record.
        Create {
            /// As kind 13.
            create: RecordCreate,
        } = 13,
        /// A new version.
        Append {
            /// As kind 14.
            append: VersionAppend,
        } = 14,
    }
}

/// Kind 15: proposed while the patient is offline. Signed by the author alone; invisible to other readers until
/// the patient co-signs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct RecordPropose {
    /// What is proposed.
    pub proposed: Proposed,
}

/// Kind 16: the patient ratifies a proposal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct CoSign {
    /// The proposing transaction.
    pub proposal: TxId,
}

u8_enum! {
    /// Why a patient refuses a proposal.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    RejectReason {
        /// Not said.
        Unstated = 0,
        /// Not about me.
        WrongPatient = 1,
        /// Not right.
        Incorrect = 2,
        /// Not wanted on the ledger.
        Unwanted = 3,
    }
}

/// Kind 17: the patient refuses a proposal; it stays auditable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct RecordReject {
    /// The proposing transaction.
    pub proposal: TxId,
    /// Why.
    pub reason: RejectReason,
}
