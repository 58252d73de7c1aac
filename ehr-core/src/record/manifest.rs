//! The list of a version's sealed sections.

use crate::codec::{Wire, limits};
use crate::primitives::ContentId;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// One sealed section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ManifestEntry {
    /// The sealed body.
    pub body: ContentId,
    /// Its length in bytes.
    pub len: u64,
    /// Sealing format, see [`crate::crypto::seal::FORMAT_ID`].
    pub format: u8,
}

/// A DAG-CBOR object that links a version's sealed bodies, in section order (rule RM-5). Says nothing of the content
/// but the number of sections and their padded lengths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Manifest {
    /// Format of the manifest and of what it links.
    pub format: u8,
    /// Sections from 0.
    pub sections: Vec<ManifestEntry>,
}

impl Manifest {
    /// The format written and read here.
    pub const FORMAT: u8 = 1;
}

impl Wire for Manifest {
    const NAME: &'static str = "manifest";
    const MAX_BYTES: usize = limits::MAX_OBJECT;
}
