//! Work: the expected number of hashes behind a header, and sums of it (rule W-5).

use super::CompactTarget;
use core::fmt;
use ruint::aliases::U256;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Weight of a header or a chain: expected hashes under proof of work, blocks under stake. Encoded as 32 bytes,
/// big-endian, so that byte order is number order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Weight(pub U256);

impl Weight {
    /// No weight: genesis.
    pub const ZERO: Self = Self(U256::ZERO);
    /// One block under stake.
    pub const ONE: Self = Self(U256::ONE);

    /// Expected hashes to meet a target: 2^256 / (target + 1), rounded down.
    pub fn of_target(target: CompactTarget) -> Self {
        let target = target.expand();
        // 2^256 itself does not fit: (2^256 − (t + 1)) / (t + 1) + 1, where 2^256 − (t + 1) is "not t". A
        // target is far below the largest number, so t + 1 is neither zero nor wrapped.
        let divisor = target.wrapping_add(U256::ONE);
        let rest = (!target).checked_div(divisor).unwrap_or(U256::ZERO);
        Self(rest.wrapping_add(U256::ONE))
    }

    /// The sum, or `None` past 256 bits: such a chain cannot exist and is refused.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Big-endian bytes.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// The weight of big-endian bytes.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }
}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Weight({})", self.0)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        crate::primitives::Hash32(self.to_be_bytes()).serialize(s)
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        crate::primitives::Hash32::deserialize(d).map(|h| Self::from_be_bytes(h.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ruint::Uint;

    type U320 = Uint<320, 5>;

    #[test]
    fn papers_difficulty_costs_about_16_to_the_n_hashes() {
        let work = |n| Weight::of_target(CompactTarget::leading_zero_nibbles(n).unwrap()).0;
        assert_eq!(work(1), U256::from(16));
        assert_eq!(work(2), U256::from(256));
        // The compact form cuts the target a little, which shows from here on.
        assert_eq!(work(4), U256::from(65_537));
        assert_eq!(Weight::of_target(CompactTarget::EASIEST).0, U256::from(2));
    }

    #[test]
    fn sums_past_256_bits_are_refused() {
        let max = Weight(U256::MAX);
        assert_eq!(max.checked_add(Weight(U256::ONE)), None);
        assert_eq!(max.checked_add(Weight::ZERO), Some(max));
    }

    proptest! {
        #[test]
        fn equals_the_plain_division_in_wider_numbers(limbs: [u64; 4], drop in 0usize..256) {
            let t = CompactTarget::from_target(U256::from_limbs(limbs) >> drop);
            let wide = (U320::from(1) << 256) / (U320::from(t.expand()) + U320::from(1));
            prop_assert_eq!(U320::from(Weight::of_target(t).0), wide);
        }

        #[test]
        fn bytes_order_as_numbers(a: [u64; 4], b: [u64; 4]) {
            let (a, b) = (Weight(U256::from_limbs(a)), Weight(U256::from_limbs(b)));
            prop_assert_eq!(a.cmp(&b), a.to_be_bytes().cmp(&b.to_be_bytes()));
            prop_assert_eq!(Weight::from_be_bytes(a.to_be_bytes()), a);
        }
    }
}
