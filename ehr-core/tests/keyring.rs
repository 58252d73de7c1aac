//! Keyrings: every generation comes back from a device or the backup seed, and nothing comes back to a removed one.

use ehr_core::codec::Wire;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::keyring::*;
use ehr_core::crypto::seal::OpenError;
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::crypto::wrap::{WrapBody, WrapError, WrapSubject};
use ehr_core::primitives::{AccountId, EncryptionKey, Epoch, RecordId, ScopeId, VersionNo};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use zeroize::Zeroizing;

const ACCOUNT: AccountId = AccountId([1; 32]);

struct Patient {
    keyring: Keyring,
    phone: DeviceKeys,
    tablet: DeviceKeys,
    recovery: RecoveryKeys,
    rng: ChaCha20Rng,
}

impl Patient {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        Self {
            keyring: Keyring::generate(&mut rng),
            phone: DeviceKeys::generate(&mut rng),
            tablet: DeviceKeys::generate(&mut rng),
            recovery: RecoveryKeys::generate(&mut rng),
            rng,
        }
    }

    fn sealed(&mut self, devices: &[EncryptionKey]) -> SealedKeyring {
        let mut to = devices.to_vec();
        to.push(self.recovery.encryption_key().public());
        let signer = SoftwareSigner::from_seed(self.phone.signing_seed());
        let sealed = self.keyring.seal(ACCOUNT, &to, &signer, &mut self.rng).unwrap();
        SealedKeyring::from_bytes(&sealed.to_bytes().unwrap()).unwrap()
    }

    fn published(&self) -> EncryptionKey {
        self.keyring.current().encryption_key().public()
    }
}

fn public_keys(keyring: &Keyring) -> Vec<EncryptionKey> {
    (0..=keyring.generation()).map(|g| keyring.seed(g).unwrap().encryption_key().public()).collect()
}

fn version_wrap(to: EncryptionKey, rng: &mut ChaCha20Rng) -> WrapBody {
    let subject = WrapSubject::Version { record: RecordId([9; 32]), version: VersionNo(0) };
    WrapBody::seal(AccountId([8; 32]), ACCOUNT, to, subject, b"old secret", rng).unwrap()
}

#[test]
fn all_generations_come_back_from_a_device_and_from_the_backup_seed() {
    let mut p = Patient::new();
    let old = version_wrap(p.published(), &mut p.rng);
    for _ in 0..4 {
        p.keyring.rotate(&mut p.rng).unwrap();
    }
    let expected = public_keys(&p.keyring);
    let (phone, tablet) = (p.phone.encryption_key().public(), p.tablet.encryption_key().public());
    let sealed = p.sealed(&[phone, tablet]);
    let words = RecoveryKeys::from_seed(Zeroizing::new(*p.recovery.expose()));
    let recovery = words.encryption_key();
    for key in [p.phone.encryption_key(), p.tablet.encryption_key(), &recovery] {
        let restored = sealed.restore(ACCOUNT, key, p.published()).unwrap();
        assert_eq!(restored.generation(), 4);
        assert_eq!(public_keys(&restored), expected);
        assert_eq!(restored.open(&old).unwrap()[..], *b"old secret");
    }
}

#[test]
fn a_removed_device_keeps_the_past_and_gets_nothing_new() {
    let mut p = Patient::new();
    let (phone, tablet) = (p.phone.encryption_key().public(), p.tablet.encryption_key().public());
    let before = p.sealed(&[phone, tablet]);
    let stolen = before.restore(ACCOUNT, p.tablet.encryption_key(), p.published()).unwrap();
    p.keyring.rotate(&mut p.rng).unwrap();
    let after = p.sealed(&[phone]);
    let err = after.restore(ACCOUNT, p.tablet.encryption_key(), p.published()).err().unwrap();
    assert_eq!(err, RestoreError::Wrap(WrapError::NoneForKey { key: tablet }));
    let new = version_wrap(p.published(), &mut p.rng);
    assert_eq!(stolen.open(&new).unwrap_err(), WrapError::NoneForKey { key: p.published() });
    assert!(p.keyring.open(&new).is_ok());
}

#[test]
fn a_store_cannot_pass_off_another_seed_account_or_generation() {
    let mut p = Patient::new();
    let phone = p.phone.encryption_key().public();
    p.keyring.rotate(&mut p.rng).unwrap();
    let sealed = p.sealed(&[phone]);
    let restore = |s: &SealedKeyring, a, published| s.restore(a, p.phone.encryption_key(), published).err();
    assert_eq!(restore(&sealed, ACCOUNT, p.published()), None);

    let wrong = EncryptionKey([7; 32]);
    assert_eq!(restore(&sealed, ACCOUNT, wrong), Some(RestoreError::WrongSeed { published: wrong }));
    let subject = Some(RestoreError::Wrap(WrapError::WrongSubject { expected: "generation" }));
    assert_eq!(restore(&sealed, AccountId([2; 32]), p.published()), subject);
    let mut shorter = sealed.clone();
    shorter.chain.clear();
    assert_eq!(restore(&shorter, ACCOUNT, p.published()), subject);

    let mut altered = sealed.clone();
    *altered.chain[0].last_mut().unwrap() ^= 1;
    let chain = RestoreError::Chain { generation: 0, error: OpenError::Chunk { index: 0 } };
    assert_eq!(restore(&altered, ACCOUNT, p.published()), Some(chain));
}

#[test]
fn generations_share_no_key_and_are_bounded() {
    let mut p = Patient::new();
    let local = p.keyring.current().local_key();
    p.keyring.rotate(&mut p.rng).unwrap();
    assert_ne!(*local, *p.keyring.current().local_key());
    assert_ne!(*local, *p.keyring.current().encryption_key().expose());
    while p.keyring.generation() < 4095 {
        p.keyring.rotate(&mut p.rng).unwrap();
    }
    assert_eq!(p.keyring.rotate(&mut p.rng), Err(GenerationLimit { limit: 4096 }));
    // The largest keyring still fits its object and comes back whole.
    let phone = p.phone.encryption_key().public();
    let sealed = p.sealed(&[phone; 16]);
    let restored = sealed.restore(ACCOUNT, p.phone.encryption_key(), p.published()).unwrap();
    assert_eq!(restored.seed(0).unwrap().local_key(), p.keyring.seed(0).unwrap().local_key());
}

#[test]
fn a_scope_key_reaches_its_grantees_and_ends_with_its_epoch() {
    let mut p = Patient::new();
    let scope = ScopeId([4; 32]);
    let first = ScopeKey::generate(scope, Epoch(0), &mut p.rng);
    let doctor = EncryptionKeyPair::generate(&mut p.rng);
    let wrap = first.wrap_to(ACCOUNT, AccountId([8; 32]), doctor.public(), &mut p.rng).unwrap();
    let held = ScopeKey::unwrap(&wrap, &doctor, first.pair().public()).unwrap();
    assert_eq!((held.scope(), held.epoch()), (scope, Epoch(0)));
    let to_first = version_wrap(first.pair().public(), &mut p.rng);
    assert_eq!(to_first.open(held.pair()).unwrap()[..], *b"old secret");

    let second = ScopeKey::generate(scope, Epoch(1), &mut p.rng);
    let to_second = version_wrap(second.pair().public(), &mut p.rng);
    assert!(matches!(to_second.open(held.pair()), Err(WrapError::NotForThisKey { .. })));
    let wrong = ScopeKey::unwrap(&wrap, &doctor, second.pair().public()).err();
    assert_eq!(wrong, Some(WrapError::WrongContent { expected: "scope key of this epoch" }));
}

#[test]
fn device_keys_survive_their_bytes() {
    let p = Patient::new();
    let bytes = p.phone.to_bytes();
    let again = DeviceKeys::from_bytes(bytes.as_ref()).unwrap();
    assert_eq!(again.signing_seed(), p.phone.signing_seed());
    assert_eq!(again.encryption_key().public(), p.phone.encryption_key().public());
    assert!(DeviceKeys::from_bytes(&bytes[..63]).is_none());
}
