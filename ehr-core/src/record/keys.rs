//! Data keys of a version, as they are wrapped.

use crate::codec::{DecodeError, EncodeError, Wire, encode_in, limits};
use crate::crypto::seal::Dek;
use serde_bytes::ByteArray;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use zeroize::{Zeroize, Zeroizing};

/// The data key of one section.
pub struct SectionKey {
    /// Number of the section.
    pub section: u16,
    /// Its key.
    pub dek: Dek,
}

/// Data keys of some or all sections of a version, in ascending order of section (rule RM-6).
#[derive(Default)]
pub struct SectionKeys(Vec<SectionKey>);

#[derive(Serialize_tuple, Deserialize_tuple)]
struct WireKey {
    section: u16,
    key: ByteArray<32>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct WireKeys(Vec<WireKey>);

/// Most bytes a wire key encodes to, generously.
const WIRE_KEY: usize = 48;

impl Wire for WireKeys {
    const NAME: &'static str = "section keys";
    const MAX_BYTES: usize = limits::MAX_WRAP;
}

impl Drop for WireKeys {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|k| k.key.zeroize());
    }
}

impl SectionKeys {
    /// Keys of sections in ascending order; `None` if they are not.
    pub fn new(keys: Vec<SectionKey>) -> Option<Self> {
        keys.is_sorted_by(|a, b| a.section < b.section).then_some(Self(keys))
    }

    /// The key of a section.
    pub fn get(&self, section: u16) -> Option<&Dek> {
        self.0.iter().find(|k| k.section == section).map(|k| &k.dek)
    }

    /// The keys of the given sections only: what is shared when not all is.
    pub fn only(&self, sections: &[u16]) -> Self {
        let kept = self.0.iter().filter(|k| sections.contains(&k.section));
        let copy = |k: &SectionKey| SectionKey { section: k.section, dek: Dek::from_bytes(k.dek.expose()) };
        Self(kept.map(copy).collect())
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Canonical bytes, for wrapping.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
        let wire = |k: &SectionKey| WireKey { section: k.section, key: ByteArray::new(*k.dek.expose()) };
        // With room for all at once, nothing is left behind where the buffer was before it grew.
        let room = self.0.len().saturating_mul(WIRE_KEY).saturating_add(WIRE_KEY);
        encode_in(&WireKeys(self.0.iter().map(wire).collect()), Vec::with_capacity(room)).map(Zeroizing::new)
    }

    /// The keys of canonical bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = WireKeys::from_bytes(bytes)?;
        let keys = wire.0.iter().map(|k| SectionKey { section: k.section, dek: Dek::from_bytes(&k.key) });
        Self::new(keys.collect()).ok_or_else(|| DecodeError::Mismatch {
            what: WireKeys::NAME,
            reason: "sections not in ascending order".to_owned(),
        })
    }
}
