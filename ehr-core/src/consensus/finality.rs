//! Finality by confirmations (rule W-9). Probabilistic: with a majority of honest hash power the chance that a
//! block k deep is replaced falls exponentially in k; without one there is no finality.

use crate::primitives::Height;
use core::num::NonZeroU32;

/// Confirmations a chain asks for unless its genesis says otherwise.
pub const DEFAULT_CONFIRMATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(11);

/// Confirmations of the block at `height` on a chain whose tip is at `tip`: the block itself counts as one;
/// zero above the tip.
pub fn confirmations(height: Height, tip: Height) -> u64 {
    match tip.0.checked_sub(height.0) {
        Some(above) => above.saturating_add(1),
        None => 0,
    }
}

/// The highest final block of a chain with this tip: the highest with at least `k` confirmations, or genesis,
/// which is final by definition. Never falls as the tip rises.
pub fn final_height(tip: Height, k: NonZeroU32) -> Height {
    tip.plus(1).minus(u64::from(k.get())).min(tip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_final_block_is_the_highest_with_enough_confirmations(tip in 0u64..10_000, k in 1u32..200) {
            let k = NonZeroU32::new(k).unwrap();
            let f = final_height(Height(tip), k);
            let enough = |h: u64| confirmations(Height(h), Height(tip)) >= u64::from(k.get());
            let model = (0..=tip + 1).filter(|h| enough(*h)).max().unwrap_or(0);
            prop_assert_eq!(f.0, model);
            prop_assert!(final_height(Height(tip + 1), k) >= f);
        }
    }
}
