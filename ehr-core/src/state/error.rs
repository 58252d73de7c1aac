//! Why a transaction is refused.

use crate::codec::EncodeError;
use crate::consensus::bft::{ChangeError, EvidenceError};
use crate::crypto::signature::{KeyError, SignatureError};
use crate::policy::{Attenuation, DenyReason, Why};
use crate::primitives::{AccountId, GrantId, Hash32, Height, Timestamp, TxId};
use crate::store::ReadError;
use crate::tx::KeyId;

/// A transaction that is not valid here and now. Holds ids, counts and limits, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TxError {
    // envelope
    /// Not a format this software knows.
    #[error("version: {got} is unknown, this chain uses {want}")]
    UnknownVersion {
        /// Version given.
        got: u16,
        /// Version known.
        want: u16,
    },
    /// Made for another chain.
    #[error("chain_id: made for another chain")]
    OtherChain,
    /// Made for another shard.
    #[error("shard: made for shard {got}, this is shard {want}")]
    OtherShard {
        /// Shard given.
        got: u16,
        /// This shard.
        want: u16,
    },
    /// The window is empty or too long.
    #[error("valid_until: {until} is not within {limit} blocks of valid_from {from}")]
    Window {
        /// First height.
        from: Height,
        /// Last height.
        until: Height,
        /// Longest window.
        limit: u64,
    },
    /// Not yet. Transient.
    #[error("valid_from: height {from} has not come, the block is at {height}")]
    NotYetValid {
        /// First height.
        from: Height,
        /// Height of the block.
        height: Height,
    },
    /// No longer.
    #[error("valid_until: height {until} is over, the block is at {height}")]
    NoLongerValid {
        /// Last height.
        until: Height,
        /// Height of the block.
        height: Height,
    },
    /// Less than the chain asks.
    #[error("fee: {got} credits, at least {min} asked")]
    FeeTooLow {
        /// Least fee.
        min: u64,
        /// Fee given.
        got: u64,
    },
    /// More than the payer has. Transient.
    #[error("fee: {fee} credits, the fee payer has {balance}")]
    CannotPay {
        /// What it has.
        balance: u64,
        /// Fee given.
        fee: u64,
    },
    /// Used, or below one that was: a replay.
    #[error("nonce: {got} was used, or lies too far below {last}, the highest used")]
    NonceUsed {
        /// Highest nonce used.
        last: u64,
        /// Nonce given.
        got: u64,
    },
    /// Too far above the last one. Transient.
    #[error("nonce: {got} is more than {limit} above {last}, the last one used")]
    NonceTooFar {
        /// Last nonce used.
        last: u64,
        /// Nonce given.
        got: u64,
        /// Largest gap.
        limit: u64,
    },
    // signatures
    /// Signatures are not sorted by account, or an account signs twice.
    #[error("signatures: not sorted by account, or one account twice")]
    UnsortedSignatures,
    /// Somebody who must sign did not.
    #[error("signatures: {account} must sign")]
    MissingSignature {
        /// Who.
        account: AccountId,
    },
    /// Somebody signed who need not: anybody could add or remove that signature.
    #[error("signatures: {account} must not sign")]
    ExtraSignature {
        /// Who.
        account: AccountId,
    },
    /// None of those who could authorise it signed.
    #[error("signatures: nobody who may do this has signed")]
    NoAuthority,
    /// Too few institutions signed.
    #[error("signatures: {got} admitted institutions signed, {needed} needed")]
    NoQuorum {
        /// Institutions that signed.
        got: usize,
        /// Institutions needed.
        needed: usize,
    },
    /// The account has no such key, or no longer. Transient: it may be about to be added.
    #[error("signatures: {account} has no live key {}", key.0)]
    UnknownKey {
        /// Whose signature.
        account: AccountId,
        /// Key named.
        key: KeyId,
    },
    /// The key may not do this.
    #[error("signatures: key {} of {account} may not do this", key.0)]
    KeyMayNot {
        /// Whose signature.
        account: AccountId,
        /// Key named.
        key: KeyId,
    },
    /// The signature is not valid.
    #[error("signatures: {account}, key {}: {error}", key.0)]
    BadSignature {
        /// Whose signature.
        account: AccountId,
        /// Key named.
        key: KeyId,
        /// Why.
        error: SignatureError,
    },
    // keys
    /// A key that may not be enrolled.
    #[error("{field}[{index}]: {error}")]
    BadKey {
        /// Field of the payload.
        field: &'static str,
        /// Position in it.
        index: usize,
        /// Why.
        error: KeyError,
    },
    /// A proof of possession is missing or one too many.
    #[error("possessions: {got} given, {want} needed")]
    PossessionCount {
        /// Proofs needed.
        want: usize,
        /// Proofs given.
        got: usize,
    },
    /// A proof of possession is not valid.
    #[error("possessions[{index}]: {error}")]
    BadPossession {
        /// Position.
        index: usize,
        /// Why.
        error: SignatureError,
    },
    /// The same key twice in one account.
    #[error("{field}[{index}]: the account has this key already")]
    DuplicateKey {
        /// Field of the payload.
        field: &'static str,
        /// Position in it.
        index: usize,
    },
    /// No device could manage and transact any more.
    #[error("devices: none may both transact and manage")]
    NoManagingDevice,
    /// The recovery key's rotation has to wait. Transient.
    #[error("rotation by the recovery key may be repeated from {ready_at} ms on")]
    RecoveryWaits {
        /// From when.
        ready_at: Timestamp,
    },
    // fields
    /// Too many elements.
    #[error("{field}: {got} elements, at most {limit}")]
    TooMany {
        /// Field.
        field: &'static str,
        /// Most allowed.
        limit: usize,
        /// Given.
        got: usize,
    },
    /// Nothing where something is needed.
    #[error("{field}: must not be empty")]
    Empty {
        /// Field.
        field: &'static str,
    },
    /// More than one where one is needed.
    #[error("{field}: exactly one needed")]
    NotSingle {
        /// Field.
        field: &'static str,
    },
    /// Elements not sorted, or one twice.
    #[error("{field}: not sorted, or one element twice")]
    Unsorted {
        /// Field.
        field: &'static str,
    },
    /// Something is given that does not belong there.
    #[error("{field}: must be absent")]
    MustBeAbsent {
        /// Field.
        field: &'static str,
    },
    /// Something is missing.
    #[error("{field}: must be given")]
    MustBeGiven {
        /// Field.
        field: &'static str,
    },
    /// A number that must follow another does not.
    #[error("{field}: {got}, must be {want}")]
    NotNext {
        /// Field.
        field: &'static str,
        /// The only value allowed.
        want: u64,
        /// Value given.
        got: u64,
    },
    /// A number above its limit.
    #[error("{field}: {got}, at most {limit}")]
    TooLarge {
        /// Field.
        field: &'static str,
        /// Largest value.
        limit: u64,
        /// Value given.
        got: u64,
    },
    /// A window that ends before it begins, or has ended.
    #[error("{field}: {end} ms is not after {start} ms")]
    EmptyPeriod {
        /// Field that ends it.
        field: &'static str,
        /// Start, or the block's time.
        start: Timestamp,
        /// End.
        end: Timestamp,
    },
    // state
    /// There is no such thing. Transient: it may be about to come.
    #[error("{what} {id} is unknown")]
    Unknown {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: Hash32,
    },
    /// There is one already.
    #[error("{what} {id} exists already")]
    Exists {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: Hash32,
    },
    /// It belongs to somebody else.
    #[error("{what} {id} belongs to another account")]
    NotTheirs {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: Hash32,
    },
    /// The account has another role than this needs.
    #[error("account {account} has the wrong role for this")]
    WrongRole {
        /// The account.
        account: AccountId,
    },
    /// Enrolment needs a sponsor here.
    #[error("sponsor: this chain has no open enrolment")]
    SponsorNeeded,
    /// The institution is not admitted. Transient: it may be about to be.
    #[error("institution {institution} is not admitted")]
    NotAdmitted {
        /// The institution.
        institution: AccountId,
    },
    /// The person does not work there now. Transient: the membership may be about to come or begin.
    #[error("{staff} is no active member of {institution}")]
    NotMember {
        /// The institution.
        institution: AccountId,
        /// The person.
        staff: AccountId,
    },
    /// The person's roles there do not include one that may do this.
    #[error("{staff} has no role at {institution} that may do this")]
    RoleMayNot {
        /// The institution.
        institution: AccountId,
        /// The person.
        staff: AccountId,
    },
    /// The record has another head: somebody else was first.
    #[error("parent: the record's head is {head}")]
    StaleParent {
        /// Transaction that carries the head.
        head: TxId,
    },
    /// Answered before, or expired.
    #[error("{what} {id} is no longer open")]
    Closed {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: Hash32,
    },
    /// The grant is revoked, over, or used up, or one it is delegated from is.
    #[error("grant {grant} is not live")]
    GrantNotLive {
        /// The grant.
        grant: GrantId,
    },
    /// The grant names nobody who could pass it on.
    #[error("grant {grant} is to a group; only an account or an institution can delegate")]
    CannotDelegate {
        /// The grant.
        grant: GrantId,
    },
    /// A delegated grant goes beyond its parent.
    #[error(transparent)]
    Attenuation(#[from] Attenuation),
    /// An answer grants more than was asked.
    #[error("{field}: goes beyond the request")]
    BeyondRequest {
        /// Field.
        field: &'static str,
    },
    /// The policy says no.
    #[error("policy: {reason:?}, grant {grant}: {why:?}")]
    NotPermitted {
        /// Grant named.
        grant: GrantId,
        /// Why no.
        reason: DenyReason,
        /// Why the named grant does not apply, if it was considered.
        why: Option<Why>,
    },
    /// The recipient may read without a grant; a receipt under one would be wrong.
    #[error("grant {grant}: the recipient does not need it")]
    GrantNotNeeded {
        /// Grant named.
        grant: GrantId,
    },
    // stake
    /// Stake on a chain without stake.
    #[error("this chain has no stake")]
    NoStake,
    /// A number below its limit.
    #[error("{field}: {got}, at least {min}")]
    TooSmall {
        /// Field.
        field: &'static str,
        /// Smallest value.
        min: u64,
        /// Value given.
        got: u64,
    },
    /// More than the account has. Transient.
    #[error("{field}: {got} credits, the account has {balance}")]
    BalanceTooLow {
        /// Field.
        field: &'static str,
        /// What it has.
        balance: u64,
        /// Value given.
        got: u64,
    },
    /// Stake keeps its key as long as there is any of it.
    #[error("key: the stake of {account} has another key")]
    OtherKey {
        /// Whose stake.
        account: AccountId,
    },
    /// One signature would count for two.
    #[error("key: {holder} has staked with this key")]
    KeyTaken {
        /// Who has the key.
        holder: AccountId,
    },
    /// Less than the least stake would be left, and not nothing.
    #[error("amount: {left} credits of stake would be left; withdraw all of it, or leave at least {min}")]
    StakeLeft {
        /// Least stake.
        min: u64,
        /// What would be left.
        left: u64,
    },
    /// Nobody would be left to decide blocks. Transient.
    #[error("{account} is the last validator")]
    LastValidator {
        /// The validator.
        account: AccountId,
    },
    /// Too much voting power would change in this epoch. Transient.
    #[error(transparent)]
    TooMuchChange(#[from] ChangeError),
    /// There is nothing to come back from.
    #[error("{account} is not jailed")]
    NotJailed {
        /// The validator.
        account: AccountId,
    },
    /// Too early to come back. Transient.
    #[error("{account} is jailed until {until} ms")]
    Jailed {
        /// The validator.
        account: AccountId,
        /// From when it may come back.
        until: Timestamp,
    },
    /// Two messages that convict nobody.
    #[error("evidence: {0}")]
    Evidence(#[from] EvidenceError),
    /// Of a height that cannot be judged: too long ago, before the stake was placed, or to come (transient).
    #[error("evidence: of height {got}, must be {from} to {until}")]
    EvidenceHeight {
        /// First height that can be judged.
        from: Height,
        /// Height of the block.
        until: Height,
        /// Height of the offence.
        got: Height,
    },
    /// The store did not answer. Says nothing about the transaction. Transient.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A value outgrew what can be encoded. Not reachable within the limits.
    #[error("{what}: cannot be encoded")]
    Encode {
        /// Kind of thing.
        what: &'static str,
    },
}

impl From<EncodeError> for TxError {
    fn from(error: EncodeError) -> Self {
        Self::Encode { what: error.what }
    }
}

impl TxError {
    /// Whether the same transaction may be valid in a later block: hold it or forget it, but do not punish who
    /// sent it.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::EvidenceHeight { until, got, .. } => got.0 > until.0,
            Self::NotYetValid { .. }
            | Self::CannotPay { .. }
            | Self::NonceTooFar { .. }
            | Self::UnknownKey { .. }
            | Self::RecoveryWaits { .. }
            | Self::Unknown { .. }
            | Self::NotAdmitted { .. }
            | Self::NotMember { .. }
            | Self::BalanceTooLow { .. }
            | Self::LastValidator { .. }
            | Self::TooMuchChange(_)
            | Self::Jailed { .. }
            | Self::Read(_) => true,
            _ => false,
        }
    }
}
