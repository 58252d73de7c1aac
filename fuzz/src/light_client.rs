//! Headers in any order at a light client, and proofs that decode.

use crate::input::Input;
use ehr_core::block::ProofHeader;
use ehr_core::codec::Wire;
use ehr_core::consensus::{CompactTarget, Consensus, DifficultyRule, ProofOfWork};
use ehr_core::light::{HeaderChain, HeaderError, LightProof, Limits, TrustAnchor};
use ehr_core::primitives::{BlockId, Hash32, Height, Timestamp};
use std::num::{NonZeroU32, NonZeroU64};

const START: Timestamp = Timestamp(1_000_000);

pub(crate) fn do_test(data: &[u8]) {
    if let Ok(proof) = LightProof::from_bytes(data) {
        // Standing on itself is as much trust as there can be; it must decide without a panic.
        let _ = proof.verify(&proof.stands_on().id());
    }
    let mut input = Input(data);
    let spacing = NonZeroU64::MIN.saturating_add(999);
    let rules = ProofOfWork {
        difficulty: DifficultyRule::Asert {
            anchor: CompactTarget::EASIEST,
            spacing_ms: spacing,
            half_life_ms: spacing,
        },
        genesis_time: START,
    };
    let max_reorg = NonZeroU32::MIN.saturating_add(u32::from(input.byte() % 8));
    let limits = Limits { max_reorg, confirmations: NonZeroU32::MIN.saturating_add(2) };
    let genesis = ProofHeader {
        version: 1,
        shard: 0,
        bits: CompactTarget::EASIEST.bits(),
        chain: [7; 16],
        prev: BlockId::ZERO,
        height: Height::ZERO,
        digest: Hash32::ZERO,
        time: START,
        nonce: 0,
    };
    let mut chain = HeaderChain::new(Consensus::Work(rules), limits, &TrustAnchor::genesis(&genesis));
    let mut made = vec![genesis];
    for salt in 0..40u8 {
        if input.is_empty() {
            break;
        }
        let back = input.below(16).min(made.len() - 1);
        let parent = made[made.len() - 1 - back];
        // Slower than the schedule, or targets soon get too hard for a fuzzer.
        let time = parent.time.plus(900 + u64::from(input.byte()) * 4);
        let target = rules.target_after(&parent);
        let mut header = ProofHeader {
            bits: target.bits(),
            prev: parent.id(),
            height: parent.height.plus(1),
            digest: Hash32([salt; 32]),
            time,
            nonce: 0,
            ..parent
        };
        while !target.is_met_by(&header.id()) && header.nonce < 4096 {
            header.nonce += 1;
        }
        let spoil = input.byte();
        let mut bytes = header.to_bytes();
        if spoil > 200 {
            bytes[usize::from(input.byte()) % ProofHeader::LEN] ^= spoil;
        }
        let header = ProofHeader::from_bytes(&bytes);
        let (rank, held) = (chain.rank(), chain.held());
        match chain.accept(&header, Timestamp(START.0 + 100_000)) {
            Ok(_) => made.push(header),
            Err(error) => {
                assert_eq!(chain.rank(), rank, "{error}");
                assert!(matches!(error, HeaderError::NoRoom { .. }) || chain.held() == held, "{error}");
            }
        }
        assert!(chain.rank() >= rank, "the best chain got lighter");
        assert!(chain.held() <= 3 * max_reorg.get() as usize + 1, "{} headers held", chain.held());
        let mut at = chain.tip().proof.height;
        while let Some(below) = at.prev().and_then(|height| chain.at(height)) {
            assert_eq!(chain.at(at).map(|parent| parent.proof.prev), Some(below.id), "a gap at {at}");
            at = below.proof.height;
        }
    }
}
