//! Random bytes into everything that takes bytes: an error that says so, and nothing changes.

mod world;

use ehr_core::primitives::{BlockId, ContentId};
use ehr_ffi::{Draft, EhrErrorKind, Entropy, Genesis, Keyring, Ledger, LightClient, verify_proof};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};
use world::{World, note};

struct Fixed {
    world: World,
    ledger: Arc<Ledger>,
    phone: Arc<LightClient>,
    /// Good bytes of every kind, to be damaged.
    good: Vec<(&'static str, Vec<u8>)>,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let world = World::new(1);
    let ledger = world.ledger();
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let record = world.record(&ledger, scope, "x");
    let hospital = world.hospital.account().unwrap();
    let draft = ledger
        .draft_record(
            world.hospital.clone(),
            world.doctor.clone(),
            hospital,
            scope,
            "n".to_owned(),
            note("y"),
        )
        .unwrap();
    let mined = ledger.block(ehr_core::primitives::Height(1)).unwrap().unwrap().transactions[0];
    let good = vec![
        ("draft", draft.to_bytes().unwrap()),
        ("genesis", world.genesis.to_bytes().unwrap()),
        ("key file", world.patient.to_key_file("p".to_owned(), Some(32), None).unwrap()),
        ("proof", ledger.prove_record(record, None).unwrap()),
        ("headers", ledger.headers(ehr_core::primitives::Height(1), 100).unwrap()),
        ("anchor", ledger.trust_anchor().unwrap()),
        ("transaction", ledger.transaction(mined).unwrap().unwrap().bytes),
    ];
    let phone = LightClient::new(world.genesis.clone(), Some(world.clock.clone())).unwrap();
    ledger.peer_up(1).unwrap();
    Fixed { world, ledger, phone, good }
});

/// Gives the kinds of errors; those methods that take such bytes without one must have changed nothing.
fn give(bytes: &[u8]) -> Vec<EhrErrorKind> {
    let Fixed { world, ledger, phone, .. } = &*FIXED;
    let given = || bytes.to_vec();
    let done = [
        Draft::from_bytes(given()).map(drop),
        Genesis::from_bytes(given()).map(drop),
        Keyring::from_key_file(given(), "p".to_owned(), None).map(drop),
        LightClient::from_anchor(world.genesis.clone(), given(), None).map(drop),
        phone.accept(given()).map(drop),
        phone.verify(given()).map(drop),
        verify_proof(given(), BlockId::ZERO).map(drop),
        ledger.submit_bytes(given()).map(drop),
        ledger.put_body(ContentId::of_raw(b"something else"), given()),
        ledger.receive(1, given()).map(drop),
        ledger.receive(77, given()).map(drop),
        Entropy::seeded(given()).map(drop),
    ];
    done.into_iter().filter_map(|done| done.err().map(|error| error.kind())).collect()
}

fn state() -> (String, u64, u64) {
    let ledger = &FIXED.ledger;
    let tip = ledger.tip().unwrap();
    (tip.state_root.to_string(), tip.height.0, ledger.pool_size().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let before = state();
        let kinds = give(&bytes);
        prop_assert!(kinds.len() >= 8, "{kinds:?}");
        // Bytes of the right length are headers of unknown parents.
        let headers = !bytes.is_empty() && bytes.len() % 112 == 0;
        for kind in kinds {
            let fine = matches!(kind, EhrErrorKind::Malformed | EhrErrorKind::InvalidArgument);
            prop_assert!(fine || (headers && kind == EhrErrorKind::Refused), "{kind:?}");
        }
        prop_assert_eq!(state(), before);
    }

    #[test]
    fn good_bytes_of_another_kind_cut_short_or_with_a_bit_flipped(
        which in 0usize..7, cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), bit in 0u8..8,
        how in 0u8..3,
    ) {
        let before = state();
        let (name, mut bytes) = FIXED.good[which].clone();
        match how {
            0 => bytes.truncate(cut.index(bytes.len())),
            1 => {
                let at = flip.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            _ => bytes.push(bit),
        }
        for kind in give(&bytes) {
            let fine = matches!(
                kind,
                EhrErrorKind::Malformed
                    | EhrErrorKind::InvalidArgument
                    | EhrErrorKind::Refused
                    | EhrErrorKind::CannotOpen
                    | EhrErrorKind::Damaged
                    | EhrErrorKind::NewerFormat
            );
            prop_assert!(fine, "{name}: {kind:?}");
        }
        prop_assert_eq!(state(), before);
    }
}
