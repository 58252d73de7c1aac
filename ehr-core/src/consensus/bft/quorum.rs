//! The two fractions everything rests on (arXiv 1807.04938, section 2: `f < n/3`, by voting power).

/// Whether `power` is more than two thirds of `total` (rule BF-9): two such parts share a correct validator.
pub fn is_more_than_two_thirds(power: u64, total: u64) -> bool {
    u128::from(power).saturating_mul(3) > u128::from(total).saturating_mul(2)
}

/// Whether `power` is more than one third of `total` (rule BF-9): such a part holds a correct validator.
pub fn is_more_than_one_third(power: u64, total: u64) -> bool {
    u128::from(power).saturating_mul(3) > u128::from(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_a_third_is_not_more() {
        assert!(!is_more_than_two_thirds(2, 3) && is_more_than_two_thirds(3, 3));
        assert!(!is_more_than_two_thirds(6, 10) && is_more_than_two_thirds(7, 10));
        assert!(!is_more_than_one_third(1, 3) && is_more_than_one_third(2, 3));
        assert!(is_more_than_two_thirds(u64::MAX, u64::MAX) && !is_more_than_one_third(0, u64::MAX));
        assert!(!is_more_than_two_thirds(0, 0) && !is_more_than_one_third(0, 0));
    }
}
