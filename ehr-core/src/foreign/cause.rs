//! The kind of every error of the core.

use super::EhrError;
use crate::block::GenesisError;
use crate::client::{BodyError, ClientError};
use crate::codec::{DecodeError, EncodeError};
use crate::crypto::key_file::KeyFileError;
use crate::crypto::signature::SignError;
use crate::crypto::wrap::WrapError;
use crate::engine::{ChainError, RecoverError, Refused};
use crate::light::{HeaderError, LightError};
use crate::mempool::PoolRefusal;
use crate::record::OpenRecordError;
use crate::state::TxError;
use crate::store::{BlobError, ReadError, StoreError};
use crate::validate::BlockError;

impl From<DecodeError> for EhrError {
    fn from(e: DecodeError) -> Self {
        Self::malformed(e)
    }
}

impl From<EncodeError> for EhrError {
    fn from(e: EncodeError) -> Self {
        Self::argument("value", e)
    }
}

impl From<ReadError> for EhrError {
    fn from(e: ReadError) -> Self {
        match e {
            ReadError::Io(_) => Self::storage(e),
            ReadError::Corrupt { .. } => Self::damaged(e),
        }
    }
}

impl From<StoreError> for EhrError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Read(e) => e.into(),
            StoreError::Format { .. } => Self::newer_format(e),
            StoreError::Locked(_) => Self::busy(e),
            _ => Self::storage(e),
        }
    }
}

impl From<BlobError> for EhrError {
    fn from(e: BlobError) -> Self {
        match e {
            BlobError::Mismatch(_) | BlobError::TooLarge { .. } => Self::argument("body", e),
            BlobError::Damaged(_) => Self::damaged(e),
            _ => Self::storage(e),
        }
    }
}

impl From<GenesisError> for EhrError {
    fn from(e: GenesisError) -> Self {
        match e {
            GenesisError::Range { field, .. } => Self::argument(field, e),
            _ => Self::argument("genesis", e),
        }
    }
}

impl From<KeyFileError> for EhrError {
    fn from(e: KeyFileError) -> Self {
        match e {
            KeyFileError::Decode(e) => e.into(),
            KeyFileError::Encode(e) => e.into(),
            KeyFileError::Format { .. } => Self::newer_format(e),
            KeyFileError::TooExpensive { .. } | KeyFileError::TooLow { .. } => Self::argument("key file", e),
            KeyFileError::WrongPassphraseOrDamaged => Self::cannot_open(e),
            KeyFileError::Damaged => Self::damaged(e),
            KeyFileError::OutOfMemory | KeyFileError::Seal(_) => Self::internal(e),
        }
    }
}

impl From<SignError> for EhrError {
    fn from(e: SignError) -> Self {
        match e {
            SignError::Unavailable { .. } => Self::host("the signer is not available"),
            SignError::Declined => Self::host(e),
        }
    }
}

impl From<TxError> for EhrError {
    fn from(e: TxError) -> Self {
        match e {
            TxError::Read(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}

impl From<BlockError> for EhrError {
    fn from(e: BlockError) -> Self {
        match e {
            BlockError::Read(e) => e.into(),
            BlockError::Encode(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}

impl From<PoolRefusal> for EhrError {
    fn from(e: PoolRefusal) -> Self {
        Self::refused(e)
    }
}

impl From<ChainError> for EhrError {
    fn from(e: ChainError) -> Self {
        match e {
            ChainError::Read(e) => e.into(),
            ChainError::Body(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}

impl From<Refused> for EhrError {
    fn from(e: Refused) -> Self {
        match e {
            Refused::Decode(e) => e.into(),
            Refused::Tx(e) => e.into(),
            Refused::Pool(e) => e.into(),
            Refused::Block(e) => e.into(),
            Refused::Encode(e) => e.into(),
            Refused::Store(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}

impl From<RecoverError> for EhrError {
    fn from(e: RecoverError) -> Self {
        match e {
            RecoverError::OtherChain => Self::refused(e),
            RecoverError::Read(e) => e.into(),
            RecoverError::Encode(e) => e.into(),
        }
    }
}

impl From<HeaderError> for EhrError {
    fn from(e: HeaderError) -> Self {
        Self::refused(e)
    }
}

impl From<LightError> for EhrError {
    fn from(e: LightError) -> Self {
        match e {
            LightError::Decode(e) => e.into(),
            LightError::Encode(e) => e.into(),
            LightError::Read(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}

impl From<ClientError> for EhrError {
    fn from(e: ClientError) -> Self {
        match e {
            ClientError::NotEnrolled { account } => Self::not_found("account", account),
            ClientError::NoScope { id } => Self::not_found("scope", id),
            ClientError::NoRecord { id } => Self::not_found("record", id),
            ClientError::NoVersion { record, version } => {
                Self::not_found("record version", format!("{record} version {version}"))
            }
            ClientError::NoGrant { id } => Self::not_found("grant", id),
            ClientError::NothingToRevoke { account } => Self::not_found("live grant of account", account),
            ClientError::NoRequest { id } => Self::not_found("request", id),
            ClientError::NoDevice { key, .. } => Self::not_found("device", key.0),
            ClientError::NotADevice { account } => Self::not_found("this device in account", account),
            ClientError::NoRecoveryWaits { account } => {
                Self::not_found("waiting recovery of account", account)
            }
            ClientError::OtherRecovery { .. } => Self::argument("recovery_key", e),
            ClientError::NoProposal { id } => Self::not_found("proposal", id),
            ClientError::Denied(decision) => Self::denied(decision.outcome),
            ClientError::Wrap(WrapError::Sign(e)) => e.into(),
            ClientError::Open(OpenRecordError::Store { error, .. }) => error.into(),
            ClientError::Open(OpenRecordError::Missing { body, .. }) => Self::not_found("sealed body", body),
            ClientError::Open(OpenRecordError::WrongBody { .. }) => Self::damaged(e),
            ClientError::Open(OpenRecordError::Format { .. }) => Self::newer_format(e),
            ClientError::NoKey { .. }
            | ClientError::CannotOpen { .. }
            | ClientError::ForgedWrap { .. }
            | ClientError::OtherGeneration { .. }
            | ClientError::Wrap(_)
            | ClientError::Open(_)
            | ClientError::Restore(_) => Self::cannot_open(e),
            ClientError::Body { id, error } => match error {
                BodyError::Missing => Self::not_found("sealed body", id),
                BodyError::Damaged => Self::damaged(format!("body {id}")),
                BodyError::Store(error) => error.into(),
                BodyError::Malformed(_) => Self::damaged(format!("body {id}: {error}")),
            },
            ClientError::Format { .. } => Self::newer_format(e),
            ClientError::SignerNeeded { .. }
            | ClientError::OtherSigner { .. }
            | ClientError::BadSigner(_) => Self::argument("signer", e),
            ClientError::OtherAccount { .. } | ClientError::NotTheOwner { .. } | ClientError::NoRecovery => {
                Self::argument("keys", e)
            }
            ClientError::ScopesNotListed => Self::argument("scopes", e),
            ClientError::NoRoles => Self::argument("roles", e),
            ClientError::Seal(_) => Self::argument("sections", e),
            ClientError::Rule(e) => e.into(),
            ClientError::State(e) => e.into(),
            ClientError::Sign(e) => e.into(),
            ClientError::Decode(e) => e.into(),
            ClientError::Encode(e) => e.into(),
            _ => Self::refused(e),
        }
    }
}
