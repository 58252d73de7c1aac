//! Keys of the state tree, and what a state entry is.

use crate::codec::{EncodeError, Wire, encode_in};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::Hash32;
use core::any::Any;

/// One kind of state entry: where it lives and what it is named by.
pub trait Entry: Wire + Any {
    /// First byte under the key's hash; no two kinds share one (`docs/spec/state.md`).
    const NAMESPACE: u8;
    /// What names an entry of this kind. Its bytes have one length per kind, that of the type.
    type Id: AsRef<[u8]>;

    /// SHA-256 over the tag, the namespace and the id (rule ST-1).
    fn key(id: &Self::Id) -> Hash32 {
        tagged(Domain::StateKey, &[&[Self::NAMESPACE], id.as_ref()])
    }
}

/// A decoded entry whose kind only its reader knows.
pub(crate) trait AnyEntry: Any {
    /// Canonical bytes, the value in the tree, in a buffer that is emptied first.
    fn encode(&self, buffer: Vec<u8>) -> Result<Vec<u8>, EncodeError>;
}

impl<E: Entry> AnyEntry for E {
    fn encode(&self, buffer: Vec<u8>) -> Result<Vec<u8>, EncodeError> {
        encode_in(self, buffer)
    }
}
