//! Wraps: what is shown is bound, what is altered is refused, what is weak is never made.

use ehr_core::codec::Wire;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::signature::{Signer, SoftwareSigner, admit};
use ehr_core::crypto::wrap::{Wrap, WrapBody, WrapError, WrapSet, WrapSubject};
use ehr_core::primitives::{AccountId, EncryptionKey, Epoch, RecordId, ScopeId, VersionNo};
use ehr_core::record::wraps_root;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const AUTHOR: AccountId = AccountId([1; 32]);
const PATIENT: AccountId = AccountId([2; 32]);
const SUBJECT: WrapSubject = WrapSubject::Version { record: RecordId([3; 32]), version: VersionNo(4) };

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([5; 32])
}

fn body(key: &EncryptionKeyPair) -> WrapBody {
    WrapBody::seal(AUTHOR, PATIENT, key.public(), SUBJECT, &[6; 32], &mut rng()).unwrap()
}

#[test]
fn opens_with_the_recipient_s_key_only() {
    let key = EncryptionKeyPair::generate(&mut rng());
    let other = EncryptionKeyPair::generate(&mut ChaCha20Rng::from_seed([7; 32]));
    let wrap = body(&key);
    assert_eq!(wrap.enc.len() + wrap.ct.len(), 80);
    assert_eq!(wrap.open(&key).unwrap()[..], [6; 32]);
    let err = WrapError::NotForThisKey { wanted: key.public(), given: other.public() };
    assert_eq!(wrap.open(&other).unwrap_err(), err);
    let mut relabelled = wrap;
    relabelled.recipient_key = other.public();
    assert_eq!(relabelled.open(&other).unwrap_err(), WrapError::Altered);
}

#[test]
fn every_field_it_shows_is_bound_to_what_it_holds() {
    let key = EncryptionKeyPair::generate(&mut rng());
    let changes: [fn(&mut WrapBody); 8] = [
        |w| w.recipient = AUTHOR,
        |w| w.author = PATIENT,
        |w| w.subject = WrapSubject::Version { record: RecordId([3; 32]), version: VersionNo(5) },
        |w| w.subject = WrapSubject::Version { record: RecordId([9; 32]), version: VersionNo(4) },
        |w| w.subject = WrapSubject::Scope { scope: ScopeId([3; 32]), epoch: Epoch(4) },
        |w| w.enc[0] ^= 1,
        |w| *w.ct.last_mut().unwrap() ^= 1,
        |w| w.ct.truncate(15),
    ];
    for (i, change) in changes.iter().enumerate() {
        let mut wrap = body(&key);
        change(&mut wrap);
        assert_eq!(wrap.open(&key).unwrap_err(), WrapError::Altered, "change {i}");
    }
}

#[test]
fn an_unknown_suite_is_carried_and_refused() {
    let key = EncryptionKeyPair::generate(&mut rng());
    let mut wrap = body(&key);
    wrap.suite = 2;
    let carried = WrapBody::from_bytes(&wrap.to_bytes().unwrap()).unwrap();
    assert_eq!(carried, wrap);
    assert_eq!(carried.open(&key).unwrap_err(), WrapError::UnknownSuite { suite: 2 });
}

#[test]
fn keys_of_small_order_get_no_wrap() {
    let mut one = [0; 32];
    one[0] = 1;
    for weak in [[0; 32], one] {
        let key = EncryptionKey(weak);
        let err = WrapBody::seal(AUTHOR, PATIENT, key, SUBJECT, &[6; 32], &mut rng()).unwrap_err();
        assert_eq!(err, WrapError::WeakKey { key });
    }
}

#[test]
fn the_signature_covers_the_whole_wrap() {
    let key = EncryptionKeyPair::generate(&mut rng());
    let signer = SoftwareSigner::from_seed(&[8; 32]);
    let author = admit(&signer.public_key()).unwrap();
    let wrap = body(&key).sign(&signer).unwrap();
    wrap.verify(&author).unwrap();
    let bytes = wrap.to_bytes().unwrap();
    assert_eq!(Wrap::from_bytes(&bytes).unwrap(), wrap);

    let other = admit(&SoftwareSigner::from_seed(&[9; 32]).public_key()).unwrap();
    assert!(matches!(wrap.verify(&other), Err(WrapError::Signature(_))));
    let mut altered = wrap;
    altered.body.ct[0] ^= 1;
    assert!(matches!(altered.verify(&author), Err(WrapError::Signature(_))));
}

#[test]
fn a_set_is_found_in_and_committed_to() {
    let keys: Vec<_> =
        (0..3).map(|i| EncryptionKeyPair::generate(&mut ChaCha20Rng::from_seed([i; 32]))).collect();
    let signer = SoftwareSigner::from_seed(&[8; 32]);
    let mut set = WrapSet::sign(keys.iter().take(2).map(body).collect(), &signer).unwrap();
    assert_eq!(WrapSet::from_bytes(&set.to_bytes().unwrap()).unwrap(), set);
    assert_eq!(set.find(&keys[1]).unwrap().body.recipient_key, keys[1].public());
    assert_eq!(set.find(&keys[2]).unwrap_err(), WrapError::NoneForKey { key: keys[2].public() });
    let root = wraps_root(&set).unwrap();
    set.wraps.swap(0, 1);
    assert_ne!(wraps_root(&set).unwrap(), root);
}

#[test]
fn a_set_holds_no_more_than_its_limits() {
    let key = EncryptionKeyPair::generate(&mut rng());
    let signer = SoftwareSigner::from_seed(&[8; 32]);
    let full = WrapSet::sign(vec![body(&key); 1024], &signer).unwrap();
    assert!(WrapSet::from_bytes(&full.to_bytes().unwrap()).is_ok());
    let err = WrapSet::sign(vec![body(&key); 1025], &signer).unwrap_err();
    assert_eq!(err, WrapError::TooMany { limit: 1024, got: 1025 });
    let mut over = full;
    over.wraps.push(over.wraps[0].clone());
    assert!(WrapSet::from_bytes(&over.to_bytes().unwrap()).is_err());

    let mut big = body(&key);
    big.ct = vec![0; 10_000];
    let err = WrapSet::sign(vec![big; 60], &signer).unwrap_err();
    assert!(matches!(err, WrapError::TooLarge { limit: 524_288, .. }));
}
