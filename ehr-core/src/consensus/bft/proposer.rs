//! The rotation of proposers: exact shares, nothing to grind, no state.

use crate::primitives::Height;

/// The golden ratio's fractional part over 10^18: multiples of it spread most evenly over a circle, so turns of
/// one validator lie far apart.
const GOLDEN: u128 = 618_033_988_749_894_848;
const SCALE: u128 = 1_000_000_000_000_000_000;

/// The step of rule BF-4: the largest number up to `total · 0.618…` that shares no factor with `total`. Steps of
/// that length visit each of the `total` points once before any a second time.
pub(super) fn stride(total: u64) -> u64 {
    let near = u128::from(total).saturating_mul(GOLDEN).checked_div(SCALE).unwrap_or_default();
    let mut step = u64::try_from(near).unwrap_or(1).max(1);
    while gcd(step, total) > 1 {
        step = step.saturating_sub(1).max(1);
    }
    step
}

/// The point of a height: `height · stride mod total`.
pub(super) fn point(height: Height, stride: u64, total: u64) -> u64 {
    let product = u128::from(height.0).saturating_mul(u128::from(stride));
    product.checked_rem(u128::from(total)).and_then(|at| u64::try_from(at).ok()).unwrap_or_default()
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or_default());
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_point_is_visited_once_in_total_heights() {
        for total in 1..=300u64 {
            let step = stride(total);
            let seen: BTreeSet<_> = (0..total).map(|h| point(Height(h), step, total)).collect();
            assert_eq!(seen.len() as u64, total, "{total}");
        }
    }

    #[test]
    fn the_largest_total_does_not_overflow() {
        let total = (1 << 62) - 1;
        assert!(point(Height(u64::MAX), stride(total), total) < total);
    }
}
