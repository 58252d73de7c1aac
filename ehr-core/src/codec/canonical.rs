//! Whether a value encodes to given bytes, found out without writing them anywhere: nothing to allocate, and nothing
//! secret to wipe.

use cbor4ii::core::enc::Write;
use serde::Serialize;
use serde_ipld_dagcbor::ser::Serializer;

/// Takes what an encoder writes as long as it is what was expected.
struct Expecting<'a>(&'a [u8]);

/// Other bytes than expected, or more.
#[derive(Debug, thiserror::Error)]
#[error("encodes to other bytes")]
struct Other;

impl Write for Expecting<'_> {
    type Error = Other;

    fn push(&mut self, written: &[u8]) -> Result<(), Other> {
        self.0 = self.0.strip_prefix(written).ok_or(Other)?;
        Ok(())
    }
}

/// Whether `bytes` are what `value` encodes to.
pub(super) fn encodes_to(value: &impl Serialize, bytes: &[u8]) -> bool {
    let mut serializer = Serializer::new(Expecting(bytes));
    value.serialize(&mut serializer).is_ok() && serializer.into_inner().0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_more_or_less_or_different_is_not_what_is_written() {
        let value = (7u8, "text", [1u16, 300]);
        let bytes = serde_ipld_dagcbor::to_vec(&value).unwrap();
        assert!(encodes_to(&value, &bytes));
        assert!(!encodes_to(&value, &[bytes.as_slice(), &[0]].concat()));
        for at in 0..bytes.len() {
            assert!(!encodes_to(&value, &bytes[..at]));
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(!encodes_to(&value, &other));
        }
    }
}
