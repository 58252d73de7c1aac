//! The proof-of-work rules as a phone or a node applies them: a chain of proof headers, and every way to break it.

mod golden;

use ehr_core::block::ProofHeader;
use ehr_core::consensus::*;
use ehr_core::primitives::{BlockId, Hash32, Height, Timestamp};
use proptest::prelude::*;
use ruint::aliases::U256;
use serde_json::json;

const GENESIS_TIME: Timestamp = Timestamp(1_700_000_000_000);

fn rules(difficulty: DifficultyRule) -> ProofOfWork {
    ProofOfWork { difficulty, genesis_time: GENESIS_TIME }
}

fn asert() -> DifficultyRule {
    DifficultyRule::default_asert(CompactTarget::leading_zero_nibbles(1).unwrap())
}

fn genesis() -> ProofHeader {
    ProofHeader {
        version: 1,
        shard: 0,
        bits: 0,
        chain: [7; 16],
        prev: BlockId::ZERO,
        height: Height(0),
        digest: Hash32([9; 32]),
        time: GENESIS_TIME,
        nonce: 0,
    }
}

/// A sealed child of `parent` after `dt` milliseconds, with `salt` in the place of its content.
fn child(rules: &ProofOfWork, parent: &ProofHeader, dt: u64, salt: u8) -> ProofHeader {
    let header = ProofHeader {
        bits: rules.target_after(parent).bits(),
        prev: parent.id(),
        height: parent.height.next().unwrap(),
        digest: Hash32([salt; 32]),
        time: parent.time.plus(dt),
        nonce: 0,
        ..*parent
    };
    seal(header)
}

/// Searches a nonce for the target the header claims.
fn seal(header: ProofHeader) -> ProofHeader {
    let target = CompactTarget::from_bits(header.bits).unwrap();
    (0..).map(|nonce| ProofHeader { nonce, ..header }).find(|h| target.is_met_by(&h.id())).unwrap()
}

fn check(
    rules: &ProofOfWork,
    header: &ProofHeader,
    parent: &ProofHeader,
    now: Timestamp,
) -> Result<(), SealError> {
    let rules = Consensus::Work(*rules);
    rules.check_alone(header)?;
    rules.check_after(header, &Parent::from(*parent), now)
}

#[test]
fn a_chain_of_proof_headers_is_checked_alone_and_its_target_follows_its_speed() {
    for (dt, gets_easier) in [(3_000, false), (300_000, true)] {
        let rules = rules(asert());
        let mut parent = genesis();
        let mut total = Weight::ZERO;
        for salt in 0..40 {
            let h = child(&rules, &parent, dt, salt);
            assert_eq!(check(&rules, &h, &parent, h.time), Ok(()));
            total = total.checked_add(rules.weight(&h)).unwrap();
            parent = h;
        }
        let first = CompactTarget::leading_zero_nibbles(1).unwrap();
        let last = CompactTarget::from_bits(parent.bits).unwrap();
        assert_eq!(last > first, gets_easier);
        assert_eq!(total > Weight(Weight::of_target(first).0 * U256::from(40)), !gets_easier);
    }
}

#[test]
fn block_one_has_the_anchor_target_whatever_its_time() {
    let rules = rules(asert());
    for dt in [1, 30_000, 86_400_000] {
        assert_eq!(child(&rules, &genesis(), dt, 0).bits, 0x200f_ffff);
    }
    // On schedule the target stays: block n is due n spacings after genesis.
    let one = child(&rules, &genesis(), 30_000, 0);
    let two = child(&rules, &one, 30_000, 0);
    assert_eq!((two.bits, child(&rules, &two, 1, 0).bits), (0x200f_ffff, 0x200f_ffff));
}

#[test]
fn every_broken_rule_has_its_own_error() {
    let rules = rules(asert());
    let parent = child(&rules, &genesis(), 30_000, 1);
    let good = child(&rules, &parent, 30_000, 2);
    let now = good.time;
    let broken = |change: fn(&mut ProofHeader)| {
        let mut h = good;
        change(&mut h);
        check(&rules, &seal(h), &parent, now).unwrap_err()
    };
    assert!(matches!(broken(|h| h.version = 2), SealError::UnknownVersion { got: 2, want: 1 }));
    assert_eq!(broken(|h| h.chain[15] ^= 1), SealError::OtherChain);
    assert_eq!(broken(|h| h.shard = 3), SealError::OtherShard { got: 3, want: 0 });
    assert!(matches!(broken(|h| h.prev.0[0] ^= 1), SealError::NotChild { .. }));
    assert!(matches!(broken(|h| h.height.0 += 1), SealError::NotNextHeight { got: Height(3), .. }));
    // Claimed target: recomputed, so neither an easier nor a harder one passes.
    for bits in [0x207f_ffff, 0x2000_ffff] {
        let h = seal(ProofHeader { bits, ..good });
        let want = SealError::WrongTarget { got: bits, want: good.bits };
        assert_eq!(check(&rules, &h, &parent, now), Err(want));
    }
    let as_parent = SealError::Time(TimeError::NotAfterParent { time: parent.time, parent: parent.time });
    assert_eq!(broken(|h| h.time = Timestamp(h.time.0 - 30_000)), as_parent);
    // Without work, sealed by stake, or with a target that is none.
    let unsealed = (0..)
        .map(|nonce| ProofHeader { nonce, ..good })
        .find(|h| !CompactTarget::leading_zero_nibbles(1).unwrap().is_met_by(&h.id()))
        .unwrap();
    assert!(matches!(rules.check_alone(&unsealed), Err(SealError::HashAboveTarget { .. })));
    let with = |bits| rules.check_alone(&ProofHeader { bits, ..good });
    assert_eq!(with(0), Err(SealError::NotWork));
    assert!(matches!(with(0x2100_8000), Err(SealError::Target(TargetError::TooEasy { .. }))));
    assert!(matches!(with(0x2180_0001), Err(SealError::Target(TargetError::Negative { .. }))));
}

#[test]
fn a_header_from_the_near_future_is_held_not_banned() {
    let rules = rules(asert());
    let h = child(&rules, &genesis(), 600_000, 0);
    let early = check(&rules, &h, &genesis(), Timestamp(h.time.0 - 120_001)).unwrap_err();
    assert!(early.is_transient());
    assert_eq!(check(&rules, &h, &genesis(), Timestamp(h.time.0 - 120_000)), Ok(()));
    // Every other refusal is final.
    let late = check(&rules, &ProofHeader { time: GENESIS_TIME, ..h }, &genesis(), h.time).unwrap_err();
    assert!(!late.is_transient());
}

#[test]
fn golden_targets_work_and_asert() {
    let targets: Vec<_> =
        [0x207f_ffffu32, 0x200f_ffff, 0x2000_ffff, 0x1d00_ffff, 0x1b04_04cb, 0x0300_8000, 0x0101_0000]
            .into_iter()
            .map(|bits| {
                let t = CompactTarget::from_bits(bits).unwrap();
                json!({
                    "bits": format!("{bits:08x}"),
                    "target": hex::encode(t.expand().to_be_bytes::<32>()),
                    "work": hex::encode(Weight::of_target(t).to_be_bytes()),
                })
            })
            .collect();
    let refused =
        [0u32, 0x0100_3456, 0x0112_3456, 0x0492_3456, 0x2100_8000, 0xff12_3456, 0x2100_00ff, 0x1f00_00ff]
            .map(|bits| {
                assert!(CompactTarget::from_bits(bits).is_err());
                format!("{bits:08x}")
            });
    let nibbles: Vec<_> = [1u8, 2, 3, 4, 8, 63]
        .into_iter()
        .map(|n| json!({ "zeros": n, "bits": format!("{:08x}", CompactTarget::leading_zero_nibbles(n).unwrap().bits()) }))
        .collect();
    let rule = asert();
    let points = [
        (0u64, 0u64),
        (1, 30_000),
        (1, 29_999),
        (1, 30_001),
        (2, 1),
        (50, 60_000),
        (50, 50_000_000),
        (500, 500),
        (9_000_000, 1),
    ];
    let asert: Vec<_> = points
        .into_iter()
        .map(|(height, dt)| {
            let t = rule.target_after(GENESIS_TIME, Height(height), GENESIS_TIME.plus(dt));
            json!({
                "parent_height": height,
                "parent_time": GENESIS_TIME.0 + dt,
                "bits": format!("{:08x}", t.bits()),
            })
        })
        .collect();
    golden::check(
        "pow",
        &json!({
            "about": "docs/spec/proof-of-work.md",
            "targets": targets,
            "refused_bits": refused,
            "leading_zero_nibbles": nibbles,
            "asert": {
                "genesis_time": GENESIS_TIME.0, "anchor": "200fffff",
                "spacing_ms": 30_000, "half_life_ms": 3_600_000, "cases": asert,
            },
        }),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever times and targets a miner writes, a header is accepted exactly if it claims the recomputed
    /// target and a time between its parent's and the bound.
    #[test]
    fn accepted_exactly_with_the_recomputed_target(
        steps in prop::collection::vec((prop_oneof![0u64..3, 0u64..400_000], prop::sample::select(vec![0u32, 1, 2, 3])), 1..12),
    ) {
        let rules = rules(asert());
        let mut parent = genesis();
        let now = GENESIS_TIME.plus(1_000_000);
        for (dt, lie) in steps {
            let honest = rules.target_after(&parent);
            let easier = CompactTarget::from_target(honest.expand() << 1);
            let bits = match lie {
                2 => easier.bits(),
                3 => CompactTarget::from_target(honest.expand() >> 1).bits(),
                _ => honest.bits(),
            };
            let h = seal(ProofHeader {
                bits,
                prev: parent.id(),
                height: parent.height.next().unwrap(),
                time: parent.time.plus(dt),
                ..parent
            });
            let ok = bits == honest.bits() && dt > 0 && h.time.0 <= now.0 + 120_000;
            prop_assert_eq!(check(&rules, &h, &parent, now).is_ok(), ok);
            if ok {
                parent = h;
            }
        }
    }
}

#[test]
fn a_difficulty_rule_is_an_array_with_a_code_and_refuses_zero_spacing() {
    for rule in [asert(), DifficultyRule::Fixed { target: CompactTarget::EASIEST }] {
        let bytes = serde_ipld_dagcbor::to_vec(&rule).unwrap();
        assert_eq!(serde_ipld_dagcbor::from_slice::<DifficultyRule>(&bytes).unwrap(), rule);
    }
    let raw = |spacing: u64, half: u64| {
        let bytes = serde_ipld_dagcbor::to_vec(&(1u8, 0x200f_ffffu32, spacing, half)).unwrap();
        serde_ipld_dagcbor::from_slice::<DifficultyRule>(&bytes)
    };
    assert!(raw(1, 1).is_ok());
    assert!(raw(0, 1).is_err() && raw(1, 0).is_err());
}
