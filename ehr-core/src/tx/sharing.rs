//! Asking, granting, revoking, releasing.

use super::ScopeRotate;
use crate::policy::{Actions, Obligations, Purposes, Resource, Subject};
use crate::primitives::{
    AccountId, ContentId, EncryptionKey, GrantId, Hash32, RecordId, RequestId, Timestamp, VersionNo,
    tagged_enum, u8_enum,
};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Kind 20: a permit. Its id is the transaction's id. Signed by the patient, or by a grantee who may share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Grant {
    /// The patient.
    pub account: AccountId,
    /// The grant this one is delegated from; none when the patient grants.
    pub parent: Option<GrantId>,
    /// Who may.
    pub subject: Subject,
    /// On what.
    pub resource: Resource,
    /// Which actions.
    pub actions: Actions,
    /// For which purposes.
    pub purposes: Purposes,
    /// From when, block time, inclusive.
    pub not_before: Timestamp,
    /// Until when, block time, exclusive.
    pub not_after: Timestamp,
    /// How many times it may be delegated on.
    pub depth: u8,
    /// How many releases it allows; none means no limit.
    pub max_uses: Option<u32>,
    /// What is asked in return.
    pub obligations: Obligations,
    /// Salted commitment to the policy document the patient saw.
    pub policy_commit: Hash32,
    /// Wraps of the keys for the grantee.
    pub wraps: Option<ContentId>,
}

tagged_enum! {
    /// What a revocation ends.
    RevokeTarget: u8 {
        /// One grant, and all delegated from it.
        Grant {
            /// The grant.
            id: GrantId,
        } = 1,
        /// Every live grant of a patient to one subject.
        Subject {
            /// The patient.
            account: AccountId,
            /// The subject, exactly as granted.
            subject: Subject,
        } = 2,
    }
}

/// Kind 21: access ends, and the scope keys change in the same transaction, so that no version can be written to
/// the old epoch in between. Signed by the patient or by who granted; a grantee may renounce.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Revoke {
    /// What ends.
    pub target: RevokeTarget,
    /// Scopes that enter their next epoch; only the patient may rotate.
    pub rotate: Vec<ScopeRotate>,
}

/// Kind 23: somebody asks. Signed by the requester and an officer of the institution. Its id is the
/// transaction's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct AccessRequest {
    /// The member of staff who asks.
    pub requester: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// The patient.
    pub account: AccountId,
    /// What is asked for.
    pub resource: Resource,
    /// Which actions.
    pub actions: Actions,
    /// For which purposes.
    pub purposes: Purposes,
    /// Until when, block time.
    pub until: Timestamp,
    /// Salted commitment to the stated reason.
    pub reason_commit: Hash32,
    /// Where wraps should go.
    pub to_key: EncryptionKey,
}

/// Kind 24: the patient answers a request with a grant. Its id is the new grant's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Acknowledge {
    /// The request.
    pub request: RequestId,
    /// What is granted: never more than was asked.
    pub grant: Grant,
}

u8_enum! {
    /// Why a request is refused.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    DenyCode {
        /// Not said.
        Unstated = 0,
        /// The patient does not know the requester.
        UnknownRequester = 1,
        /// More than needed for the purpose.
        TooBroad = 2,
        /// The patient does not want it.
        NotWanted = 3,
    }
}

/// Kind 25: a request is refused. Signed by the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct DenyRequest {
    /// The request.
    pub request: RequestId,
    /// Why.
    pub code: DenyCode,
}

/// Kind 26: data flowed. Signed by who released it; uses up one use of the grant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct ReleaseReceipt {
    /// Under which grant.
    pub grant: GrantId,
    /// Who received it: covered by the grant's subject.
    pub recipient: AccountId,
    /// For which institution the recipient acted; none for itself.
    pub institution: Option<AccountId>,
    /// For which purpose, exactly one.
    pub purpose: Purposes,
    /// Which record.
    pub record: RecordId,
    /// Which version.
    pub version: VersionNo,
    /// Which section; none for all of the version.
    pub section: Option<u16>,
    /// Who released it: an account of the institution that holds the body.
    pub releaser: AccountId,
    /// SHA-256 of what was released.
    pub body_digest: Hash32,
    /// SHA-256 of the wrap handed over.
    pub wrap_digest: Hash32,
}
