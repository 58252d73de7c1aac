//! One value of every shape, so that an implementation of the codec can be tested by itself.

use super::Wire;
use crate::primitives::{ContentId, Hash32};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A field of every kind that wire types are made of. Nothing in the ledger holds one: the vectors in
/// `vectors/codec.json` are about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Specimen {
    /// Unsigned.
    pub number: u64,
    /// Signed.
    pub signed: i64,
    /// Bytes of a fixed length.
    pub id: Hash32,
    /// Bytes of any length.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Text.
    pub text: String,
    /// True or false.
    pub flag: bool,
    /// A link, or none.
    pub link: Option<ContentId>,
    /// A list.
    pub list: Vec<u16>,
}

impl Wire for Specimen {
    const NAME: &'static str = "specimen";
    const MAX_BYTES: usize = 256;
    const MAX_DEPTH: usize = 2;
}
