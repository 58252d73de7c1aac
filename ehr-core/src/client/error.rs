//! What can go wrong at a desk.

use crate::codec::{DecodeError, EncodeError};
use crate::crypto::keyring::{RestoreError, SealKeyringError};
use crate::crypto::signature::{KeyError, SignError};
use crate::crypto::wrap::WrapError;
use crate::policy::Decision;
use crate::primitives::{
    AccountId, ContentId, EncryptionKey, Epoch, GrantId, RecordId, RequestId, ScopeId, TxId, VerifyingKey,
    VersionNo,
};
use crate::record::{OpenRecordError, SealRecordError};
use crate::state::TxError;
use crate::store::{BlobError, ReadError};
use crate::tx::KeyId;

/// A body that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The store has none.
    #[error("not in the store")]
    Missing,
    /// The bytes are not what the id names.
    #[error("damaged")]
    Damaged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] BlobError),
    /// It is not what it is named for.
    #[error(transparent)]
    Malformed(#[from] DecodeError),
}

/// Why a version that may be read does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unopened {
    /// Its keys were wrapped to none of the reader's keys, nor handed over with a grant.
    #[error("its keys were not wrapped to the reader, nor to a scope key the reader was handed")]
    NoWrap,
    /// The scope key of its epoch was not handed to the reader; keys of other epochs were.
    #[error("the reader has no key of scope epoch {epoch}")]
    NoEpochKey {
        /// The epoch it was written in.
        epoch: Epoch,
    },
    /// A wrap was found and does not open.
    #[error(transparent)]
    Wrap(#[from] WrapError),
}

/// A client operation that was not done. Nothing was changed; nothing private is inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No such account.
    #[error("account {account} is not enrolled")]
    NotEnrolled {
        /// The account.
        account: AccountId,
    },
    /// No such scope.
    #[error("there is no scope {id}")]
    NoScope {
        /// The scope.
        id: ScopeId,
    },
    /// No such record.
    #[error("there is no record {id}")]
    NoRecord {
        /// The record.
        id: RecordId,
    },
    /// No such version.
    #[error("record {record} has no version {version}")]
    NoVersion {
        /// The record.
        record: RecordId,
        /// The version.
        version: VersionNo,
    },
    /// No such grant.
    #[error("there is no grant {id}")]
    NoGrant {
        /// The grant.
        id: GrantId,
    },
    /// A patient has no live grant to a subject.
    #[error("account {account} has no live grant to that subject")]
    NothingToRevoke {
        /// The patient.
        account: AccountId,
    },
    /// No such request.
    #[error("there is no request {id}")]
    NoRequest {
        /// The request.
        id: RequestId,
    },
    /// No such proposal.
    #[error("there is no proposal {id}")]
    NoProposal {
        /// The proposing transaction.
        id: TxId,
    },
    /// What is asked for belongs to somebody else.
    #[error("the {what} belongs to {owner}, not to {given}")]
    NotTheOwner {
        /// Scope, record, grant or request.
        what: &'static str,
        /// Whose it is.
        owner: AccountId,
        /// Whose keys were given.
        given: AccountId,
    },
    /// The current key of a scope is not among what the account's keys open.
    #[error("the account's keys do not open the key of scope {scope}, epoch {epoch}")]
    NoKey {
        /// The scope.
        scope: ScopeId,
        /// Its current epoch.
        epoch: Epoch,
    },
    /// The policy says no.
    #[error("access is denied: {}", .0.outcome)]
    Denied(Box<Decision>),
    /// The policy says yes, and the reader's keys do not open it.
    #[error("version {version} of record {record} does not open: {why}")]
    CannotOpen {
        /// The record.
        record: RecordId,
        /// The version.
        version: VersionNo,
        /// Why.
        why: Unopened,
    },
    /// A body that is needed cannot be used.
    #[error("body {id}: {error}")]
    Body {
        /// The body.
        id: ContentId,
        /// Why.
        error: BodyError,
    },
    /// A wrap is by another account than it must be, or not signed by the one it names.
    #[error("a wrap is not by {author}")]
    ForgedWrap {
        /// Who must have made it.
        author: AccountId,
    },
    /// A grant of everything hands over the keys of scopes, and the state does not list a patient's scopes.
    #[error("a grant of everything must name the scopes whose keys it hands over")]
    ScopesNotListed,
    /// Only new records and versions can be proposed.
    #[error("{kind} cannot be proposed")]
    NotProposable {
        /// Kind of payload.
        kind: &'static str,
    },
    /// Memberships end with [`Desk::dismiss`](super::Desk::dismiss), which changes the institution's key.
    #[error("a membership without roles is a dismissal")]
    NoRoles,
    /// An account has no such device.
    #[error("account {account} has no device {}", .key.0)]
    NoDevice {
        /// The account.
        account: AccountId,
        /// The device's number.
        key: KeyId,
    },
    /// A device is none of an account's, not yet or no longer.
    #[error("this device is not one of account {account}")]
    NotADevice {
        /// The account.
        account: AccountId,
    },
    /// Keys of a device that joined an account cannot enrol it.
    #[error("account {account} exists: these are the keys of a device that joined it")]
    Joined {
        /// The account.
        account: AccountId,
    },
    /// Recovery keys were given that are not an account's.
    #[error("these are not the recovery keys of account {account}")]
    OtherRecovery {
        /// The account.
        account: AccountId,
    },
    /// No recovery of an account waits.
    #[error("no recovery of account {account} waits")]
    NoRecoveryWaits {
        /// The account.
        account: AccountId,
    },
    /// The recovery keys are needed and were forgotten.
    #[error("the recovery keys are needed, and were forgotten here")]
    NoRecovery,
    /// The keys sign with a foreign signer, and none was given.
    #[error("these keys need the signer of key {public}")]
    SignerNeeded {
        /// Its public key.
        public: VerifyingKey,
    },
    /// A signer was given that is not the one the keys were made with.
    #[error("these keys sign with key {wanted}")]
    OtherSigner {
        /// The key they sign with.
        wanted: VerifyingKey,
    },
    /// A signer's key cannot be a key on the ledger.
    #[error("the signer's key: {0}")]
    BadSigner(#[from] KeyError),
    /// Key bytes of a format this program does not read.
    #[error("key bytes have format {found}, this program reads {expected}")]
    Format {
        /// Format found.
        found: u8,
        /// Format read.
        expected: u8,
    },
    /// The account has rotated its keys more often than can be kept.
    #[error("the account has {limit} generations of keys, the most that are kept")]
    Generations {
        /// Limit of generations.
        limit: u32,
    },
    /// The account's published key is of none of the generations known here, nor are its sealed seeds on the chain.
    #[error("the account's published key {published} is not known here")]
    OtherGeneration {
        /// The published key.
        published: EncryptionKey,
    },
    /// Keys were given that are not those of the account acted for.
    #[error("keys of {given} were given for {wanted}")]
    OtherAccount {
        /// Account acted for.
        wanted: AccountId,
        /// Whose keys were given.
        given: AccountId,
    },
    /// A rule of the chain would refuse it.
    #[error(transparent)]
    Rule(#[from] TxError),
    /// The state did not answer.
    #[error(transparent)]
    State(#[from] ReadError),
    /// A signature was not made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A wrap was not made.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// A version was not sealed.
    #[error(transparent)]
    Seal(#[from] SealRecordError),
    /// A version's sealed bodies do not open, or are not what was signed.
    #[error(transparent)]
    Open(#[from] OpenRecordError),
    /// A keyring was not sealed.
    #[error(transparent)]
    SealKeyring(#[from] SealKeyringError),
    /// A keyring was not restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// Bytes are not what they should be.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Something did not encode.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl ClientError {
    /// A body that cannot be used.
    pub(super) fn body(id: ContentId, error: impl Into<BodyError>) -> Self {
        Self::Body { id, error: error.into() }
    }
}
