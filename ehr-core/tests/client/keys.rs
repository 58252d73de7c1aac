//! Account keys: made, written, read back, with the signing key here or elsewhere.

use crate::world::{World, desk, keys, mine, text};
use ehr_core::client::{AccountKeys, ClientError};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{KeyError, SignError, Signer, SoftwareSigner};
use ehr_core::primitives::{ChainId, Signature, VerifyingKey};
use ehr_core::tx::{KeyId, Role};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A key store somewhere else, which counts what it signs and can be told to misbehave.
#[derive(Clone)]
struct Hsm {
    key: Arc<SoftwareSigner>,
    signed: Arc<AtomicU32>,
    garbage: bool,
}

impl Hsm {
    fn new(seed: u8) -> Self {
        let key = Arc::new(SoftwareSigner::from_seed(&[seed; 32]));
        Self { key, signed: Arc::default(), garbage: false }
    }
    fn boxed(&self) -> Option<Box<dyn Signer + Send + Sync>> {
        Some(Box::new(self.clone()))
    }
}

impl Signer for Hsm {
    fn public_key(&self) -> VerifyingKey {
        self.key.public_key()
    }
    fn sign(&self, domain: Domain, message: &[u8]) -> Result<Signature, SignError> {
        self.signed.fetch_add(1, Ordering::Relaxed);
        let message = if self.garbage { b"something else" } else { message };
        self.key.sign(domain, message)
    }
}

/// A signer with a key that is none.
struct Weak;

impl Signer for Weak {
    fn public_key(&self) -> VerifyingKey {
        let mut identity = [0; 32];
        identity[0] = 1;
        VerifyingKey(identity)
    }
    fn sign(&self, _: Domain, _: &[u8]) -> Result<Signature, SignError> {
        Err(SignError::Declined)
    }
}

#[test]
fn bytes_round_trip_and_the_recovery_keys_can_be_forgotten() {
    for role in Role::ALL {
        let mut made = keys(*role, &mut rng(1));
        let bytes = made.to_bytes().unwrap();
        let back = AccountKeys::from_bytes(&bytes, None).unwrap();
        assert_eq!((back.id(), back.role(), back.key_id()), (made.id(), *role, KeyId(0)));
        assert_eq!(*back.to_bytes().unwrap(), *bytes);
        assert_eq!(back.recovery().unwrap().expose(), made.recovery().unwrap().expose());
        let enrolment = back.enrolment(ChainId([1; 32]), None).unwrap();
        assert_eq!(enrolment, made.enrolment(ChainId([1; 32]), None).unwrap());
        assert_eq!(enrolment.account_id().unwrap(), made.id());

        let secret = *made.recovery().unwrap().expose();
        made.forget_recovery();
        let bytes = made.to_bytes().unwrap();
        assert!(!bytes.windows(32).any(|window| window == secret), "the forgotten seed is still written");
        let back = AccountKeys::from_bytes(&bytes, None).unwrap();
        assert!(back.recovery().is_none());
        assert_eq!(back.id(), made.id());
        assert_eq!(back.enrolment(ChainId::ZERO, None), Err(ClientError::NoRecovery));
    }
}

/// Where the encryption secret of a device is in the bytes of a fresh account.
const ENCRYPTION: usize = 125;
const LAST_OF_ENCRYPTION: usize = ENCRYPTION + 31;

proptest! {
    /// Any one byte of the keys of a fresh account changed: refused, but for the five bits of the device's encryption secret
    /// that X25519 does not look at (RFC 7748, section 5), with which it is the same key.
    #[test]
    fn altered_bytes_are_refused(at in any::<prop::sample::Index>(), by in 1u8..) {
        let made = keys(Role::Patient, &mut rng(2));
        let mut bytes = made.to_bytes().unwrap().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        let ignored = match at {
            ENCRYPTION => by & !0b111 == 0,
            LAST_OF_ENCRYPTION => by & !0b1100_0000 == 0,
            _ => false,
        };
        match AccountKeys::from_bytes(&bytes, None) {
            Ok(read) => {
                prop_assert!(ignored, "byte {} of {}", at, bytes.len());
                prop_assert_eq!(read.device_key(), made.device_key());
            }
            Err(_) => prop_assert!(!ignored, "byte {} of {}", at, bytes.len()),
        }
    }

    #[test]
    fn cut_bytes_are_refused(at in any::<prop::sample::Index>()) {
        let bytes = keys(Role::Patient, &mut rng(2)).to_bytes().unwrap().to_vec();
        let at = at.index(bytes.len());
        prop_assert!(AccountKeys::from_bytes(&bytes[..at], None).is_err());
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(AccountKeys::from_bytes(&bytes, None).is_err());
    }
}

#[test]
fn a_foreign_signer_signs_everything_and_is_not_written() {
    let mut world = World::new(1);
    let hsm = Hsm::new(9);
    let patient = AccountKeys::with_signer(Role::Patient, hsm.boxed().unwrap(), &mut rng(3)).unwrap();
    let bytes = patient.to_bytes().unwrap();
    assert!(!bytes.windows(32).any(|window| window == [9; 32]), "the foreign key's seed is written");
    world.patients[0] = patient;
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.enrol(&world.patients[0], Some(world.a.id())));
    let scope = world.scope(0);
    let record = world.record(0, scope, "signed elsewhere");
    world.grant_scope_to_b(0, scope);
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "signed elsewhere");
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "signed elsewhere");
    assert!(hsm.signed.load(Ordering::Relaxed) > 4);

    // Read back: the signer is needed, and no other will do.
    let public = hsm.public_key();
    let read = |signer| AccountKeys::from_bytes(&bytes, signer).err();
    assert_eq!(read(None), Some(ClientError::SignerNeeded { public }));
    assert_eq!(read(Hsm::new(8).boxed()), Some(ClientError::OtherSigner { wanted: public }));
    let back = AccountKeys::from_bytes(&bytes, hsm.boxed()).unwrap();
    assert_eq!(back.id(), world.patients[0].id());
    assert_eq!(*back.to_bytes().unwrap(), *bytes);
    // Keys that are all here take no signer.
    let here = keys(Role::Patient, &mut rng(4));
    let wanted = here.signer().public_key();
    let given = AccountKeys::from_bytes(&here.to_bytes().unwrap(), hsm.boxed());
    assert_eq!(given.err(), Some(ClientError::OtherSigner { wanted }));
}

#[test]
fn a_signer_that_answers_garbage_changes_nothing() {
    let hsm = Hsm { garbage: true, ..Hsm::new(9) };
    let keys = AccountKeys::with_signer(Role::Patient, hsm.boxed().unwrap(), &mut rng(3)).unwrap();
    let error = keys.sign(b"body").unwrap_err();
    assert!(matches!(error, ClientError::Sign(SignError::Unavailable { .. })), "{error}");
    assert!(keys.enrolment(ChainId::ZERO, None).is_err());
    let mut world = World::new(0);
    let desk = desk!(world);
    assert!(desk.enrol(&keys, None).is_err());
    let weak = AccountKeys::with_signer(Role::Patient, Box::new(Weak), &mut world.rng);
    assert_eq!(weak.err(), Some(ClientError::BadSigner(KeyError::SmallOrder)));
}

/// Compiles only as long as the secrets have neither `Debug` nor `Clone`.
#[test]
fn secrets_cannot_be_printed_or_copied() {
    trait Neither<A> {
        fn holds() {}
    }
    impl<T> Neither<()> for T {}
    struct Debug;
    impl<T: core::fmt::Debug> Neither<Debug> for T {}
    struct Clone;
    impl<T: core::clone::Clone> Neither<Clone> for T {}
    <AccountKeys as Neither<_>>::holds();
    <ehr_core::client::Opened as Neither<_>>::holds();
    <ehr_core::client::ReadSection as Neither<_>>::holds();
}
