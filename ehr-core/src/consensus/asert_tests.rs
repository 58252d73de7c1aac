//! ASERT against published points and against a model in plain big-number arithmetic.

use super::*;
use crate::consensus::CompactTarget;
use proptest::prelude::*;

type U2048 = Uint<2048, 32>;

fn nz(n: u64) -> NonZeroU64 {
    NonZeroU64::new(n).unwrap()
}

/// Anchor bits, anchor height and time of the anchor's parent, then points: height, time, bits of the next
/// block. Spacing 600 s, half-life 2 days, limit 0x1d00ffff. Single results of the twelve published runs
/// (Bitcoin Cash Node, aserti3-2d test vectors).
type Run = (u32, u64, i128, &'static [(u64, i128, u32)]);
const PUBLISHED: &[Run] = &[
    (0x1d00_ffff, 1, 0, &[(2, 1200, 0x1d00_ffff), (11, 6600, 0x1d00_ffff)]),
    (0x1a2b_3c4d, 1, 0, &[(2, 1200, 0x1a2b_3c4d), (11, 6600, 0x1a2b_3c4d)]),
    (0x0101_0000, 1, 0, &[(2, 1200, 0x0101_0000), (11, 6600, 0x0101_0000)]),
    (
        0x0101_0000,
        1,
        0,
        &[(2, 174_000, 0x0102_0000), (3, 347_400, 0x0104_0000), (226, 39_015_600, 0x1d00_ffff)],
    ),
    (0x1d00_ffff, 1, 0, &[(2, 0, 0x1d00_fec5), (290, 0, 0x1c7f_62c0), (64_514, 0, 0x0101_0000)]),
    (0x1802_aee8, 1, 0, &[(3, 1310, 0x1802_ad91), (332, 210_374, 0x1802_ce74), (1001, 589_738, 0x1802_91ad)]),
    (0x1802_aee8, 1, 0, &[(332, 27_490, 0x1801_58f7), (1001, 33_365, 0x1746_9789)]),
    (0x1802_aee8, 1, 0, &[(332, 3_631_240, 0x1a27_005f), (501, 7_462_933, 0x1d00_ffff)]),
    (
        0x1802_aee8,
        2_147_483_642,
        1_234_567_290,
        &[(2_147_483_643, 1_234_568_190, 0x1802_ae16), (2_147_483_652, 1_234_570_890, 0x1802_a6b7)],
    ),
    (
        0x1802_aee8,
        9_223_372_036_854_775_802,
        2_147_483_047,
        &[
            (9_223_372_036_854_775_803, 2_147_484_547, 0x1802_afbb),
            (9_223_372_036_854_775_812, 2_147_492_647, 0x1802_b73d),
        ],
    ),
    (0x1802_aee8, 1, 0, &[(3, 1496, 0x1802_ae12), (1001, 293_713, 0x1800_c896)]),
    (0x1802_aee8, 1, 10_000, &[(3, 11_199, 0x1802_ad44), (10_001, 1201, 0x1364_3f64)]),
];

fn published_input(run: &Run, height: u64, time: i128, unit: u64) -> AsertInput {
    let bits = |b| CompactTarget::from_bits(b).unwrap().expand();
    AsertInput {
        anchor: bits(run.0),
        limit: bits(0x1d00_ffff),
        spacing: nz(600 * unit),
        half_life: nz(172_800 * unit),
        elapsed: (time - run.2) * i128::from(unit),
        blocks: height - run.1,
    }
}

#[test]
fn published_points_in_seconds_and_in_milliseconds() {
    for run in PUBLISHED {
        for &(height, time, want) in run.3 {
            for unit in [1, 1000] {
                let got = asert_target(&published_input(run, height, time, unit));
                assert_eq!(CompactTarget::from_target(got).bits(), want, "{run:?} {height} {unit}");
            }
        }
    }
}

#[test]
fn flooring_the_exponent_would_give_another_target() {
    // Negative control for the truncating division: one second early, floor and truncation part.
    let run = &PUBLISHED[8];
    let mut input = published_input(run, 2_147_483_643, 1_234_568_489, 1);
    let exponent = (input.elapsed - 1200) * RADIX;
    assert_ne!(exponent.div_euclid(172_800), exponent / 172_800);
    let truncated = asert_target(&input);
    // A half-life of one exponent step makes the same input land on the floored exponent exactly.
    input.half_life = nz(65_536);
    input.elapsed = 1200 + exponent.div_euclid(172_800);
    assert_ne!(asert_target(&input), truncated);
}

#[test]
fn the_cubic_never_leaves_64_bits_and_is_within_two_in_ten_thousand() {
    for f in 0..65_536u64 {
        let wide = u128::from(f);
        let sum = 195_766_423_245_049 * wide + 971_821_376 * wide.pow(2) + 5_127 * wide.pow(3) + (1 << 47);
        assert!(sum < 1 << 64);
        assert_eq!(u128::from(factor(f)), (sum >> 48) + 65_536);
        let exact = 65_536.0 * (f as f64 / 65_536.0).exp2();
        assert!((factor(f) as f64 - exact).abs() / exact < 2e-4);
    }
}

/// The rule once more with signed rational steps and numbers too wide to overflow.
fn model(i: &AsertInput) -> U256 {
    let ahead = i.elapsed - i128::from(i.spacing.get()) * (i128::from(i.blocks) + 1);
    let half_life = i128::from(i.half_life.get());
    let magnitude = (ahead.abs() * 65_536) / half_life;
    let exponent = if ahead < 0 { -magnitude } else { magnitude };
    let (whole, part) = (exponent.div_euclid(65_536), exponent.rem_euclid(65_536) as u128);
    let poly =
        (195_766_423_245_049 * part + 971_821_376 * part * part + 5_127 * part * part * part + (1 << 47))
            / (1 << 48);
    let product = U2048::from(i.anchor) * U2048::from(poly + 65_536);
    let whole = whole.clamp(-1000, 1000);
    let next = if whole < 0 {
        product / (U2048::from(1) << (16 + whole.unsigned_abs() as usize))
    } else {
        (product << whole as usize) / (U2048::from(1) << 16)
    };
    U256::from(next.clamp(U2048::from(1), U2048::from(i.limit)))
}

fn inputs() -> impl Strategy<Value = AsertInput> {
    let time = prop_oneof![any::<u64>(), 1..1_000_000u64];
    (
        any::<[u64; 4]>(),
        0usize..256,
        time.clone(),
        time.clone(),
        time,
        -1_000_000_000i64..1_000_000_000_000,
        0..10_000_000u64,
    )
        .prop_map(|(limbs, drop, spacing, half_life, blocks, elapsed, few)| AsertInput {
            anchor: CompactTarget::from_target(U256::from_limbs(limbs) >> drop).expand(),
            limit: CompactTarget::EASIEST.expand(),
            spacing: nz(spacing.max(1) >> 8 | 1),
            half_life: nz(half_life.max(1)),
            elapsed: i128::from(elapsed),
            blocks: few.min(blocks),
        })
}

proptest! {
    #[test]
    fn equals_the_model(input in inputs()) {
        prop_assert_eq!(asert_target(&input), model(&input));
    }

    #[test]
    fn never_falls_when_time_passes_and_never_rises_when_a_block_is_added(input in inputs(), dt: u32) {
        let later = AsertInput { elapsed: input.elapsed + i128::from(dt), ..input };
        prop_assert!(asert_target(&later) >= asert_target(&input));
        let longer = AsertInput { blocks: input.blocks + 1, ..input };
        prop_assert!(asert_target(&longer) <= asert_target(&input));
    }

    #[test]
    fn no_sequence_of_times_moves_the_target_by_more_than_its_own_time(
        input in inputs(), dt in 1u64..100_000_000,
    ) {
        // One more block after dt: the exponent moves by (dt - spacing) / half_life, whatever came before.
        let next = AsertInput { elapsed: input.elapsed + i128::from(dt), blocks: input.blocks + 1, ..input };
        let (a, b) = (asert_target(&input), asert_target(&next));
        let rises = dt / input.half_life.get() + 2;
        prop_assert!(U2048::from(b) <= (U2048::from(a) + U2048::from(1)) << rises.min(1000) as usize);
        let falls = input.spacing.get() / input.half_life.get() + 2;
        prop_assert!(U2048::from(a) <= (U2048::from(b) + U2048::from(1)) << falls.min(1000) as usize);
    }

    #[test]
    fn extreme_inputs_stay_within_one_and_the_limit(
        elapsed: i128, blocks: u64, spacing: u64, half_life: u64, bits: u32,
    ) {
        let anchor = CompactTarget::from_bits(bits).unwrap_or(CompactTarget::EASIEST).expand();
        let limit = CompactTarget::EASIEST.expand();
        let spacing = nz(spacing.max(1));
        let half_life = nz(half_life.max(1));
        let t = asert_target(&AsertInput { anchor, limit, spacing, half_life, elapsed, blocks });
        prop_assert!(t >= U256::ONE && t <= limit);
    }
}
