//! Golden bytes of account keys and of drafts in transit: `vectors/client.json`.

use crate::golden;
use crate::world::{World, desk, mine};
use ehr_core::client::{AccountKeys, DraftTx, NewDevice};
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::record::Section;
use ehr_core::tx::{Caps, Role};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

fn describe(name: &str, keys: &AccountKeys, foreign: bool) -> Value {
    let bytes = keys.to_bytes().unwrap();
    json!({
        "name": name,
        "bytes": hex::encode(&*bytes),
        "account": keys.id().to_string(),
        "role": keys.role().name(),
        "signing_key": keys.signer().public_key().to_string(),
        "device_key": keys.device_key().to_string(),
        "generation": keys.ring().generation(),
        "encryption_key": keys.ring().current().encryption_key().public().to_string(),
        "backup_seed": keys.recovery().map(|recovery| hex::encode(recovery.expose())),
        "foreign_signer": foreign,
    })
}

/// Bytes that must be refused, each made from good ones by one change.
fn refused(good: &[u8]) -> Vec<Value> {
    let change = |name: &str, at: usize, by: u8| {
        let mut bytes = good.to_vec();
        bytes[at] ^= by;
        assert!(AccountKeys::from_bytes(&bytes, None).is_err());
        json!({ "name": name, "bytes": hex::encode(bytes) })
    };
    vec![
        change("another format", 1, 3),
        change("another account", 10, 1),
        change("cut in the array's head", 0, 1),
        json!({ "name": "one byte short", "bytes": hex::encode(&good[..good.len() - 1]) }),
        json!({ "name": "one byte more", "bytes": hex::encode([good, &[0]].concat()) }),
    ]
}

fn draft() -> Value {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let section = Section { media_type: "text/plain", body: b"blood pressure 120/80" };
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_a, world.a.id(), scope, "Observation", &[section], &mut world.rng).unwrap()
    };
    let desk = world.desk();
    let mut made = desk.compose(world.a.id(), 100, draft).unwrap();
    made.sign(&world.a).unwrap();
    made.sign(&world.doctor_a).unwrap();
    let bytes = made.to_bytes().unwrap();
    assert_eq!(DraftTx::from_bytes(&bytes).unwrap(), made);
    let ids = |ids: Vec<String>| json!(ids);
    json!({
        "bytes": hex::encode(bytes),
        "id": made.id().to_string(),
        "kind": made.body().payload.name(),
        "signed": ids(made.signatures().iter().map(|entry| entry.account.to_string()).collect()),
        "missing": ids(desk.missing(&made).unwrap().iter().map(ToString::to_string).collect()),
        "bodies": ids(made.bodies().iter().map(|(id, _)| id.to_string()).collect()),
        "patient_keys": hex::encode(&*world.patients[0].to_bytes().unwrap()),
        "chain": world.ledger.spec.chain_id().to_string(),
        "section": hex::encode(section.body),
    })
}

#[test]
fn golden_vectors() {
    let mut rng = ChaCha20Rng::from_seed([42; 32]);
    let fresh = AccountKeys::generate(Role::Patient, &mut rng).unwrap();
    let elsewhere: Box<dyn Signer + Send + Sync> = Box::new(SoftwareSigner::from_seed(&[5; 32]));
    let foreign = AccountKeys::with_signer(Role::Institution, elsewhere, &mut rng).unwrap();
    let mut world = World::new(1);
    let mut rotated = AccountKeys::from_bytes(&world.patients[0].to_bytes().unwrap(), None).unwrap();
    mine!(world, a, [&rotated], |desk, rng| desk.rotate_keys(&mut rotated, rng));
    world.desk().settle(&mut rotated).unwrap();
    desk!(world).rotate_keys(&mut rotated, &mut world.rng).unwrap();
    rotated.forget_recovery();
    let device = NewDevice::generate(&mut world.rng);
    let offer = device.offer(world.ledger.spec.chain_id(), rotated.id()).unwrap();
    let mut managing = AccountKeys::from_bytes(&rotated.to_bytes().unwrap(), None).unwrap();
    mine!(world, a, [&managing], |desk, rng| desk.add_device(&mut managing, &offer, Caps::TRANSACT, rng));
    let joined = world.desk().join(managing.id(), device).unwrap();
    golden::check(
        "client",
        &json!({
            "account_keys": [
                describe("fresh patient", &fresh, false),
                describe("two generations, one more drafted, recovery forgotten", &rotated, false),
                describe("institution that signs elsewhere", &foreign, true),
                describe("second device", &joined, false),
            ],
            "account_keys_refused": refused(&fresh.to_bytes().unwrap()),
            "draft": draft(),
        }),
    );
}
