//! A draft between signers: what comes out is what went in, or an error.

use crate::world::{World, desk};
use ehr_core::client::{BodyError, ClientError, DraftTx};
use ehr_core::codec::limits;
use ehr_core::record::Section;
use ehr_core::store::BlobStore;
use ehr_core::tx::Payload;
use proptest::prelude::*;
use std::sync::LazyLock;

/// A signed draft of a record, its bytes, and what the chain would say of it.
fn made() -> (World, DraftTx) {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let sections = [Section { media_type: "text/plain", body: b"one" }; 2];
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &sections, &mut world.rng).unwrap()
    };
    let desk = world.desk();
    let nonce = desk.next_nonce(world.a.id(), &[]).unwrap();
    let mut made = desk.compose(world.a.id(), nonce, draft).unwrap();
    for keys in [&world.a, &world.doctor_a, &world.patients[0]] {
        made.sign(keys).unwrap();
    }
    drop(desk);
    (world, made)
}

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| made().1.to_bytes().unwrap());

#[test]
fn it_round_trips_with_its_bodies() {
    let (world, draft) = made();
    let back = DraftTx::from_bytes(&BYTES).unwrap();
    assert_eq!(back, draft, "the world is seeded");
    assert_eq!(back.bodies().len(), 5, "descriptor, two sections, manifest, wraps");
    let Payload::RecordCreate { create } = &back.body().payload else { panic!() };
    assert!(back.bodies().iter().any(|(id, _)| *id == create.content.manifest));
    assert!(back.bodies().iter().any(|(id, _)| *id == create.content.wraps));
    assert_eq!(world.ledger.admit(&back.into_tx().unwrap().0), Ok(()));
}

#[test]
fn a_body_that_is_not_what_its_id_names_is_refused() {
    let (_, draft) = made();
    let (id, body) = draft.bodies()[0].clone();
    let at = BYTES.windows(body.len()).position(|window| window == body).unwrap();
    let mut bytes = BYTES.clone();
    bytes[at + body.len() - 1] ^= 1;
    assert_eq!(DraftTx::from_bytes(&bytes).err(), Some(ClientError::Body { id, error: BodyError::Damaged }));
}

#[test]
fn another_format_and_too_many_bytes_are_refused() {
    let mut bytes = BYTES.clone();
    assert_eq!(bytes[1], 1, "the format follows the head of the array");
    bytes[1] = 2;
    assert_eq!(DraftTx::from_bytes(&bytes).err(), Some(ClientError::Format { found: 2, expected: 1 }));
    let huge = vec![0; limits::MAX_DRAFT + 1];
    assert!(matches!(DraftTx::from_bytes(&huge), Err(ClientError::Decode(_))));
}

#[test]
fn signatures_come_once_for_each_account_and_in_order() {
    let (world, mut draft) = made();
    let twice = draft.signatures()[0].clone();
    draft.add(twice);
    assert_eq!(draft.signatures().len(), 3);
    assert!(draft.signatures().is_sorted_by(|a, b| a.account < b.account));
    // Two accounts exchanged on the way: 32 bytes, before key number 0 and the head of the signature.
    let place = |n: usize| {
        let signature = draft.signatures()[n].signature.0;
        let at = BYTES.windows(64).position(|window| window == signature).unwrap() - 3;
        at - 32..at
    };
    let mut bytes = BYTES.clone();
    bytes[place(0)].copy_from_slice(&draft.signatures()[1].account.0);
    bytes[place(1)].copy_from_slice(&draft.signatures()[0].account.0);
    assert!(matches!(DraftTx::from_bytes(&bytes), Err(ClientError::Decode(_))));
    bytes[place(0)].copy_from_slice(&draft.signatures()[0].account.0);
    assert!(matches!(DraftTx::from_bytes(&bytes), Err(ClientError::Decode(_))), "one account twice");
    drop(world);
}

/// Whoever carries a draft can leave bodies out; the ledger it comes to says which.
#[test]
fn bodies_left_out_on_the_way_are_named() {
    let (world, draft) = made();
    assert_eq!(world.desk().missing_bodies(&draft), Ok(Vec::new()));
    for (id, body) in draft.bodies() {
        let at = BYTES.windows(body.len()).position(|window| window == body.as_slice()).unwrap();
        // In front of the body: the head of the pair, the link (41 bytes), the head of the body.
        let head = match body.len() {
            0..=23 => 1,
            24..=255 => 2,
            _ => 3,
        };
        let mut bytes = BYTES.clone();
        bytes.drain(at - head - 42..at + body.len());
        // The list of five pairs becomes one of four.
        let list = bytes.windows(4).position(|window| window == [0x85, 0x82, 0xd8, 0x2a]).unwrap();
        bytes[list] = 0x84;
        let stripped = DraftTx::from_bytes(&bytes).unwrap();
        assert_eq!(stripped.bodies().len(), 4);
        let missing = world.desk().missing_bodies(&stripped).unwrap();
        assert!(missing.contains(id), "{id}");
        // Once it is stored, nothing is missing.
        world.blobs.put(id, body).unwrap();
        assert_eq!(world.desk().missing_bodies(&stripped), Ok(Vec::new()));
        world.blobs.forget(id).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// One byte changed on the way: refused here, or a transaction the chain refuses, or only bodies that the chain
    /// does not name were changed together with their id.
    #[test]
    fn an_altered_draft_is_refused_or_invalid(at in any::<prop::sample::Index>(), by in 1u8..) {
        let (world, original) = made();
        let mut bytes = BYTES.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        if let Ok(draft) = DraftTx::from_bytes(&bytes) {
            prop_assert_ne!(&draft, &original);
            prop_assert!(world.ledger.admit(&draft.into_tx().unwrap().0).is_err(), "byte {} changed", at);
        }
    }

    #[test]
    fn a_cut_draft_is_refused(at in any::<prop::sample::Index>()) {
        prop_assert!(DraftTx::from_bytes(&BYTES[..at.index(BYTES.len())]).is_err());
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(DraftTx::from_bytes(&bytes).is_err());
    }
}
