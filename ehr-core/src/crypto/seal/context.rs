//! What sealed bytes are tied to.

use crate::codec::{EncodeError, Wire};
use crate::primitives::{AccountId, ChainId, Hash32, RecordId, VersionNo};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// First element of a section's context.
const SECTION: &str = "ehr/section/v1";

/// Bytes mixed into the key derivation: sealed bytes open only with the same context (rule E-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealContext(Vec<u8>);

impl SealContext {
    /// A context of any bytes; they must say what is sealed and differ between uses of one key.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The context of one section of one record version.
    pub fn section(
        chain: ChainId,
        account: AccountId,
        record: RecordId,
        version: VersionNo,
        section: u16,
        plain_root: Hash32,
    ) -> Result<Self, EncodeError> {
        let label = SECTION.to_owned();
        SectionContext { label, chain, account, record, version, section, plain_root }.to_bytes().map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct SectionContext {
    label: String,
    chain: ChainId,
    account: AccountId,
    record: RecordId,
    version: VersionNo,
    section: u16,
    plain_root: Hash32,
}

impl Wire for SectionContext {
    const NAME: &'static str = "section context";
    const MAX_BYTES: usize = 256;
}
