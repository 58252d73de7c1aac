//! What executing a block costs beside its signatures. Not a pass-or-fail test: run it optimised, by hand, with
//! `CARGO_PROFILE_TEST_OPT_LEVEL=3 cargo test -p ehr-core --test state_speed -- --ignored --nocapture`.

use ehr_core::block::Block;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{AdmittedKey, Batch};
use ehr_core::primitives::{AccountId, VerifyingKey};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::state::{Account, Params, StateRead};
use ehr_core::tx::{Payload, Tx};
use ehr_core::validate;
use std::time::{Duration, Instant};

fn best(mut run: impl FnMut()) -> Duration {
    let once = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..7).map(|_| once(&mut run)).min().unwrap()
}

fn measure(name: &str, ledger: &TestLedger, txs: &[Tx]) {
    let block = ledger.make(&txs.iter().collect::<Vec<_>>()).unwrap();
    let key = |id: AccountId| -> VerifyingKey {
        ledger.view().get::<Account>(&id).unwrap().unwrap().devices[0].key.sig
    };
    let signed: Vec<_> = txs
        .iter()
        .flat_map(|tx| tx.signatures().iter().map(|s| (key(s.account), s.signature, tx.body_bytes())))
        .collect();
    let raw = best(|| {
        let mut batch = Batch::new();
        for (key, signature, message) in &signed {
            let key = AdmittedKey::admitted_before(key).unwrap();
            batch.push(Domain::Tx, &key, message, signature);
        }
        batch.verify().unwrap();
    });
    let check = best(|| drop(Block::decode(block.bytes()).unwrap().check(&ledger.spec).unwrap()));
    let all = best(|| {
        let block = Block::decode(block.bytes()).unwrap().check(&ledger.spec).unwrap();
        validate::execute(&ledger.spec, &ledger.base(), &ledger.store, &block).unwrap();
    });
    let per = |time: Duration| time.as_secs_f64() * 1e6 / signed.len() as f64;
    println!(
        "{name}: {} transactions, {} signatures; per signature: raw batch {:.2} us, decode and check {:.2} us, \
         everything {:.2} us; raw / everything = {:.3}",
        txs.len(),
        signed.len(),
        per(raw),
        per(check),
        per(all),
        raw.as_secs_f64() / all.as_secs_f64()
    );
}

#[test]
#[ignore = "a measurement"]
fn execute_beside_its_signatures() {
    let params = Params { min_fee: 0, ..Consortium::new(0).genesis.params };
    let mut kit = Consortium::with_params(600, params);
    let ledger = TestLedger::ready(&mut kit);
    let rotations: Vec<Tx> = (0..600)
        .map(|patient| {
            let id = kit.patients[patient].id;
            let rotate = kit.rotation(patient, 1);
            let body = kit.body_paid_by(id, Payload::ScopeRotate { rotate });
            kit.sign(body, &[id])
        })
        .collect();
    measure("scope rotations, one distinct signer each", &ledger, &rotations);
    let records: Vec<Tx> = (0..600)
        .map(|patient| {
            let id = kit.patients[patient].id;
            let create = kit.record_create(patient, &format!("record {patient}"));
            let body = kit.body_paid_by(id, Payload::RecordCreate { create });
            kit.sign(body, &[id, kit.doctor_a.id])
        })
        .collect();
    measure("records, patient and one doctor", &ledger, &records);
}
