//! Golden vectors of sealing, wraps, keys and records. Secrets here are counted-up bytes and a fixed generator; other
//! languages open what is stored, they need not draw the same random bytes.

mod golden;

use ehr_core::codec::Wire;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::key_file::{Argon2Params, KeyFile};
use ehr_core::crypto::keyring::{DeviceKeys, GenerationSeed, Keyring, RecoveryKeys};
use ehr_core::crypto::seal::*;
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::crypto::wrap::{WrapBody, WrapSet, WrapSubject};
use ehr_core::primitives::*;
use ehr_core::record::*;
use ehr_core::tx::VersionContent;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};
use zeroize::Zeroizing;

const PLACE: Place = Place {
    chain: ChainId([0xc1; 32]),
    account: AccountId([0xa1; 32]),
    record: RecordId([0xe1; 32]),
    version: VersionNo(2),
};
const AUTHOR: AccountId = AccountId([0xd1; 32]);

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn pair(secret: u8) -> EncryptionKeyPair {
    EncryptionKeyPair::from_secret(Zeroizing::new([secret; 32]))
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

fn place() -> Value {
    json!({
        "chain": PLACE.chain.to_string(), "account": PLACE.account.to_string(),
        "record": PLACE.record.to_string(), "version": PLACE.version.0,
    })
}

#[test]
fn seal() {
    let dek = Dek::from_bytes(&core::array::from_fn(|i| i as u8));
    let salt: [u8; SALT_LEN] = core::array::from_fn(|i| 100 + i as u8);
    let root = Hash32([0xb1; 32]);
    let context =
        SealContext::section(PLACE.chain, PLACE.account, PLACE.record, PLACE.version, 1, root).unwrap();
    let cases: Vec<Value> = [0usize, 1, 100, 16_383, 16_384, 16_385, 40_000]
        .map(|len| {
            let plain: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let sealed = ehr_core::crypto::seal::seal(&dek, &context, &salt, &plain).unwrap();
            let whole = (len <= 100).then(|| hex(&sealed));
            let digest = ehr_core::crypto::hash::sha256(&sealed).to_string();
            json!({"len": len, "sealed_len": sealed.len(), "sealed_sha256": digest, "sealed": whole})
        })
        .into();
    let table = |f: fn(u64) -> u64| -> Vec<Value> {
        [0u64, 1, 2, 9, 100, 1000, 16_385, 1_000_000, 1 << 40].map(|n| json!([n, f(n)])).into()
    };
    let made = json!({
        "format": "C2SP chunked-encryption, Cobblestone-256; plaintext byte i is i mod 251",
        "key": hex(dek.expose()), "salt": hex(salt),
        "place": place(), "section": 1, "plain_root": root.to_string(),
        "context": hex(context.as_bytes()),
        "cases": cases,
        "padded_len": table(padded_len),
        "size_class": table(|n| size_class(n).into()),
    });
    golden::check("seal", &made);
}

#[test]
fn wrap() {
    let (recipient, author) = (pair(0x21), SoftwareSigner::from_seed(&[0x22; 32]));
    let subjects = [
        WrapSubject::Version { record: PLACE.record, version: PLACE.version },
        WrapSubject::Scope { scope: ScopeId([0x51; 32]), epoch: Epoch(3) },
        WrapSubject::Seed { account: PLACE.account, generation: 7 },
    ];
    let mut rng = rng(0x23);
    let bodies: Vec<WrapBody> = subjects
        .iter()
        .map(|s| {
            WrapBody::seal(AUTHOR, PLACE.account, recipient.public(), *s, &[0x24; 32], &mut rng).unwrap()
        })
        .collect();
    let set = WrapSet::sign(bodies, &author).unwrap();
    let cases: Vec<Value> = set
        .wraps
        .iter()
        .map(|w| {
            let opened = w.body.open(&recipient).unwrap();
            json!({
                "subject": w.body.subject.name(),
                "body": hex(w.body.to_bytes().unwrap()),
                "wrap": hex(w.to_bytes().unwrap()),
                "secret": hex(&*opened),
            })
        })
        .collect();
    let made = json!({
        "recipient_secret": hex(recipient.expose()), "recipient_key": recipient.public().to_string(),
        "recipient": PLACE.account.to_string(), "author": AUTHOR.to_string(),
        "author_seed": hex([0x22; 32]), "author_key": author.public_key().to_string(),
        "wraps": cases,
        "set": hex(set.to_bytes().unwrap()),
        "set_id": set.content_id().unwrap().to_string(),
        "wraps_root": wraps_root(&set).unwrap().to_string(),
    });
    golden::check("wrap", &made);
}

#[test]
fn keys() {
    let seed = GenerationSeed::from_bytes(Zeroizing::new([0x31; 32]));
    let recovery = RecoveryKeys::from_seed(Zeroizing::new([0x32; 32]));
    let mut rng = rng(0x33);
    let device = DeviceKeys::generate(&mut rng);
    let mut keyring = Keyring::generate(&mut rng);
    keyring.rotate(&mut rng).unwrap();
    keyring.rotate(&mut rng).unwrap();
    let signer = SoftwareSigner::from_seed(device.signing_seed());
    let to = [device.encryption_key().public(), recovery.encryption_key().public()];
    let sealed = keyring.seal(PLACE.account, &to, &signer, &mut rng).unwrap();
    let published = keyring.current().encryption_key().public();
    let restored = sealed.restore(PLACE.account, &recovery.encryption_key(), published).unwrap();
    let generations: Vec<Value> = (0..3)
        .map(|g| {
            let seed = restored.seed(g).unwrap();
            json!({"x25519": seed.encryption_key().public().to_string(), "local": hex(*seed.local_key())})
        })
        .collect();
    let params = Argon2Params { memory: 64, passes: 2, lanes: 2 };
    let file = KeyFile::seal(b"correct horse", params, device.to_bytes().as_ref(), &mut rng).unwrap();
    let made = json!({
        "generation": {
            "seed": hex([0x31; 32]),
            "x25519_secret": hex(seed.encryption_key().expose()),
            "x25519": seed.encryption_key().public().to_string(),
            "local": hex(*seed.local_key()),
        },
        "recovery": {
            "seed": hex([0x32; 32]),
            "ed25519_seed": hex(*recovery.signing_seed()),
            "x25519_secret": hex(recovery.encryption_key().expose()),
            "x25519": recovery.encryption_key().public().to_string(),
        },
        "keyring": {
            "account": PLACE.account.to_string(),
            "device": hex(*device.to_bytes()),
            "sealed": hex(sealed.to_bytes().unwrap()),
            "published": published.to_string(),
            "generations": generations,
        },
        "key_file": {
            "passphrase": "correct horse",
            "file": hex(file.to_bytes().unwrap()),
            "content": hex(&*file.open(b"correct horse").unwrap()),
        },
    });
    golden::check("keys", &made);
}

#[test]
fn record() {
    let sections = [
        Section { media_type: "application/fhir+json", body: br#"{"resourceType":"Condition"}"# },
        Section { media_type: "text/plain", body: b"Seen on Monday." },
    ];
    let mut rng = rng(0x41);
    let sealed = seal_version(PLACE, "Condition", &sections, &mut rng).unwrap();
    let recipient = pair(0x42);
    let to = [Recipient { account: PLACE.account, key: recipient.public() }];
    let wrap = wrap_version(PLACE, &sealed.keys, AUTHOR, &to, &mut rng).unwrap().remove(0);
    let content = VersionContent {
        kind_commit: sealed.kind_commit,
        plain_root: sealed.plain_root,
        manifest: sealed.manifest_id,
        size_class: sealed.size_class,
        wraps_root: Hash32::ZERO,
        wraps: ContentId::of_dag_cbor(b""),
    };
    let keys = unwrap_version(PLACE, &wrap, &recipient).unwrap();
    let find = |id: &ContentId| Ok(sealed.bodies.iter().find(|b| b.0 == *id).map(|b| b.1.clone()));
    let opened = open_version(PLACE, &content, &sealed.manifest, &keys, find).unwrap();
    let bodies: Vec<Value> =
        sealed.bodies.iter().map(|(id, b)| json!({"id": id.to_string(), "sealed": hex(b)})).collect();
    let made = json!({
        "place": place(),
        "kind": opened.descriptor.kind,
        "kind_salt": opened.descriptor.kind_salt.to_string(),
        "kind_commit": sealed.kind_commit.to_string(),
        "media_types": opened.descriptor.media_types,
        "sections": opened.sections.iter().map(|s| hex(&**s)).collect::<Vec<_>>(),
        "leaves": opened.leaves.iter().map(Hash32::to_string).collect::<Vec<_>>(),
        "plain_root": sealed.plain_root.to_string(),
        "manifest": hex(&sealed.manifest),
        "manifest_id": sealed.manifest_id.to_string(),
        "size_class": sealed.size_class,
        "bodies": bodies,
        "keys": hex(&*sealed.keys.to_bytes().unwrap()),
        "recipient_secret": hex(recipient.expose()),
        "wrap_body": hex(wrap.to_bytes().unwrap()),
    });
    golden::check("record", &made);
}
