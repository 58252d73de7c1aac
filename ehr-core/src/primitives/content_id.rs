//! Content ids: real CIDs (version 1, SHA-256), so that any IPFS tool can walk them.

use crate::primitives::Hash32;
use cid::{Cid, multihash::Multihash};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Multicodec of raw bytes.
const RAW: u64 = 0x55;
/// Multicodec of DAG-CBOR.
const DAG_CBOR: u64 = 0x71;
/// Multihash code of SHA-256.
const SHA2_256: u64 = 0x12;

/// What the bytes behind a content id are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// A sealed body: opaque bytes.
    Raw,
    /// An object in DAG-CBOR, such as a manifest.
    DagCbor,
}

/// A CID that is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentIdError {
    /// Not a CID at all.
    #[error("not a CID")]
    NotACid,
    /// Only CIDv1 with SHA-256 and codec raw or dag-cbor is used.
    #[error("unsupported CID: version {version}, codec {codec:#x}, hash {hash:#x}")]
    Unsupported {
        /// CID version (0 or 1).
        version: u64,
        /// Multicodec.
        codec: u64,
        /// Multihash code.
        hash: u64,
    },
}

/// The name of some bytes: their kind and SHA-256. As text, a base32 CIDv1; on the wire, a CBOR tag 42 link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId {
    kind: ContentKind,
    digest: Hash32,
}

impl ContentId {
    /// Names a digest that was computed elsewhere.
    pub const fn new(kind: ContentKind, digest: Hash32) -> Self {
        Self { kind, digest }
    }
    /// Names `bytes` as a raw blob.
    pub fn of_raw(bytes: &[u8]) -> Self {
        Self::new(ContentKind::Raw, crate::crypto::hash::sha256(bytes))
    }
    /// Names `bytes` as a DAG-CBOR object.
    pub fn of_dag_cbor(bytes: &[u8]) -> Self {
        Self::new(ContentKind::DagCbor, crate::crypto::hash::sha256(bytes))
    }
    /// Whether `bytes` are what this id names.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        crate::crypto::hash::sha256(bytes) == self.digest
    }
    /// What the bytes are.
    pub const fn kind(&self) -> ContentKind {
        self.kind
    }
    /// SHA-256 of the bytes.
    pub const fn digest(&self) -> &Hash32 {
        &self.digest
    }
    fn to_cid(self) -> Cid {
        let codec = match self.kind {
            ContentKind::Raw => RAW,
            ContentKind::DagCbor => DAG_CBOR,
        };
        // 32 bytes always fit the 64-byte multihash buffer; the default is never reached.
        let hash = Multihash::wrap(SHA2_256, self.digest.as_ref()).unwrap_or_default();
        Cid::new_v1(codec, hash)
    }
}

impl TryFrom<&Cid> for ContentId {
    type Error = ContentIdError;
    fn try_from(cid: &Cid) -> Result<Self, ContentIdError> {
        let unsupported = ContentIdError::Unsupported {
            version: cid.version().into(),
            codec: cid.codec(),
            hash: cid.hash().code(),
        };
        let kind = match (cid.version(), cid.codec()) {
            (cid::Version::V1, RAW) => ContentKind::Raw,
            (cid::Version::V1, DAG_CBOR) => ContentKind::DagCbor,
            _ => return Err(unsupported),
        };
        if cid.hash().code() != SHA2_256 {
            return Err(unsupported);
        }
        let digest = Hash32::try_from(cid.hash().digest()).map_err(|_| unsupported)?;
        Ok(Self { kind, digest })
    }
}

impl core::str::FromStr for ContentId {
    type Err = ContentIdError;
    fn from_str(s: &str) -> Result<Self, ContentIdError> {
        Self::try_from(&Cid::try_from(s).map_err(|_| ContentIdError::NotACid)?)
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_cid().fmt(f)
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentId({self})")
    }
}

impl Serialize for ContentId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { self.to_cid().serialize(s) }
    }
}

impl<'de> Deserialize<'de> for ContentId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let text = alloc_string(d)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            Self::try_from(&Cid::deserialize(d)?).map_err(serde::de::Error::custom)
        }
    }
}

fn alloc_string<'de, D: serde::Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    String::deserialize(d)
}
