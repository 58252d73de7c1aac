//! One thread's search: one SHA-256 compression a try.

use ehr_core::block::WorkTemplate;
use sha2::block_api::compress256;
use std::ops::Range;

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
/// Length of a proof header in bits, as the padding states it.
const MESSAGE_BITS: u64 = 112 * 8;

/// The lowest nonce of the range that seals the template's block, or `None`.
///
/// The first 64 bytes of the proof header are compressed once a call; call it with ranges of some thousand
/// nonces or more.
pub fn search(template: &WorkTemplate, nonces: Range<u64>) -> Option<u64> {
    let mut midstate = INITIAL;
    compress256(&mut midstate, &[template.first]);
    // Second block: 40 bytes of tail, 8 of nonce, then the padding.
    let mut block = [0u8; 64];
    block[..40].copy_from_slice(&template.tail);
    block[48] = 0x80;
    block[56..].copy_from_slice(&MESSAGE_BITS.to_be_bytes());
    // The target's leading 64 bits decide all but a few tries; those few are hashed again in full.
    let bound = template.target.expand().as_limbs()[3];
    for nonce in nonces {
        block[40..48].copy_from_slice(&nonce.to_be_bytes());
        let mut state = midstate;
        compress256(&mut state, core::slice::from_ref(&block));
        let leading = u64::from(state[0]) << 32 | u64::from(state[1]);
        if leading <= bound && template.is_solved_by(nonce) {
            return Some(nonce);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use ehr_core::consensus::CompactTarget;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_hashing_every_nonce_finds(
            first in prop::array::uniform32(any::<u8>()), tail in prop::array::uniform32(any::<u8>()),
            zeros in 1u8..4, start: u64,
        ) {
            let mut template = WorkTemplate {
                first: [0; 64],
                tail: [0; 40],
                target: CompactTarget::leading_zero_nibbles(zeros).unwrap(),
            };
            template.first[..32].copy_from_slice(&first);
            template.tail[8..].copy_from_slice(&tail);
            let range = start..start.saturating_add(600);
            let naive = range.clone().find(|n| template.is_solved_by(*n));
            prop_assert_eq!(search(&template, range), naive);
        }
    }

    #[test]
    fn an_empty_range_holds_nothing() {
        let template = WorkTemplate { first: [0; 64], tail: [0; 40], target: CompactTarget::EASIEST };
        assert_eq!(search(&template, 5..5), None);
    }
}
