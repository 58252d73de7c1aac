//! Fixed-length byte strings with a meaning. On the wire each is a CBOR byte string of exactly that length; in
//! human-readable formats it is lower-case hex.

use core::fmt;

/// A hex string that is not the id it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} lower-case hex digits, got {got} characters or a character that is not one")]
pub struct ParseHexError {
    /// Digits the type needs.
    pub expected: usize,
    /// Characters given.
    pub got: usize,
}

fn nibble(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(c.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

fn parse_hex<const N: usize>(s: &str) -> Result<[u8; N], ParseHexError> {
    let err = ParseHexError { expected: N.saturating_mul(2), got: s.len() };
    if s.len() != N.saturating_mul(2) {
        return Err(err);
    }
    let mut out = [0u8; N];
    for (byte, pair) in out.iter_mut().zip(s.as_bytes().chunks_exact(2)) {
        let (hi, lo) = match pair {
            [hi, lo] => (nibble(*hi).ok_or(err)?, nibble(*lo).ok_or(err)?),
            _ => return Err(err),
        };
        *byte = (hi << 4) | lo;
    }
    Ok(out)
}

/// The bytes that decide nearly every comparison of two ids, as a number that compares as they do: ordered maps by id
/// are on every path, and a call to compare memory costs more than the comparison.
fn leading<const N: usize>(bytes: &[u8; N]) -> u64 {
    bytes.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

struct FixedVisitor<const N: usize>;

impl<'de, const N: usize> serde::de::Visitor<'de> for FixedVisitor<N> {
    type Value = [u8; N];
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a byte string of {N} bytes")
    }
    fn visit_bytes<E: serde::de::Error>(self, v: &[u8]) -> Result<Self::Value, E> {
        <[u8; N]>::try_from(v).map_err(|_| E::invalid_length(v.len(), &self))
    }
    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Self::Value, E> {
        parse_hex::<N>(v).map_err(E::custom)
    }
}

macro_rules! fixed_bytes {
    ($( $(#[$doc:meta])* $name:ident [$len:literal] ),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub [u8; $len]);

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                leading(&self.0).cmp(&leading(&other.0)).then_with(|| self.0.cmp(&other.0))
            }
        }
        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> { Some(self.cmp(other)) }
        }

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;
            /// All zero bytes: "none" where a field is fixed-size and optional by rule.
            pub const ZERO: Self = Self([0; $len]);
            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] { &self.0 }
        }
        impl From<[u8; $len]> for $name { fn from(b: [u8; $len]) -> Self { Self(b) } }
        impl AsRef<[u8]> for $name { fn as_ref(&self) -> &[u8] { &self.0 } }
        impl TryFrom<&[u8]> for $name {
            type Error = core::array::TryFromSliceError;
            fn try_from(b: &[u8]) -> Result<Self, Self::Error> { Ok(Self(b.try_into()?)) }
        }
        impl core::str::FromStr for $name {
            type Err = ParseHexError;
            fn from_str(s: &str) -> Result<Self, Self::Err> { parse_hex::<$len>(s).map(Self) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for b in &self.0 { write!(f, "{b:02x}")?; }
                Ok(())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                for b in self.0.iter().take(6) { write!(f, "{b:02x}")?; }
                f.write_str("..)")
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_str(self) } else { s.serialize_bytes(&self.0) }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let v = FixedVisitor::<$len>;
                if d.is_human_readable() { d.deserialize_str(v) } else { d.deserialize_bytes(v) }.map(Self)
            }
        }
    )+};
}

fixed_bytes! {
    /// A SHA-256 digest with no more specific meaning.
    Hash32[32],
    /// SHA-256 of the genesis specification; every transaction and header names it.
    ChainId[32],
    /// SHA-256 of a block's 112-byte proof header.
    BlockId[32],
    /// SHA-256 over a domain tag and a transaction's body bytes; signatures excluded.
    TxId[32],
    /// Stable id of an account; keys rotate under it.
    AccountId[32],
    /// Random id of a record, chosen by its author.
    RecordId[32],
    /// Random id of a scope, chosen by the patient's device.
    ScopeId[32],
    /// The transaction id of the grant (or of the acknowledgement that embeds it).
    GrantId[32],
    /// The transaction id of an access request.
    RequestId[32],
    /// An Ed25519 public key, canonical encoding; validity is decided at admission, not here.
    VerifyingKey[32],
    /// An X25519 public key.
    EncryptionKey[32],
    /// An Ed25519 signature, R then s.
    Signature[64],
    /// Random salt of an account id.
    Salt16[16],
}

macro_rules! as_hash {
    ($($name:ident),+) => {$(
        impl From<$name> for Hash32 {
            fn from(id: $name) -> Self { Self(id.0) }
        }
    )+};
}

as_hash!(AccountId, RecordId, ScopeId, GrantId, RequestId, TxId, BlockId);

impl From<TxId> for GrantId {
    fn from(t: TxId) -> Self {
        Self(t.0)
    }
}

impl From<TxId> for RequestId {
    fn from(t: TxId) -> Self {
        Self(t.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips_and_refuses_upper_case_and_wrong_length() {
        let id = AccountId([0xab; 32]);
        let text = id.to_string();
        assert_eq!(text.parse::<AccountId>(), Ok(id));
        assert!(text.to_uppercase().parse::<AccountId>().is_err());
        assert_eq!("ab".parse::<AccountId>(), Err(ParseHexError { expected: 64, got: 2 }));
    }
}
