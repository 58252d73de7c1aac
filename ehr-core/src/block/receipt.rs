//! Receipts: what a transaction did.

use crate::codec::{Wire, limits};
use crate::primitives::{Hash32, TxId, u8_enum};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

u8_enum! {
    /// What happened, and to what; the number is for ever.
    EventCode {
        /// An account was enrolled.
        AccountEnrolled = 1,
        /// An institution was admitted.
        InstitutionAdmitted = 2,
        /// A membership was set; about the member.
        MembershipSet = 3,
        /// A membership was removed; about the member.
        MembershipRemoved = 4,
        /// An account's keys changed.
        KeysRotated = 5,
        /// The recovery key asked for a rotation, which waits; about the account.
        RotationPending = 6,
        /// A device called a waiting rotation off; about the account.
        RotationCancelled = 7,
        /// A scope was made.
        ScopeCreated = 8,
        /// A scope entered its next epoch.
        ScopeRotated = 9,
        /// A record began.
        RecordCreated = 10,
        /// A record got its next version.
        VersionAppended = 11,
        /// A record or version waits for the patient; about the record.
        RecordProposed = 12,
        /// The patient refused a proposal; about the proposing transaction.
        ProposalRejected = 13,
        /// A grant was made.
        GrantMade = 14,
        /// A grant was revoked.
        GrantRevoked = 15,
        /// Access was asked for; about the patient.
        AccessRequested = 16,
        /// A request was granted; about the request.
        RequestGranted = 17,
        /// A request was refused; about the request.
        RequestDenied = 18,
        /// Data flowed; about the record.
        Released = 19,
        /// Stake was put up; about its owner.
        Staked = 20,
        /// Stake was withdrawn and unbonds; about its owner.
        Unstaked = 21,
        /// A validator came back; about it.
        Unjailed = 22,
        /// A validator was convicted and slashed; about it.
        Slashed = 23,
    }
}

/// One thing a transaction did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Event {
    /// What.
    pub code: EventCode,
    /// To what: the id of the account, scope, record, grant or request.
    pub about: Hash32,
}

/// The outcome of one transaction. A block holds valid transactions only, so there is no failure to report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Receipt {
    /// The transaction.
    pub tx: TxId,
    /// Its kind's number.
    pub kind: u16,
    /// The id that came into being, if one did: account, scope, record, proposal, grant or request.
    pub created: Option<Hash32>,
    /// Credits paid.
    pub fee: u64,
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl Wire for Receipt {
    const NAME: &'static str = "receipt";
    const MAX_BYTES: usize = limits::MAX_RECEIPT;
}
