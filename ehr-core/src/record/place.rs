//! Where a version belongs.

use crate::codec::EncodeError;
use crate::crypto::seal::SealContext;
use crate::primitives::{AccountId, ChainId, Hash32, RecordId, VersionNo};

/// The one version a sealed body belongs to; it opens nowhere else (rule RM-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Place {
    /// The chain.
    pub chain: ChainId,
    /// The patient.
    pub account: AccountId,
    /// The record.
    pub record: RecordId,
    /// The version.
    pub version: VersionNo,
}

impl Place {
    pub(super) fn context(self, section: u16, plain_root: Hash32) -> Result<SealContext, EncodeError> {
        SealContext::section(self.chain, self.account, self.record, self.version, section, plain_root)
    }
}
