//! The signed body: envelope and payload.

use super::{
    AccessRequest, Acknowledge, AdmitInstitution, CoSign, DenyRequest, EnrolAccount, Grant, KeyRotate,
    RecordCreate, RecordPropose, RecordReject, ReleaseReceipt, ReportEvidence, Revoke, ScopeCreate,
    ScopeRotate, SetMembership, Stake, Unjail, Unstake, VersionAppend,
};
use crate::codec::{Wire, limits};
use crate::primitives::{AccountId, ChainId, Height, tagged_enum};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// The transaction format this version reads and writes.
pub const TX_VERSION: u16 = 1;

tagged_enum! {
    /// What a transaction does. The code is the kind's number in `docs/spec/transactions.md`; gaps are kinds
    /// that are specified and not yet built.
    Payload: u16 {
        /// An account comes into being.
        EnrolAccount {
            /// Kind 1.
            enrol: EnrolAccount,
        } = 1,
        /// An institution joins.
        AdmitInstitution {
            /// Kind 2.
            admit: AdmitInstitution,
        } = 2,
        /// A membership is set or removed.
        SetMembership {
            /// Kind 4.
            membership: SetMembership,
        } = 4,
        /// Keys change.
        KeyRotate {
            /// Kind 5.
            rotate: KeyRotate,
        } = 5,
        /// A scope is made.
        ScopeCreate {
            /// Kind 11.
            create: ScopeCreate,
        } = 11,
        /// A scope enters its next epoch.
        ScopeRotate {
            /// Kind 12.
            rotate: ScopeRotate,
        } = 12,
        /// A record begins.
        RecordCreate {
            /// Kind 13.
            create: RecordCreate,
        } = 13,
        /// A record gets its next version.
        VersionAppend {
            /// Kind 14.
            append: VersionAppend,
        } = 14,
        /// A record or version waits for the patient.
        RecordPropose {
            /// Kind 15.
            propose: RecordPropose,
        } = 15,
        /// The patient ratifies.
        CoSign {
            /// Kind 16.
            cosign: CoSign,
        } = 16,
        /// The patient refuses.
        RecordReject {
            /// Kind 17.
            reject: RecordReject,
        } = 17,
        /// A permit.
        Grant {
            /// Kind 20.
            grant: Grant,
        } = 20,
        /// Access ends.
        Revoke {
            /// Kind 21.
            revoke: Revoke,
        } = 21,
        /// Somebody asks.
        AccessRequest {
            /// Kind 23.
            request: AccessRequest,
        } = 23,
        /// A request is granted.
        Acknowledge {
            /// Kind 24.
            acknowledge: Acknowledge,
        } = 24,
        /// A request is refused.
        DenyRequest {
            /// Kind 25.
            deny: DenyRequest,
        } = 25,
        /// Data flowed.
        ReleaseReceipt {
            /// Kind 26.
            receipt: ReleaseReceipt,
        } = 26,
        /// Stake is put up.
        Stake {
            /// Kind 34.
            stake: Stake,
        } = 34,
        /// Stake is withdrawn.
        Unstake {
            /// Kind 35.
            unstake: Unstake,
        } = 35,
        /// A slashed validator comes back.
        Unjail {
            /// Kind 36.
            unjail: Unjail,
        } = 36,
        /// A validator is convicted.
        ReportEvidence {
            /// Kind 37.
            report: ReportEvidence,
        } = 37,
    }
}

/// What is signed: the envelope that makes a transaction valid once, here and now, and its payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct TxBody {
    /// [`TX_VERSION`].
    pub version: u16,
    /// The chain it is for (rule T-3).
    pub chain_id: ChainId,
    /// The shard it is for.
    pub shard: u16,
    /// Who pays and whose nonce is used; signs.
    pub fee_payer: AccountId,
    /// Not used by the fee payer before, and not too far from the highest it used (rule T-4).
    pub nonce: u64,
    /// Credits paid.
    pub fee: u64,
    /// First height that may hold it.
    pub valid_from: Height,
    /// Last height that may hold it, at most [`limits::MAX_VALIDITY`] later (rule T-5).
    pub valid_until: Height,
    /// What it does.
    pub payload: Payload,
}

impl Wire for TxBody {
    const NAME: &'static str = "transaction body";
    const MAX_BYTES: usize = limits::MAX_TX;
}
