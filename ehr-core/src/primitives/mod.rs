//! Newtypes that every other module speaks in: ids, heights, times.

mod bytes;
mod content_id;
mod number;
mod tagged;
mod u8_enum;

pub(crate) use tagged::tagged_enum;
pub(crate) use u8_enum::{bit_set, u8_enum};

pub use bytes::{
    AccountId, BlockId, ChainId, EncryptionKey, GrantId, Hash32, ParseHexError, RecordId, RequestId, Salt16,
    ScopeId, Signature, TxId, VerifyingKey,
};
pub use content_id::{ContentId, ContentIdError, ContentKind};
pub use number::{Epoch, Height, Timestamp, VersionNo};
