//! What wraps and keyrings stand on: X25519, HKDF, HPKE.

use super::seal::cases;
use super::tally::{Tally, hex_field, read_json};
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::wrap::{WrapBody, WrapError, WrapSubject};
use ehr_core::primitives::{AccountId, EncryptionKey, Epoch, ScopeId};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Dhkem;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable};
use rand_chacha::rand_core::{Infallible, TryCryptoRng, TryRng};
use serde_json::Value;
use std::path::Path;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

fn key(bytes: Vec<u8>) -> [u8; 32] {
    bytes.try_into().expect("32 bytes")
}

/// Gives the same 32 bytes for ever: where a vector says what was drawn.
struct Drawn([u8; 32]);

impl TryRng for Drawn {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// X25519: every shared secret as published; a public key that gives the zero secret gets no wrap.
pub(crate) fn x25519(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    for (_, case) in cases(&file) {
        let [public, private, shared] = ["public", "private", "shared"].map(|f| key(hex_field(case, f)));
        let secret = StaticSecret::from(private);
        let pair = EncryptionKeyPair::from_secret(Zeroizing::new(private));
        let got = secret.diffie_hellman(&PublicKey::from(public));
        let subject = WrapSubject::Scope { scope: ScopeId::ZERO, epoch: Epoch(0) };
        let to = EncryptionKey(public);
        let wrap = WrapBody::seal(AccountId::ZERO, AccountId::ZERO, to, subject, b"", &mut Drawn(private));
        let zero = shared == [0; 32];
        let refused = matches!(wrap, Err(WrapError::WeakKey { key }) if key == to);
        let ok = *got.as_bytes() == shared
            && got.was_contributory() != zero
            && refused == zero
            && pair.public().0 == PublicKey::from(&secret).to_bytes();
        tally.check(ok, &case["tcId"], &case["comment"]);
    }
}

/// HKDF, extract and expand.
pub(crate) fn hkdf_sha256(path: &Path, tally: &mut Tally) {
    hkdf(path, tally, |salt, ikm, info, okm| {
        hkdf::Hkdf::<sha2::Sha256>::new(salt, ikm).expand(info, okm).is_ok()
    });
}

/// As [`hkdf_sha256`].
pub(crate) fn hkdf_sha512(path: &Path, tally: &mut Tally) {
    hkdf(path, tally, |salt, ikm, info, okm| {
        hkdf::Hkdf::<sha2::Sha512>::new(salt, ikm).expand(info, okm).is_ok()
    });
}

type Expand = fn(Option<&[u8]>, &[u8], &[u8], &mut [u8]) -> bool;

fn hkdf(path: &Path, tally: &mut Tally, expand: Expand) {
    let file = read_json(path);
    for (_, case) in cases(&file) {
        let [salt, ikm, info, expected] = ["salt", "ikm", "info", "okm"].map(|f| hex_field(case, f));
        let mut okm = vec![0; case["size"].as_u64().expect("size") as usize];
        let made = expand(Some(&salt), &ikm, &info, &mut okm);
        let ok = made == (case["result"] == "valid") && (!made || okm == expected);
        tally.check(ok, &case["tcId"], &case["comment"]);
    }
}

/// One element for each mode of the suite wraps use: every message and export of each, both ways.
pub(crate) fn hpke_messages(path: &Path, tally: &mut Tally) {
    for suite in read_json(path).as_array().expect("suites") {
        run_suite(suite, tally);
    }
}

/// One element for each mode and suite of RFC 9180: the ones with the suite wraps use.
pub(crate) fn hpke_suites(path: &Path, tally: &mut Tally) {
    for suite in read_json(path).as_array().expect("suites") {
        let id = |field: &str| suite[field].as_u64().expect("id");
        if (id("kem_id"), id("kdf_id"), id("aead_id")) != (0x20, 1, 2) {
            tally.not_applicable("only DHKEM(X25519), HKDF-SHA256, AES-256-GCM is used");
            continue;
        }
        let mut inner = Tally::default();
        run_suite(suite, &mut inner);
        tally.check(inner.all_passed(), &suite["mode"], "a message or export differs");
    }
}

fn run_suite(suite: &Value, tally: &mut Tally) {
    let field = |name: &str| hex_field(suite, name);
    let private = |name: &str| <Dhkem as Kem>::PrivateKey::from_bytes(&field(name)).expect("private key");
    let public = |name: &str| <Dhkem as Kem>::PublicKey::from_bytes(&field(name)).expect("public key");
    let mode = suite["mode"].as_u64().expect("mode");
    let (psk, psk_id) = if mode & 1 == 1 { (field("psk"), field("psk_id")) } else { (vec![], vec![]) };
    let bundle = || PskBundle::new(&psk, &psk_id).expect("both or none");
    let (sender, receiver) = match mode {
        0 => (OpModeS::<Dhkem>::Base, OpModeR::<Dhkem>::Base),
        1 => (OpModeS::Psk(bundle()), OpModeR::Psk(bundle())),
        2 => (OpModeS::Auth((private("skSm"), public("pkSm"))), OpModeR::Auth(public("pkSm"))),
        _ => (
            OpModeS::AuthPsk((private("skSm"), public("pkSm")), bundle()),
            OpModeR::AuthPsk(public("pkSm"), bundle()),
        ),
    };
    let (info, enc) = (field("info"), field("enc"));
    let mut drawn = Drawn(key(field("ikmE")));
    let (made, mut to) = hpke::setup_sender_with_rng::<AesGcm256, HkdfSha256, Dhkem>(
        &sender,
        &public("pkRm"),
        &info,
        &mut drawn,
    )
    .expect("sender");
    let encapped = <Dhkem as Kem>::EncappedKey::from_bytes(&enc).expect("encapsulated key");
    let mut from =
        hpke::setup_receiver::<AesGcm256, HkdfSha256, Dhkem>(&receiver, &private("skRm"), &encapped, &info)
            .expect("receiver");
    let mut seq = 0;
    for message in suite["encryptions"].as_array().expect("messages") {
        let [aad, ct, pt] = ["aad", "ct", "pt"].map(|f| hex_field(message, f));
        // The trimmed file leaves messages out: the contexts have to be driven over the gap.
        while message["seq"].as_u64().is_some_and(|n| seq < n) {
            let skipped = to.seal(b"", b"").expect("seals");
            from.open(&skipped, b"").expect("opens");
            seq += 1;
        }
        let ok = made.to_bytes().to_vec() == enc
            && to.seal(&pt, &aad).is_ok_and(|c| c == ct)
            && from.open(&ct, &aad).is_ok_and(|p| p == pt);
        tally.check(ok, format_args!("mode {mode}, message {seq}"), "sealing or opening differs");
        seq += 1;
    }
    for export in suite["exports"].as_array().expect("exports") {
        let expected = hex_field(export, "exported_value");
        let context = hex_field(export, "exporter_context");
        let mut got = [vec![0; expected.len()], vec![0; expected.len()]];
        let ok = to.export(&context, &mut got[0]).is_ok()
            && from.export(&context, &mut got[1]).is_ok()
            && got.iter().all(|g| *g == expected);
        tally.check(ok, format_args!("mode {mode}, export"), "exported value differs");
    }
}
