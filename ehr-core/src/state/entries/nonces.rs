//! Which nonces an account has used: the highest, and a window of 256 below it.
//!
//! A single last nonce would do against replay, but transactions travel over a network that reorders, and
//! reorganisations mine them anew in another order: whatever was overtaken could then never be mined. The window
//! (as in RFC 4303, section 3.4.3, for packets) lets them come in any order and each of them once (ADR 0006).

use crate::codec::limits::MAX_NONCE_GAP;
use crate::primitives::Hash32;
use crate::state::TxError;
use ruint::aliases::U256;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Used nonces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Nonces {
    /// The highest used; 0 before the first transaction.
    pub last: u64,
    /// Big-endian number whose bit `i` says that `last - 1 - i` was used.
    pub earlier: Hash32,
}

impl Nonces {
    /// None used. Nonce 0 never is.
    pub const NONE: Self = Self { last: 0, earlier: Hash32::ZERO };
    /// Nonces below the highest that are remembered one by one; older ones count as used.
    pub const WINDOW: u64 = 256;

    /// Whether a nonce can still be used.
    pub fn is_free(&self, nonce: u64) -> bool {
        self.clone().take(nonce).is_ok()
    }

    /// Uses a nonce (rule T-4).
    ///
    /// # Errors
    /// It was used, lies too far below the highest, or too far above it. Nothing changed.
    pub fn take(&mut self, nonce: u64) -> Result<(), TxError> {
        let (last, window) = (self.last, U256::from_be_bytes(self.earlier.0));
        if let Some(up) = nonce.checked_sub(last).filter(|up| *up > 0) {
            if up > MAX_NONCE_GAP {
                return Err(TxError::NonceTooFar { last, got: nonce, limit: MAX_NONCE_GAP });
            }
            let moved = if up < Self::WINDOW { shl(window, up) } else { U256::ZERO };
            // The nonce that was highest joins the window; there is none before the first transaction.
            let old = if last > 0 && up <= Self::WINDOW {
                shl(U256::ONE, up.saturating_sub(1))
            } else {
                U256::ZERO
            };
            *self = Self { last: nonce, earlier: Hash32((moved | old).to_be_bytes()) };
            return Ok(());
        }
        let used = TxError::NonceUsed { last, got: nonce };
        let below = last.checked_sub(nonce).and_then(|d| d.checked_sub(1)).ok_or(used.clone())?;
        let bit = if nonce > 0 && below < Self::WINDOW { shl(U256::ONE, below) } else { U256::ZERO };
        if bit == U256::ZERO || window & bit != U256::ZERO {
            return Err(used);
        }
        self.earlier = Hash32((window | bit).to_be_bytes());
        Ok(())
    }
}

/// Shift by less than the width.
fn shl(n: U256, by: u64) -> U256 {
    n.wrapping_shl(usize::try_from(by).unwrap_or(usize::MAX).min(255))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn agrees_with_a_set_of_all_used_nonces(draws in prop::collection::vec(0u64..900, 1..400), base in 0u64..3) {
            let (mut nonces, mut used) = (Nonces::NONE, BTreeSet::from([0u64]));
            for draw in draws {
                let nonce = draw + base;
                let last = *used.last().unwrap();
                let fresh = !used.contains(&nonce) && (nonce > last || last - nonce <= Nonces::WINDOW);
                prop_assert_eq!(nonces.is_free(nonce), fresh);
                prop_assert_eq!(nonces.take(nonce).is_ok(), fresh);
                if fresh {
                    used.insert(nonce);
                }
                prop_assert_eq!(nonces.last, *used.last().unwrap());
            }
        }
    }

    #[test]
    fn the_gap_has_a_limit_and_the_window_an_end() {
        let mut nonces = Nonces::NONE;
        nonces.take(10).unwrap();
        let far = 10 + MAX_NONCE_GAP + 1;
        assert_eq!(nonces.take(far), Err(TxError::NonceTooFar { last: 10, got: far, limit: MAX_NONCE_GAP }));
        nonces.take(10 + Nonces::WINDOW + 1).unwrap();
        assert_eq!(
            nonces.take(10),
            Err(TxError::NonceUsed { last: 267, got: 10 }),
            "used, and out of the window"
        );
        nonces.take(11).unwrap();
        assert!(nonces.take(11).is_err());
        assert!(nonces.take(9).is_err(), "unused, and out of the window");
    }
}
