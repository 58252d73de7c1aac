//! Keys as maps in memory hold them.

use core::cmp::Ordering;
use core::fmt;

/// Bytes of a key that is held in place. Keys of all tables are shorter.
const IN_PLACE: usize = 38;

/// A key in an ordered map. Nearly all are ids, so they are held in place and compared by their first bytes: a map of keys
/// elsewhere in memory spends most of its time waiting for them.
#[derive(Clone)]
pub(super) enum Key {
    /// Length and bytes, then zeros.
    Short(u8, [u8; IN_PLACE]),
    Long(Box<[u8]>),
}

impl Key {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Short(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            Self::Long(bytes) => bytes,
        }
    }

    /// Where two differ in these, they decide. What follows a short key counts as zeros, which no key comes before.
    fn leading(&self) -> u64 {
        let first = match self {
            Self::Short(_, bytes) => bytes.first_chunk(),
            Self::Long(bytes) => bytes.first_chunk(),
        };
        first.map_or(0, |first| u64::from_be_bytes(*first))
    }
}

impl From<&[u8]> for Key {
    fn from(key: &[u8]) -> Self {
        let mut bytes = [0; IN_PLACE];
        match (bytes.get_mut(..key.len()), u8::try_from(key.len())) {
            (Some(place), Ok(len)) => {
                place.copy_from_slice(key);
                Self::Short(len, bytes)
            }
            _ => Self::Long(key.into()),
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.leading().cmp(&other.leading()).then_with(|| self.as_slice().cmp(other.as_slice()))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Long and short ones with few different bytes, zeros at the end among them, so that many start alike.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        (prop::collection::vec(0u8..2, 0..12), prop_oneof![Just(0usize), 30..50usize])
            .prop_map(|(head, more)| [head, vec![0; more]].concat())
    }

    proptest! {
        #[test]
        fn keys_compare_as_their_bytes_do(a in bytes(), b in bytes()) {
            let (x, y) = (Key::from(a.as_slice()), Key::from(b.as_slice()));
            prop_assert_eq!(x.as_slice(), &a);
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x == y, a == b);
        }
    }
}
