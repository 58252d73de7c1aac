//! Canonical bytes of every wire type (`docs/spec/encoding.md`).

use crate::EhrError;
use ehr_core::block::{Block, Genesis, Header, Receipt};
use ehr_core::codec::{DecodeError, Specimen, Wire, limits};
use ehr_core::consensus::bft::{Certificate, Evidence, SignedProposal, SignedVote, ValidatorSet};
use ehr_core::crypto::key_file::KeyFile;
use ehr_core::crypto::keyring::SealedKeyring;
use ehr_core::crypto::wrap::{Wrap, WrapBody, WrapSet};
use ehr_core::engine::Message;
use ehr_core::light::checkpoint::{Checkpoint, CosignedCheckpoint, Cosigners, SignedCheckpoint, SplitView};
use ehr_core::light::stake::{ForkProof, LightBlock, StakeAnchor, StakeProof};
use ehr_core::light::{LightProof, TrustAnchor};
use ehr_core::merkle::HashPath;
use ehr_core::merkle::mmr::HistoryLeaf;
use ehr_core::merkle::sparse::SparseProof;
use ehr_core::record::{Descriptor, Manifest, SectionKeys};
use ehr_core::state::{
    Account, AccountGrants, Entry, GrantEntry, Institution, Liveness, Membership, Offence, Params,
    PendingRotation, Proposal, Record, Registry, Request, Scope, SetEntry, StakeEntry, Stakers, Version,
};
use ehr_core::tx::{SignedTx, TxBody};
use ehr_core::validate::BlockReceipts;
use ipld_core::ipld::Ipld;
use serde_json::Value;

/// A type with canonical bytes.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireKind {
    /// Its name, the argument of [`recode`] and [`describe`].
    pub name: String,
    /// Longest encoding accepted, bytes.
    pub max_bytes: u64,
    /// Deepest nesting accepted; one array is one level.
    pub max_depth: u32,
    /// For entries of the state, the first byte under the key's hash.
    pub namespace: Option<u8>,
}

/// Why bytes are not the canonical encoding of a type. Numbers that do not apply are absent.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeFault {
    /// `too large`, `too deep`, `truncated`, `forbidden`, `trailing`, `mismatch` or `not canonical`.
    pub kind: String,
    /// Where in the bytes.
    pub offset: Option<u64>,
    /// The limit that is passed, in bytes or levels.
    pub limit: Option<u64>,
    /// What was given instead, bytes.
    pub got: Option<u64>,
    /// Bytes after the value.
    pub extra: Option<u64>,
    /// The forbidden form, such as `indefinite length`.
    pub form: Option<String>,
    /// All of this as a sentence.
    pub reason: String,
}

struct Kind {
    name: &'static str,
    max_bytes: usize,
    max_depth: usize,
    namespace: Option<u8>,
    recode: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
}

const fn kind<T: Wire>() -> Kind {
    let recode = |bytes: &[u8]| {
        let again = T::from_bytes(bytes)?.to_bytes();
        again.map_err(|_| DecodeError::NotCanonical { what: T::NAME })
    };
    Kind { name: T::NAME, max_bytes: T::MAX_BYTES, max_depth: T::MAX_DEPTH, namespace: None, recode }
}

const fn entry<T: Entry>() -> Kind {
    Kind { namespace: Some(T::NAMESPACE), ..kind::<T>() }
}

const KINDS: &[Kind] = &[
    kind::<Specimen>(),
    kind::<SignedTx>(),
    kind::<TxBody>(),
    kind::<Header>(),
    Kind {
        name: "block",
        max_bytes: limits::MAX_BLOCK,
        max_depth: limits::MAX_DEPTH,
        namespace: None,
        recode: |bytes| Block::decode(bytes).map(|block| block.bytes().to_vec()),
    },
    kind::<Receipt>(),
    kind::<BlockReceipts>(),
    kind::<Genesis>(),
    kind::<Params>(),
    entry::<Account>(),
    entry::<Institution>(),
    entry::<Membership>(),
    entry::<Scope>(),
    entry::<Record>(),
    entry::<Version>(),
    entry::<Proposal>(),
    entry::<GrantEntry>(),
    entry::<AccountGrants>(),
    entry::<Request>(),
    entry::<Registry>(),
    entry::<PendingRotation>(),
    entry::<StakeEntry>(),
    entry::<Stakers>(),
    entry::<Offence>(),
    entry::<Liveness>(),
    kind::<HashPath>(),
    kind::<SparseProof>(),
    kind::<HistoryLeaf>(),
    kind::<LightProof>(),
    kind::<TrustAnchor>(),
    Kind { namespace: Some(SetEntry::NAMESPACE), ..kind::<ValidatorSet>() },
    kind::<SignedVote>(),
    kind::<SignedProposal>(),
    kind::<Certificate>(),
    kind::<Evidence>(),
    kind::<StakeAnchor>(),
    kind::<LightBlock>(),
    kind::<StakeProof>(),
    kind::<ForkProof>(),
    kind::<Checkpoint>(),
    kind::<SignedCheckpoint>(),
    kind::<CosignedCheckpoint>(),
    kind::<Cosigners>(),
    kind::<SplitView>(),
    kind::<Message>(),
    kind::<Descriptor>(),
    kind::<Manifest>(),
    Kind {
        name: "section keys",
        max_bytes: limits::MAX_WRAP,
        max_depth: limits::MAX_DEPTH,
        namespace: None,
        recode: |bytes| {
            let again = SectionKeys::from_bytes(bytes)?.to_bytes();
            let again = again.map_err(|_| DecodeError::NotCanonical { what: "section keys" })?;
            Ok(again.to_vec())
        },
    },
    kind::<WrapBody>(),
    kind::<Wrap>(),
    kind::<WrapSet>(),
    kind::<SealedKeyring>(),
    kind::<KeyFile>(),
];

fn find(name: &str) -> Result<&'static Kind, EhrError> {
    let found = KINDS.iter().find(|kind| kind.name == name);
    found.ok_or_else(|| EhrError::argument("kind", "no such type; `wire_kinds` lists them"))
}

/// Every type with canonical bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn wire_kinds() -> Vec<WireKind> {
    let whole = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let levels = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let shown = |kind: &Kind| WireKind {
        name: kind.name.to_owned(),
        max_bytes: whole(kind.max_bytes),
        max_depth: levels(kind.max_depth),
        namespace: kind.namespace,
    };
    KINDS.iter().map(shown).collect()
}

/// Decodes bytes as the type and encodes the value again: the same bytes, or an error.
///
/// # Errors
/// `InvalidArgument` for a type that is none, `Malformed` for bytes that are not its canonical encoding.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn recode(kind: &str, bytes: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok((find(kind)?.recode)(&bytes)?)
}

/// The value as JSON text: arrays in field order (`docs/spec` names the fields), byte strings as hex, links as CIDs.
///
/// # Errors
/// As [`recode`].
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn describe(kind: &str, bytes: Vec<u8>) -> Result<String, EhrError> {
    (find(kind)?.recode)(&bytes)?;
    let value: Ipld = serde_ipld_dagcbor::from_slice(&bytes).map_err(EhrError::internal)?;
    Ok(json(value).to_string())
}

/// Why bytes are not the canonical encoding of the type; none if they are.
///
/// # Errors
/// `InvalidArgument` for a type that is none.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decode_fault(kind: &str, bytes: Vec<u8>) -> Result<Option<DecodeFault>, EhrError> {
    Ok((find(kind)?.recode)(&bytes).err().as_ref().map(fault))
}

fn fault(error: &DecodeError) -> DecodeFault {
    let whole = |n: &usize| u64::try_from(*n).ok();
    let of = |kind: &str| DecodeFault {
        kind: kind.to_owned(),
        reason: error.to_string(),
        ..DecodeFault::default()
    };
    match error {
        DecodeError::TooLarge { limit, got, .. } => {
            DecodeFault { limit: whole(limit), got: whole(got), ..of("too large") }
        }
        DecodeError::TooDeep { limit, .. } => DecodeFault { limit: whole(limit), ..of("too deep") },
        DecodeError::Truncated { offset, .. } => DecodeFault { offset: whole(offset), ..of("truncated") },
        DecodeError::Forbidden { form, offset, .. } => {
            DecodeFault { form: Some((*form).to_owned()), offset: whole(offset), ..of("forbidden") }
        }
        DecodeError::Trailing { extra, .. } => DecodeFault { extra: whole(extra), ..of("trailing") },
        DecodeError::NotCanonical { .. } => of("not canonical"),
        _ => of("mismatch"),
    }
}

/// Wire values have no maps and no floats; were there any, they would show as null.
fn json(value: Ipld) -> Value {
    match value {
        Ipld::Null | Ipld::Float(_) | Ipld::Map(_) => Value::Null,
        Ipld::Bool(flag) => Value::Bool(flag),
        Ipld::Integer(number) => match (u64::try_from(number), i64::try_from(number)) {
            (Ok(n), _) => n.into(),
            (_, Ok(n)) => n.into(),
            _ => Value::String(number.to_string()),
        },
        Ipld::String(text) => Value::String(text),
        Ipld::Bytes(bytes) => Value::String(hex::encode(bytes)),
        Ipld::List(list) => Value::Array(list.into_iter().map(json).collect()),
        Ipld::Link(cid) => Value::String(cid.to_string()),
    }
}
