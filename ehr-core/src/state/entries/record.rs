//! A record: where it is filed and its head.

use super::entry;
use crate::primitives::{AccountId, RecordId, ScopeId, TxId, VersionNo};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A record has one linear history; this is its newest end. Named by [`RecordId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Record {
    /// The patient.
    pub account: AccountId,
    /// Where the patient files it.
    pub scope: ScopeId,
    /// Newest version.
    pub head: VersionNo,
    /// The transaction that carries the newest version; the parent the next one must name.
    pub head_tx: TxId,
}

entry!(Record, "record", RECORD, RecordId);
