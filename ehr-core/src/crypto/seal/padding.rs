//! Hiding exact lengths.

/// The length a plaintext of `len` bytes is padded to: Padmé (Nikitin et al., PoPETs 2019, "Reducing Metadata
/// Leakage from Encrypted Files and Communication with PURBs", section 4). At most 12 % more, and only
/// O(log log) bits of the length remain visible. Stops at the largest padded length below 2^64.
pub fn padded_len(len: u64) -> u64 {
    let Some(exponent) = len.checked_ilog2() else { return len };
    let kept = exponent.checked_ilog2().map_or(0, |n| n.saturating_add(1));
    // Low bits of the length that are rounded up to zero.
    let mask = 1u64.checked_shl(exponent.saturating_sub(kept)).unwrap_or(0).saturating_sub(1);
    len.saturating_add(mask) & !mask
}

/// The smallest `n` for which `len` bytes are at most 2^n: all that the chain says of a version's size.
pub fn size_class(len: u64) -> u8 {
    let bits = u64::BITS.saturating_sub(len.saturating_sub(1).leading_zeros());
    u8::try_from(bits).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_small_monotone_and_stable() {
        let mut before = 0;
        for len in 0..100_000u64 {
            let padded = padded_len(len);
            assert!(padded >= len && padded >= before, "{len}");
            assert!(padded - len <= len / 8, "{len} grew to {padded}");
            assert_eq!(padded_len(padded), padded);
            before = padded;
        }
        // Worked by hand: 1000 = 2^9 + 488; exponent 9, 4 bits kept, low 5 bits rounded.
        assert_eq!(padded_len(1000), 1024);
        assert_eq!(padded_len(9), 10);
        assert_eq!(padded_len(u64::MAX), !((1 << 57) - 1));
    }

    #[test]
    fn size_class_is_the_power_of_two_above() {
        for (len, class) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (1024, 10), (1025, 11), (u64::MAX, 64)] {
            assert_eq!(size_class(len), class, "{len}");
        }
    }
}
