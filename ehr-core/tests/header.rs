//! Headers and proof headers: golden bytes, canonical decoding, what each field of a header changes.

mod golden;

use ehr_core::block::{Header, ProofHeader, Seal, WorkTemplate};
use ehr_core::codec::{DecodeError, Wire};
use ehr_core::consensus::CompactTarget;
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};
use proptest::prelude::*;
use serde_json::json;

fn header(seal: Seal) -> Header {
    let hash = |n: u8| Hash32([n; 32]);
    Header {
        version: Header::VERSION,
        shard: 0,
        chain_id: ChainId(core::array::from_fn(|i| i as u8)),
        height: Height(1_000_000),
        time: Timestamp(1_700_000_000_123),
        prev: BlockId([0xa1; 32]),
        tx_root: hash(0xa2),
        tx_count: 300,
        receipts_root: hash(0xa3),
        state_root: hash(0xa4),
        history_root: hash(0xa5),
        validators_hash: Hash32::ZERO,
        next_validators_hash: Hash32::ZERO,
        params_hash: hash(0xa6),
        last_commit_hash: Hash32::ZERO,
        anchor: Hash32::ZERO,
        proposer: AccountId([0xa7; 32]),
        seal,
    }
}

fn work(nonce: u64) -> Seal {
    Seal::Work { bits: CompactTarget::leading_zero_nibbles(2).unwrap(), nonce }
}

#[test]
fn golden_header() {
    let cases =
        [("work", work(0x0102_0304_0506_0708)), ("stake", Seal::Stake { round: 7 })].map(|(name, seal)| {
            let h = header(seal);
            json!({
                "name": name,
                "header": hex::encode(h.to_bytes().unwrap()),
                "digest": h.digest().to_string(),
                "proof_header": hex::encode(h.proof().to_bytes()),
                "id": h.id().to_string(),
            })
        });
    golden::check("header", &json!({ "about": "docs/spec/header.md", "cases": cases }));
}

#[test]
fn the_template_of_any_nonce_gives_the_id_of_every_nonce() {
    let template = WorkTemplate::new(&header(work(99))).unwrap();
    let h = header(work(u64::MAX));
    assert_eq!(template.id(u64::MAX), h.id());
    assert_eq!(h.id().0, sha256(&h.proof().to_bytes()).0);
    assert_eq!(WorkTemplate::new(&header(Seal::Stake { round: 0 })), None);
    let found = (0..).find(|n| template.is_solved_by(*n)).unwrap();
    assert_eq!(header(work(found)).id().0[0], 0, "two zero digits");
}

#[test]
fn other_seals_and_foreign_forms_are_refused() {
    let good = header(work(5)).to_bytes().unwrap();
    // Ends in [0, bits, 5]: 83, 00, 1a and four bytes of bits, 05.
    let seal = good.len() - 7;
    assert_eq!(good[seal - 1], 0x83);
    let with = |tail: &[u8]| [&good[..seal - 1], tail].concat();
    let refused = |bytes: Vec<u8>| Header::from_bytes(&bytes).unwrap_err();
    assert!(matches!(refused(with(&[0x82, 0x02, 0x00])), DecodeError::Mismatch { .. }), "unknown seal");
    assert!(matches!(
        refused(with(&[0x82, 0x00, 0x1a, 0x20, 0x00, 0xff, 0xff])),
        DecodeError::Mismatch { .. }
    ));
    assert!(Header::from_bytes(&with(&[0x83, 0x01, 0x07, 0x00])).is_err(), "one field too many");
    assert!(Header::from_bytes(&with(&[0x82, 0x01, 0x07])).is_ok());
    // Target bits in another form of the same number, above the limit, and zero.
    for bits in [0x2100_00ffu32, 0x2100_8000, 0] {
        let mut bytes = vec![0x83, 0x00, 0x1a];
        bytes.extend(bits.to_be_bytes());
        bytes.push(5);
        assert!(Header::from_bytes(&with(&bytes)).is_err(), "{bits:#x}");
    }
    for cut in 0..good.len() {
        assert!(Header::from_bytes(&good[..cut]).is_err());
    }
    assert!(matches!(refused(vec![0; 1025]), DecodeError::TooLarge { limit: 1024, got: 1025, .. }));
}

/// Every field with another value: each must change the id, or it is not committed to.
#[test]
fn the_id_covers_every_field() {
    let base = header(work(5));
    type Change = fn(&mut Header);
    let changes: [Change; 18] = [
        |h| h.version += 1,
        |h| h.shard += 1,
        |h| h.chain_id.0[31] ^= 1, // the half that the proof header does not carry
        |h| h.height.0 += 1,
        |h| h.time.0 += 1,
        |h| h.prev.0[0] ^= 1,
        |h| h.tx_root.0[0] ^= 1,
        |h| h.tx_count += 1,
        |h| h.receipts_root.0[0] ^= 1,
        |h| h.state_root.0[0] ^= 1,
        |h| h.history_root.0[0] ^= 1,
        |h| h.validators_hash.0[0] ^= 1,
        |h| h.next_validators_hash.0[0] ^= 1,
        |h| h.params_hash.0[0] ^= 1,
        |h| h.last_commit_hash.0[0] ^= 1,
        |h| h.anchor.0[0] ^= 1,
        |h| h.proposer.0[0] ^= 1,
        |h| h.seal = work(6),
    ];
    let mut ids = vec![base.id(), header(Seal::Stake { round: 5 }).id()];
    for change in changes {
        let mut h = base.clone();
        change(&mut h);
        ids.push(h.id());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

proptest! {
    #[test]
    fn header_bytes_round_trip_and_no_flip_keeps_the_id(
        nonce: u64, height: u64, time: u64, tx_count: u32, flip: prop::sample::Index,
    ) {
        let h = Header { height: Height(height), time: Timestamp(time), tx_count, ..header(work(nonce)) };
        let bytes = h.to_bytes().unwrap();
        prop_assert_eq!(Header::from_bytes(&bytes), Ok(h.clone()));
        prop_assert_eq!(h.digest(), Header { seal: work(0), ..h.clone() }.digest());
        let mut other = bytes.clone();
        other[flip.index(bytes.len())] ^= 1;
        if let Ok(o) = Header::from_bytes(&other) {
            prop_assert_ne!(o.id(), h.id());
        }
    }

    #[test]
    fn proof_header_bytes_round_trip(bytes in prop::array::uniform32(any::<u8>()), tail in prop::collection::vec(any::<u8>(), 80)) {
        let all: [u8; ProofHeader::LEN] = [&bytes[..], &tail].concat().try_into().unwrap();
        prop_assert_eq!(ProofHeader::from_bytes(&all).to_bytes(), all);
        prop_assert_eq!(ProofHeader::from_bytes(&all).id().0, sha256(&all).0);
    }
}
