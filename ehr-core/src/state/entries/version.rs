//! One version of a record.

use super::entry;
use crate::primitives::{AccountId, Epoch, Height, RecordId, Timestamp, TxId, VersionNo};
use crate::tx::VersionContent;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Record id and version number (big-endian), 36 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionId([u8; 36]);

impl VersionId {
    /// The name of a version.
    pub fn new(record: RecordId, version: VersionNo) -> Self {
        let mut bytes = [0; 36];
        let (first, second) = bytes.split_at_mut(RecordId::LEN);
        first.copy_from_slice(record.as_ref());
        second.copy_from_slice(&version.0.to_be_bytes());
        Self(bytes)
    }
}

impl AsRef<[u8]> for VersionId {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A version never changes. Named by [`VersionId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Version {
    /// Digests and commitments of the content.
    pub content: VersionContent,
    /// Epoch of the scope key it is wrapped to.
    pub epoch: Epoch,
    /// For which institution the author acted.
    pub institution: AccountId,
    /// Who wrote it.
    pub author: AccountId,
    /// The transaction that carries the content.
    pub tx: TxId,
    /// The transaction with which the patient ratified it later; none where both signed at once.
    pub ratified_by: Option<TxId>,
    /// Height of the block that made it part of the record.
    pub height: Height,
    /// That block's time.
    pub time: Timestamp,
}

entry!(Version, "record version", VERSION, VersionId);
