//! Rule B-16: blocks whose signatures are verified together have the outcome they have one by one.

use ehr_core::block::{Block, Checked, Header, Seal};
use ehr_core::codec::Wire;
use ehr_core::codec::limits::MAX_WINDOW;
use ehr_core::consensus::SealRules;
use ehr_core::crypto::signature::{SignatureCache, SoftwareSigner};
use ehr_core::primitives::{ContentId, Hash32};
use ehr_core::sim::Bug;
use ehr_core::state::TxError;
use ehr_core::state::testkit::{Consortium, TestLedger, forged};
use ehr_core::store::LedgerStore;
use ehr_core::tx::{Caps, KeyId, KeyRotate, Payload, Tx};
use ehr_core::validate::{self, Base, BlockError, Prefix, Window};
use proptest::prelude::*;

/// Somebody who makes blocks without looking at signatures, on what everybody has.
fn forger(kit: &mut Consortium) -> (TestLedger, TestLedger) {
    let setup = kit.setup();
    let setup: Vec<&Tx> = setup.iter().collect();
    let mut honest = TestLedger::new(kit.spec());
    let mut forger = TestLedger::new(kit.spec().with_bugs(Bug::SKIP_SIGNATURES));
    let block = honest.make(&setup).unwrap();
    honest.commit(&block).unwrap();
    forger.commit(&block).unwrap();
    (honest, forger)
}

/// Each block by itself, on a store that has those before it.
fn one_by_one(ledger: &TestLedger, blocks: &[Block<Checked>]) -> Prefix {
    let (mut store, base) = (ledger.store.clone(), ledger.base());
    let (mut header, mut total) = (base.header.clone(), base.total);
    let mut executed = Vec::new();
    for block in blocks {
        match validate::execute(&ledger.spec, &Base { header: &header, total }, &store, block) {
            Ok(done) => {
                store.commit(&done.changes).unwrap();
                executed.push(done);
            }
            Err(error) => return Prefix { executed, refused: Some(error) },
        }
        header = block.header().clone();
        total = total.checked_add(ledger.spec.consensus().weight(block.proof())).unwrap();
    }
    Prefix { executed, refused: None }
}

fn together(ledger: &TestLedger, blocks: &[Block<Checked>]) -> Prefix {
    validate::execute_chain(&ledger.spec, &ledger.base(), &ledger.store, blocks, &SignatureCache::new())
}

/// Gives a changed header a nonce again, and the block its body.
fn resealed(ledger: &TestLedger, block: &Block<Checked>, change: impl Fn(&mut Header)) -> Block<Checked> {
    let mut header = block.header().clone();
    change(&mut header);
    let Seal::Work { bits, .. } = header.seal else { unreachable!() };
    for nonce in 0.. {
        header.seal = Seal::Work { bits, nonce };
        if bits.is_met_by(&header.id()) {
            break;
        }
    }
    Block::assemble(header, block.txs().iter().map(Tx::bytes)).unwrap().check(&ledger.spec).unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Wrong {
    Signature,
    Root,
    Both,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_same_blocks_are_accepted_and_the_same_error_is_given(
        sizes in prop::collection::vec(0usize..4, 1..6),
        wrong in prop::collection::vec(
            (0usize..6, prop_oneof![Just(Wrong::Signature), Just(Wrong::Root), Just(Wrong::Both)]), 0..3),
    ) {
        let mut kit = Consortium::new(2);
        let (honest, mut forger) = forger(&mut kit);
        let mut blocks = Vec::new();
        for (number, size) in sizes.iter().enumerate() {
            let wrong: Vec<Wrong> = wrong.iter().filter(|(at, _)| *at == number).map(|(_, how)| *how).collect();
            kit.height = forger.tip().height;
            let mut txs: Vec<Tx> =
                (0..*size).map(|n| kit.create_record(n % 2, &format!("{number}.{n}"))).collect();
            if wrong.iter().any(|how| matches!(how, Wrong::Signature | Wrong::Both))
                && let Some(tx) = txs.last_mut()
            {
                *tx = forged(tx);
            }
            let mut block = forger.make(&txs.iter().collect::<Vec<_>>()).unwrap();
            forger.commit(&block).unwrap();
            if wrong.iter().any(|how| matches!(how, Wrong::Root | Wrong::Both)) {
                // The next block still builds on the one with the right root: found out by then.
                block = resealed(&forger, &block, |header| header.state_root = Hash32([7; 32]));
            }
            blocks.push(block);
        }
        let (want, got) = (one_by_one(&honest, &blocks), together(&honest, &blocks));
        prop_assert_eq!(got, want);
    }
}

#[test]
fn a_block_on_top_of_a_forged_one_is_not_reached() {
    let mut kit = Consortium::new(1);
    let (honest, mut forger) = forger(&mut kit);
    let mut blocks = Vec::new();
    for number in 0..5 {
        kit.height = forger.tip().height;
        let tx = kit.create_record(0, &format!("record {number}"));
        let tx = if number == 2 { forged(&tx) } else { tx };
        let block = forger.make(&[&tx]).unwrap();
        forger.commit(&block).unwrap();
        blocks.push(block);
    }
    let done = together(&honest, &blocks);
    assert_eq!(done.executed.len(), 2);
    let id = blocks[2].txs()[0].id();
    let Some(BlockError::InvalidTx { index: 0, id: named, error }) = &done.refused else {
        panic!("{:?}", done.refused)
    };
    assert!(*named == id && matches!(**error, TxError::BadSignature { .. }));
    // Somebody who does not look at signatures would take all of them: the forgery is in nothing else.
    let mut careless = honest;
    careless.spec = kit.spec().with_bugs(Bug::SKIP_SIGNATURES);
    assert_eq!(together(&careless, &blocks).executed.len(), 5);
}

/// A rotation that gives patient 0 a phone and takes its first device away, and the phone.
fn rotation(kit: &mut Consortium) -> (SoftwareSigner, Tx) {
    let patient = &kit.patients[0];
    let (phone, key) = patient.other_device("phone", Caps::TRANSACT.union(Caps::MANAGE));
    let rotate = KeyRotate {
        account: patient.id,
        add: vec![key],
        remove: vec![KeyId(0)],
        enc_key: patient.enc_key("generation 1"),
        generation: 1,
        seeds: ContentId::of_raw(b"seeds"),
        possessions: vec![patient.possession(kit.chain_id, &phone)],
    };
    let id = patient.id;
    (phone, kit.tx(Payload::KeyRotate { rotate }, &[id]))
}

/// A rotation of the patient's scope, signed by a key of the patient.
fn scope_by(kit: &mut Consortium, signer: &SoftwareSigner, key: KeyId) -> Tx {
    let rotate = kit.rotation(0, 1);
    let body = kit.body(Payload::ScopeRotate { rotate });
    let bytes = body.to_bytes().unwrap();
    let signature = kit.patients[0].sign_with(signer, key, &bytes);
    Tx::assemble(body, vec![kit.hospital_a.sign(&bytes), signature]).unwrap()
}

#[test]
fn keys_are_those_of_the_state_before_each_block() {
    for forge in [false, true] {
        let mut kit = Consortium::new(1);
        let (honest, mut forger) = forger(&mut kit);
        let (phone, rotate) = rotation(&mut kit);
        let rotate = if forge { forged(&rotate) } else { rotate };
        let mut blocks = Vec::new();
        for txs in [vec![rotate], vec![scope_by(&mut kit, &phone, KeyId(1))]] {
            let block = forger.make(&txs.iter().collect::<Vec<_>>()).unwrap();
            forger.commit(&block).unwrap();
            blocks.push(block);
        }
        let done = together(&honest, &blocks);
        assert_eq!(done, one_by_one(&honest, &blocks));
        // The phone's signature is a good one by a key that only a forged signature brought in.
        assert_eq!((done.executed.len(), done.refused.is_some()), if forge { (0, true) } else { (2, false) });
    }
}

#[test]
fn a_window_is_bounded_and_takes_one_block_of_any_size() {
    let mut window = Window::default();
    assert!(window.take(MAX_WINDOW + 1));
    assert!(!window.take(1));
    let mut window = Window::default();
    assert!(window.take(MAX_WINDOW - 1) && window.take(1) && !window.take(1));
}
