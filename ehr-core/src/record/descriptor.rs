//! Section 0: what the record is.

use crate::codec::{Wire, limits};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::{Hash32, Salt16};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What a version says of itself, under seal (rule RM-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Descriptor {
    /// Kind of record, such as a FHIR resource type.
    pub kind: String,
    /// Makes the commitment to the kind unguessable.
    pub kind_salt: Salt16,
    /// Media type of each content section, from section 1.
    pub media_types: Vec<String>,
}

impl Wire for Descriptor {
    const NAME: &'static str = "descriptor";
    const MAX_BYTES: usize = limits::MAX_SECTIONS * (limits::MAX_KIND + 8);
}

impl Descriptor {
    /// Whether kind or a media type is longer than a writer may make it (rule RM-1).
    pub(super) fn is_too_long(&self) -> bool {
        core::iter::once(&self.kind).chain(&self.media_types).any(|name| name.len() > limits::MAX_KIND)
    }
    /// What the chain holds of the kind: SHA-256 over domain tag, salt and kind (rule RM-2).
    pub fn kind_commit(&self) -> Hash32 {
        tagged(Domain::Commitment, &[self.kind_salt.as_ref(), self.kind.as_bytes()])
    }
}
