//! Proof-of-work targets in Bitcoin's compact `nBits` form (rules W-1 and W-2).

use crate::primitives::BlockId;
use ruint::aliases::U256;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bits of a compact target that count as its sign; a target is never negative.
const SIGN: u32 = 0x0080_0000;
const MANTISSA: u32 = 0x007f_ffff;

/// Compact bits that are not a target of this ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The target is zero: no hash could meet it.
    #[error("target bits {bits:#010x}: the target is zero")]
    Zero {
        /// Bits given.
        bits: u32,
    },
    /// The sign bit is set on a number other than zero.
    #[error("target bits {bits:#010x}: the target is negative")]
    Negative {
        /// Bits given.
        bits: u32,
    },
    /// The number does not fit 256 bits.
    #[error("target bits {bits:#010x}: the target does not fit 256 bits")]
    Overflow {
        /// Bits given.
        bits: u32,
    },
    /// Another, canonical, form stands for the same target (rule W-1).
    #[error("target bits {bits:#010x}: not the canonical form, which is {canonical:#010x}")]
    NotCanonical {
        /// Bits given.
        bits: u32,
        /// What they should be.
        canonical: u32,
    },
    /// Easier than any chain may be.
    #[error("target bits {bits:#010x}: easier than the limit {limit:#010x}")]
    TooEasy {
        /// Bits given.
        bits: u32,
        /// The easiest bits allowed, [`CompactTarget::EASIEST`].
        limit: u32,
    },
}

/// A target in compact form: one byte of size, three bytes of mantissa, target = mantissa · 256^(size − 3).
///
/// Always canonical, above zero and at most [`CompactTarget::EASIEST`]; decoding anything else is refused. The
/// order of canonical bits is the order of their targets.
/// Source: Bitcoin's `nBits`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompactTarget(u32);

impl CompactTarget {
    /// The easiest target there is (about every second hash meets it): the proof-of-work limit of every chain.
    pub const EASIEST: Self = Self(0x207f_ffff);

    /// The target of compact bits.
    ///
    /// # Errors
    /// Zero, negative, too large, too easy, or not the canonical form (rule W-1).
    pub fn from_bits(bits: u32) -> Result<Self, TargetError> {
        let target = decode(bits)?;
        let canonical = encode(target);
        if canonical != bits {
            return Err(TargetError::NotCanonical { bits, canonical });
        }
        if target > Self::EASIEST.expand() {
            return Err(TargetError::TooEasy { bits, limit: Self::EASIEST.0 });
        }
        Ok(Self(bits))
    }

    /// The largest compact target not above `target`, clamped to 1 and to [`CompactTarget::EASIEST`].
    pub fn from_target(target: U256) -> Self {
        Self(encode(target.clamp(U256::ONE, Self::EASIEST.expand())))
    }

    /// The target that a hash meets only if its hex form starts with `n` zero digits: the papers' "difficulty
    /// n". The compact form keeps its top 16 to 20 bits, so at most one in 65,536 of those hashes still lies
    /// above it. `None` for 0 (no target lets every hash pass) and above 63.
    pub fn leading_zero_nibbles(n: u8) -> Option<Self> {
        let shift = match n {
            1..=63 => usize::from(n).checked_mul(4)?,
            _ => return None,
        };
        Some(Self(encode(U256::MAX.wrapping_shr(shift))))
    }

    /// The compact form.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The full 256-bit target.
    pub fn expand(self) -> U256 {
        // Every value of this type has decoded once.
        decode(self.0).unwrap_or(U256::ONE)
    }

    /// Whether the hash, read as a big-endian number, is at most the target (rule W-2).
    pub fn is_met_by(self, hash: &BlockId) -> bool {
        U256::from_be_bytes(hash.0) <= self.expand()
    }
}

impl core::fmt::Debug for CompactTarget {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CompactTarget({:#010x})", self.0)
    }
}

impl Serialize for CompactTarget {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for CompactTarget {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::from_bits(u32::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// The number that compact bits stand for, canonical or not.
fn decode(bits: u32) -> Result<U256, TargetError> {
    let size = usize::try_from(bits >> 24).unwrap_or(usize::MAX);
    let mantissa = U256::from(bits & MANTISSA);
    let shift = |bytes: usize| bytes.saturating_mul(8);
    let target = match size.checked_sub(3) {
        Some(up) => mantissa.checked_shl(shift(up)).ok_or(TargetError::Overflow { bits })?,
        None => mantissa.wrapping_shr(shift(3usize.saturating_sub(size))),
    };
    if target.is_zero() {
        return Err(TargetError::Zero { bits });
    }
    if bits & SIGN != 0 {
        return Err(TargetError::Negative { bits });
    }
    Ok(target)
}

/// The canonical compact form of a number, low bytes beyond the mantissa cut off.
fn encode(target: U256) -> u32 {
    let mut size = target.byte_len();
    let shifted = match size.checked_sub(3) {
        Some(down) => target.wrapping_shr(down.saturating_mul(8)),
        None => target.wrapping_shl(3usize.saturating_sub(size).saturating_mul(8)),
    };
    let mut mantissa = u32::try_from(shifted).unwrap_or(u32::MAX);
    if mantissa & SIGN != 0 {
        mantissa >>= 8;
        size = size.saturating_add(1);
    }
    mantissa | (u32::try_from(size).unwrap_or(u32::MAX) << 24)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn papers_difficulty_is_a_count_of_zero_digits() {
        let bits = |n| CompactTarget::leading_zero_nibbles(n).map(CompactTarget::bits);
        assert_eq!(bits(0), None);
        assert_eq!(bits(1), Some(0x200f_ffff));
        assert_eq!(bits(2), Some(0x2000_ffff));
        assert_eq!(bits(3), Some(0x1f0f_ffff));
        assert_eq!(bits(63), Some(0x010f_0000));
        assert_eq!(bits(64), None);
        for n in 1..=63u8 {
            let t = CompactTarget::leading_zero_nibbles(n).unwrap();
            assert_eq!(CompactTarget::from_bits(t.bits()), Ok(t));
            assert_eq!(t.expand().leading_zeros(), usize::from(n) * 4);
        }
    }

    #[test]
    fn a_hash_meets_the_target_up_to_and_including_it() {
        let t = CompactTarget::leading_zero_nibbles(2).unwrap();
        let hash = |n: U256| BlockId(n.to_be_bytes());
        assert!(t.is_met_by(&hash(t.expand())));
        assert!(t.is_met_by(&BlockId::ZERO));
        assert!(!t.is_met_by(&hash(t.expand() + U256::ONE)));
    }

    #[test]
    fn easier_than_the_limit_is_refused() {
        let easiest = CompactTarget::EASIEST;
        assert_eq!(CompactTarget::from_bits(easiest.bits()), Ok(easiest));
        let bits = 0x2100_8000;
        assert_eq!(CompactTarget::from_bits(bits), Err(TargetError::TooEasy { bits, limit: 0x207f_ffff }));
        assert_eq!(CompactTarget::from_target(U256::MAX), easiest);
        assert_eq!(CompactTarget::from_target(U256::ZERO).expand(), U256::ONE);
    }

    proptest! {
        #[test]
        fn accepted_bits_are_exactly_those_that_expand_and_compress_to_themselves(bits: u32) {
            match CompactTarget::from_bits(bits) {
                Ok(t) => {
                    prop_assert_eq!(CompactTarget::from_target(t.expand()).bits(), bits);
                    prop_assert!(bits & SIGN == 0);
                    // No excess zero byte: the mantissa could not drop its top byte and keep its sign clear.
                    prop_assert!(bits & 0x007f_8000 != 0);
                }
                Err(TargetError::NotCanonical { canonical, .. }) => {
                    prop_assert_eq!(decode(canonical), decode(bits));
                }
                Err(_) => {}
            }
        }

        #[test]
        fn bits_order_as_targets(a: [u64; 4], b: [u64; 4], da in 0usize..256, db in 0usize..256) {
            let t = |limbs, drop| CompactTarget::from_target(U256::from_limbs(limbs) >> drop);
            let (a, b) = (t(a, da), t(b, db));
            prop_assert_eq!(a.cmp(&b), a.expand().cmp(&b.expand()));
        }

        #[test]
        fn compressing_rounds_down_and_keeps_16_bits(limbs: [u64; 4], drop in 1usize..256) {
            let n = U256::from_limbs(limbs) >> drop;
            let t = CompactTarget::from_target(n).expand();
            prop_assert!(n.is_zero() || t <= n);
            prop_assert!(n.is_zero() || n - t <= n >> 15);
        }
    }
}
