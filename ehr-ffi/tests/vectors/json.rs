//! Reading vectors: every value by the type it must have.

use super::sheet::Fault;
use serde_json::Value;

/// A value of a vector.
pub(crate) trait Read {
    fn at(&self, key: &str) -> Result<&Value, Fault>;
    fn list(&self) -> Result<&Vec<Value>, Fault>;
    fn str(&self) -> Result<&str, Fault>;
    fn int(&self) -> Result<u64, Fault>;
    fn bool(&self) -> Result<bool, Fault>;
    /// Bytes of hex.
    fn hex(&self) -> Result<Vec<u8>, Fault>;
    /// Compact bits: eight hex digits.
    fn bits(&self) -> Result<u32, Fault> {
        let bytes = self.hex()?;
        Ok(u32::from_be_bytes(bytes.as_slice().try_into()?))
    }
    /// Bytes of each element.
    fn hexes(&self) -> Result<Vec<Vec<u8>>, Fault> {
        self.list()?.iter().map(Read::hex).collect()
    }
    /// A field of bytes.
    fn bytes(&self, key: &str) -> Result<Vec<u8>, Fault> {
        self.at(key)?.hex()
    }
    /// A field of text.
    fn text(&self, key: &str) -> Result<String, Fault> {
        Ok(self.at(key)?.str()?.to_owned())
    }
    /// A field that is an id, read from its text.
    fn id<T: std::str::FromStr<Err: std::error::Error + 'static>>(&self, key: &str) -> Result<T, Fault> {
        Ok(self.at(key)?.str()?.parse()?)
    }
    /// A field that is a number.
    fn number<T: TryFrom<u64, Error: std::error::Error + 'static>>(&self, key: &str) -> Result<T, Fault> {
        Ok(T::try_from(self.at(key)?.int()?)?)
    }
}

impl Read for Value {
    fn at(&self, key: &str) -> Result<&Value, Fault> {
        self.get(key).ok_or_else(|| format!("no {key}").into())
    }
    fn list(&self) -> Result<&Vec<Value>, Fault> {
        self.as_array().ok_or_else(|| "not a list".into())
    }
    fn str(&self) -> Result<&str, Fault> {
        self.as_str().ok_or_else(|| "not text".into())
    }
    fn int(&self) -> Result<u64, Fault> {
        self.as_u64().ok_or_else(|| "not a whole number".into())
    }
    fn bool(&self) -> Result<bool, Fault> {
        self.as_bool().ok_or_else(|| "neither true nor false".into())
    }
    fn hex(&self) -> Result<Vec<u8>, Fault> {
        Ok(hex::decode(self.str()?)?)
    }
}

/// The elements before `end`.
pub(crate) fn first<T>(list: &[T], end: u64) -> Result<&[T], Fault> {
    list.get(..usize::try_from(end)?).ok_or_else(|| "fewer than that".into())
}
