//! Rules T-1 to T-7: a transaction is valid once, on one chain, in one window, with exactly the right signatures.

use ehr_core::codec::{Wire, limits};
use ehr_core::crypto::signature::SignatureError;
use ehr_core::primitives::{AccountId, ChainId, Height, Signature};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::state::{Params, TxError};
use ehr_core::tx::{KeyId, Payload, ScopeCreate, SignatureEntry, SignedTx, Tx, TxBody};

fn ready() -> (Consortium, TestLedger) {
    let mut kit = Consortium::new(1);
    let ledger = TestLedger::ready(&mut kit);
    (kit, ledger)
}

/// A valid body whose payload needs doctor A and patient 0 beside hospital A, changed by `change`.
fn changed(kit: &mut Consortium, change: impl Fn(&mut TxBody)) -> Tx {
    let create = kit.record_create(0, "note");
    let mut body = kit.body(Payload::RecordCreate { create });
    change(&mut body);
    let signers = [kit.hospital_a.id, kit.doctor_a.id, kit.patients[0].id];
    kit.sign(body, &signers)
}

/// The valid transaction with its signatures changed and nothing sorted again.
fn resigned(kit: &mut Consortium, change: impl Fn(&Consortium, &[u8], &mut Vec<SignatureEntry>)) -> Tx {
    let tx = changed(kit, |_| ());
    let mut signatures = tx.signatures().to_vec();
    change(kit, tx.body_bytes(), &mut signatures);
    let signed = SignedTx { body: tx.body_bytes().to_vec(), signatures };
    Tx::decode(&signed.to_bytes().unwrap()).unwrap()
}

#[test]
fn unchanged_it_is_valid() {
    let (mut kit, mut ledger) = ready();
    let tx = changed(&mut kit, |_| ());
    ledger.block(&[&tx]).unwrap();
    let tx = resigned(&mut kit, |_, _, _| ());
    assert!(
        matches!(ledger.refusal(&tx), TxError::Exists { what: "record", .. }),
        "only its record is taken"
    );
}

#[test]
fn another_version_chain_or_shard() {
    let (mut kit, ledger) = ready();
    let tx = changed(&mut kit, |body| body.version = 2);
    assert_eq!(ledger.refusal(&tx), TxError::UnknownVersion { got: 2, want: 1 });
    let tx = changed(&mut kit, |body| body.chain_id = ChainId([9; 32]));
    assert_eq!(ledger.refusal(&tx), TxError::OtherChain);
    let tx = changed(&mut kit, |body| body.shard = 1);
    assert_eq!(ledger.refusal(&tx), TxError::OtherShard { got: 1, want: 0 });
}

#[test]
fn a_transaction_of_one_chain_is_refused_on_its_twin() {
    let (mut kit, mut ledger) = ready();
    let mut genesis = kit.genesis.clone();
    genesis.name = "twin".into();
    let twin = TestLedger::new(ehr_core::block::ChainSpec::new(genesis).unwrap());
    let tx = changed(&mut kit, |_| ());
    assert_eq!(twin.refusal(&tx), TxError::OtherChain);
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn the_window_is_inclusive_at_both_ends() {
    let (mut kit, mut ledger) = ready();
    let window = |from, until| {
        move |body: &mut TxBody| (body.valid_from, body.valid_until) = (Height(from), Height(until))
    };
    // The next block is block 2.
    let height = Height(2);
    let tx = changed(&mut kit, window(3, 9));
    assert_eq!(ledger.refusal(&tx), TxError::NotYetValid { from: Height(3), height });
    assert!(ledger.refusal(&tx).is_transient());
    let tx = changed(&mut kit, window(0, 1));
    assert_eq!(ledger.refusal(&tx), TxError::NoLongerValid { until: Height(1), height });
    assert!(!ledger.refusal(&tx).is_transient());
    let limit = limits::MAX_VALIDITY;
    for (from, until) in [(2, 1), (2, 2 + limit + 1)] {
        let tx = changed(&mut kit, window(from, until));
        let want = TxError::Window { from: Height(from), until: Height(until), limit };
        assert_eq!(ledger.refusal(&tx), want);
    }
    for (from, until) in [(2, 2), (2, 2 + limit), (0, 2)] {
        let tx = changed(&mut kit, window(from, until));
        ledger.admit(&tx).unwrap();
    }
    let tx = changed(&mut kit, window(2, 2));
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn fees() {
    let (mut kit, mut ledger) = ready();
    let tx = changed(&mut kit, |body| body.fee = 0);
    assert_eq!(ledger.refusal(&tx), TxError::FeeTooLow { min: 1, got: 0 });
    let tx = changed(&mut kit, |body| body.fee = u64::MAX);
    assert!(matches!(ledger.refusal(&tx), TxError::CannotPay { fee: u64::MAX, .. }));
    assert!(ledger.refusal(&tx).is_transient());

    // The proposer gets what was paid; nobody does if it is no account.
    ledger.proposer = kit.hospital_b.id;
    let balance = |ledger: &TestLedger, id| {
        use ehr_core::state::{Account, StateRead};
        ledger.view().get::<Account>(&id).unwrap().unwrap().balance
    };
    let (a, b) = (kit.hospital_a.id, kit.hospital_b.id);
    let (before_a, before_b) = (balance(&ledger, a), balance(&ledger, b));
    let tx = changed(&mut kit, |body| body.fee = 7);
    ledger.block(&[&tx]).unwrap();
    assert_eq!((balance(&ledger, a), balance(&ledger, b)), (before_a - 7, before_b + 7));
    ledger.proposer = AccountId([0xee; 32]);
    let tx = kit.append_version(0, "note", 1, tx.id());
    ledger.block(&[&tx]).unwrap();
    assert_eq!((balance(&ledger, a), balance(&ledger, b)), (before_a - 8, before_b + 7));
}

#[test]
fn nonces_are_used_once_in_any_order() {
    let (mut kit, mut ledger) = ready();
    let late = kit.create_record(0, "late");
    let tx = kit.create_record(0, "other");
    ledger.block(&[&tx]).unwrap();
    let last = tx.body().nonce;
    assert_eq!(ledger.refusal(&tx), TxError::NonceUsed { last, got: last }, "a replay");
    ledger.block(&[&late]).expect("overtaken, and still good");
    assert_eq!(ledger.refusal(&late), TxError::NonceUsed { last, got: last - 1 }, "a replay from below");
    let limit = limits::MAX_NONCE_GAP;
    let far = changed(&mut kit, |body| body.nonce = last + limit + 1);
    assert_eq!(ledger.refusal(&far), TxError::NonceTooFar { last, got: last + limit + 1, limit });
    assert!(ledger.refusal(&far).is_transient());
    let jump = changed(&mut kit, |body| body.nonce = last + limit);
    ledger.block(&[&jump]).unwrap();
}

#[test]
fn exactly_the_signatures_that_are_asked_for() {
    let (mut kit, ledger) = ready();
    for index in 0..3 {
        let tx = resigned(&mut kit, |_, _, signatures| {
            signatures.remove(index);
        });
        assert!(matches!(ledger.refusal(&tx), TxError::MissingSignature { .. }));
    }
    let extra = kit.nurse_a.id;
    let tx = resigned(&mut kit, |kit, body, signatures| {
        signatures.push(kit.nurse_a.sign(body));
        signatures.sort();
    });
    assert_eq!(ledger.refusal(&tx), TxError::ExtraSignature { account: extra });
    let tx = resigned(&mut kit, |_, _, signatures| signatures.reverse());
    assert_eq!(ledger.refusal(&tx), TxError::UnsortedSignatures);
    let tx = resigned(&mut kit, |_, _, signatures| signatures.insert(0, signatures[0].clone()));
    assert_eq!(ledger.refusal(&tx), TxError::UnsortedSignatures);
    let tx = resigned(&mut kit, |_, _, signatures| {
        let limit = u8::try_from(limits::MAX_SIGNATURES).unwrap();
        *signatures = (0..=limit)
            .map(|n| SignatureEntry { account: AccountId([n; 32]), ..signatures[0].clone() })
            .collect();
    });
    assert!(matches!(ledger.refusal(&tx), TxError::TooMany { field: "signatures", limit: 64, got: 65 }));
}

#[test]
fn signatures_must_hold() {
    let (mut kit, ledger) = ready();
    let altered = resigned(&mut kit, |_, _, signatures| signatures[1].signature.0[40] ^= 1);
    assert!(matches!(ledger.refusal(&altered), TxError::BadSignature { .. }));
    let other_body = resigned(&mut kit, |kit, _, signatures| {
        let account = signatures[0].account;
        signatures[0] = kit.person(account).sign(b"another body");
    });
    let mismatch =
        |error: TxError| matches!(error, TxError::BadSignature { error: SignatureError::Mismatch, .. });
    assert!(mismatch(ledger.refusal(&other_body)));
    let by_somebody_else = resigned(&mut kit, |kit, body, signatures| {
        signatures[2].signature = kit.clerk_a.sign(body).signature;
    });
    assert!(mismatch(ledger.refusal(&by_somebody_else)));
    let zero = resigned(&mut kit, |_, _, signatures| signatures[0].signature = Signature([0; 64]));
    assert!(matches!(ledger.refusal(&zero), TxError::BadSignature { .. }));
    let no_such_key = resigned(&mut kit, |_, _, signatures| signatures[0].key = KeyId(1));
    assert!(matches!(ledger.refusal(&no_such_key), TxError::UnknownKey { key: KeyId(1), .. }));
    let recovery = resigned(&mut kit, |kit, body, signatures| {
        let person = kit.person(signatures[0].account);
        signatures[0] = person.sign_with(&person.recovery, KeyId::RECOVERY, body);
    });
    assert!(matches!(ledger.refusal(&recovery), TxError::KeyMayNot { .. }), "it only rotates keys");
}

#[test]
fn unknown_accounts_are_transient() {
    let (mut kit, ledger) = ready();
    let stranger = ehr_core::state::testkit::Person::new(ehr_core::tx::Role::Patient, "stranger");
    let create = ScopeCreate {
        account: stranger.id,
        scope: kit.scope(0),
        public: stranger.enc_key("scope"),
        wraps: ehr_core::primitives::ContentId::of_raw(b""),
    };
    let body = kit.body(Payload::ScopeCreate { create });
    let bytes = body.to_bytes().unwrap();
    let tx = Tx::assemble(body, vec![kit.hospital_a.sign(&bytes), stranger.sign(&bytes)]).unwrap();
    let error = ledger.refusal(&tx);
    assert!(matches!(error, TxError::Unknown { what: "account", .. }) && error.is_transient());
}

#[test]
fn a_fee_payer_may_be_nobody_else_in_the_transaction() {
    let (mut kit, mut ledger) = ready();
    let create = kit.record_create(0, "paid by B");
    let b = kit.hospital_b.id;
    let body = kit.body_paid_by(b, Payload::RecordCreate { create });
    let tx = kit.sign(body, &[b, kit.doctor_a.id, kit.patients[0].id]);
    ledger.block(&[&tx]).unwrap();
}

#[test]
fn without_a_fee_patients_may_pay_with_nothing() {
    let mut kit = Consortium::with_params(1, Params { min_fee: 0, ..Consortium::new(0).genesis.params });
    let mut ledger = TestLedger::ready(&mut kit);
    let rotate = kit.rotation(0, 1);
    let patient = kit.patients[0].id;
    let body = kit.body_paid_by(patient, Payload::ScopeRotate { rotate });
    let tx = kit.sign(body, &[patient]);
    ledger.block(&[&tx]).unwrap();
}
