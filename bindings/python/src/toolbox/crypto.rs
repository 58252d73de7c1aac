//! Hashes, signatures, seals, wraps and keys.

use super::{Toolbox, owned};
use crate::args::{Data, IdArg, Many};
use crate::error::{call, exception, invalid};
use crate::ids::{AccountId, ChainId, ContentId, RecordId};
use ehr_core::crypto::wrap::WrapSubject;
use ehr_core::primitives::{Epoch, VersionNo};
use ehr_core::record::Place;
use ehr_ffi::toolbox::{hashing, sealing, secrets, signing, wraps};
use pyo3::prelude::*;

/// Chain, account, record and version.
pub(super) type PlaceArg = (IdArg<ChainId>, IdArg<AccountId>, IdArg<RecordId>, u32);
/// `Version`, `Scope` or `Seed`, the id and the version, epoch or generation.
type SubjectArg = (String, String, u32);
/// Seed and public half of the signature key, secret and public half of the encryption key.
type BothKeys = (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);
/// Secret, public half and local key of a generation.
type Generation = (Vec<u8>, Vec<u8>, Vec<u8>);

pub(super) fn place((chain, account, record, version): PlaceArg) -> Place {
    Place { chain: chain.0, account: account.0, record: record.0, version: VersionNo(version) }
}

fn subject((name, id, number): SubjectArg) -> PyResult<WrapSubject> {
    let wrong = || invalid("subject", "not the text of such an id");
    Ok(match name.as_str() {
        "Version" => {
            WrapSubject::Version { record: id.parse().map_err(|_| wrong())?, version: VersionNo(number) }
        }
        "Scope" => WrapSubject::Scope { scope: id.parse().map_err(|_| wrong())?, epoch: Epoch(number) },
        "Seed" => WrapSubject::Seed { account: id.parse().map_err(|_| wrong())?, generation: number },
        _ => return Err(invalid("subject", "must be Version, Scope or Seed")),
    })
}

fn subject_out(subject: &WrapSubject) -> SubjectArg {
    let (id, number) = match subject {
        WrapSubject::Version { record, version } => (record.to_string(), version.0),
        WrapSubject::Scope { scope, epoch } => (scope.to_string(), epoch.0),
        WrapSubject::Seed { account, generation } => (account.to_string(), *generation),
    };
    (subject.name().to_owned(), id, number)
}

fn both(keys: secrets::SigningAndEncryption) -> BothKeys {
    (keys.ed25519_seed, keys.ed25519, keys.x25519_secret, keys.x25519)
}

fn generation(keys: secrets::GenerationKeys) -> Generation {
    (keys.local, keys.x25519_secret, keys.x25519)
}

#[pymethods]
impl Toolbox {
    #[staticmethod]
    fn domains() -> Vec<(String, Vec<u8>)> {
        hashing::domains().into_iter().map(|domain| (domain.name, domain.tag)).collect()
    }
    #[staticmethod]
    fn sha256(py: Python<'_>, data: Data) -> PyResult<Vec<u8>> {
        call(py, || Ok(hashing::sha256(data.to_vec())))
    }
    #[staticmethod]
    fn tagged_hash(py: Python<'_>, domain: &str, data: Data) -> PyResult<Vec<u8>> {
        call(py, || hashing::tagged_hash(domain, data.to_vec()))
    }
    #[staticmethod]
    fn content_id(py: Python<'_>, codec: &str, data: Data) -> PyResult<ContentId> {
        call(py, || hashing::content_id(codec, data.to_vec())).map(ContentId)
    }
    #[staticmethod]
    fn state_key(namespace: u8, id: Data) -> Vec<u8> {
        hashing::state_key(namespace, id.to_vec())
    }

    #[staticmethod]
    fn public_key(seed: Data) -> PyResult<Vec<u8>> {
        signing::public_key(seed.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn admit_key(public_key: Data) -> PyResult<()> {
        signing::admit_key(public_key.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn sign(py: Python<'_>, seed: Data, domain: &str, message: Data) -> PyResult<Vec<u8>> {
        call(py, || signing::sign(seed.to_vec(), domain, message.to_vec()))
    }
    #[staticmethod]
    fn verify_signature(
        py: Python<'_>,
        domain: &str,
        public_key: Data,
        message: Data,
        signature: Data,
    ) -> PyResult<()> {
        let (key, signature) = (public_key.to_vec(), signature.to_vec());
        call(py, || signing::verify_signature(domain, key, message.to_vec(), signature))
    }
    #[staticmethod]
    fn verify_raw_signature(
        py: Python<'_>,
        public_key: Data,
        message: Data,
        signature: Data,
    ) -> PyResult<()> {
        let (key, signature) = (public_key.to_vec(), signature.to_vec());
        call(py, || signing::verify_raw_signature(key, message.to_vec(), signature))
    }
    #[staticmethod]
    fn possession_message(public_key: Data, context: Data) -> PyResult<Vec<u8>> {
        signing::possession_message(public_key.to_vec(), context.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn possession_proof(seed: Data, context: Data) -> PyResult<Vec<u8>> {
        signing::possession_proof(seed.to_vec(), context.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn verify_possession(public_key: Data, context: Data, proof: Data) -> PyResult<()> {
        signing::verify_possession(public_key.to_vec(), context.to_vec(), proof.to_vec()).map_err(exception)
    }

    #[staticmethod]
    fn section_context(place: PlaceArg, section: u16, plain_root: Data) -> PyResult<Vec<u8>> {
        sealing::section_context(self::place(place), section, plain_root.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn seal(py: Python<'_>, key: Data, context: Data, salt: Data, plain: Data) -> PyResult<Vec<u8>> {
        let (key, context, salt) = (key.to_vec(), context.to_vec(), salt.to_vec());
        call(py, || sealing::seal(key, context, salt, plain.to_vec()))
    }
    #[staticmethod]
    fn open_sealed(py: Python<'_>, key: Data, context: Data, sealed: Data) -> PyResult<Vec<u8>> {
        let (key, context) = (key.to_vec(), context.to_vec());
        call(py, || sealing::open_sealed(key, context, sealed.to_vec()))
    }
    #[staticmethod]
    fn sealed_len(plain: u64) -> u64 {
        sealing::sealed_len(plain)
    }
    #[staticmethod]
    fn padded_len(plain: u64) -> u64 {
        sealing::padded_len(plain)
    }
    #[staticmethod]
    fn size_class(len: u64) -> u8 {
        sealing::size_class(len)
    }

    #[staticmethod]
    fn encryption_key(secret: Data) -> PyResult<Vec<u8>> {
        wraps::encryption_key(secret.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn seal_wrap(
        py: Python<'_>,
        author: IdArg<AccountId>,
        recipient: IdArg<AccountId>,
        recipient_key: Data,
        subject: SubjectArg,
        secret: Data,
        seed: Data,
    ) -> PyResult<Vec<u8>> {
        let (key, subject) = (recipient_key.to_vec(), self::subject(subject)?);
        let (secret, seed) = (secret.to_vec(), seed.to_vec());
        call(py, || wraps::seal_wrap(author.0, recipient.0, key, subject, secret, seed))
    }
    #[staticmethod]
    fn open_wrap(py: Python<'_>, body: Data, secret: Data) -> PyResult<Vec<u8>> {
        call(py, || wraps::open_wrap(body.to_vec(), secret.to_vec()))
    }
    #[staticmethod]
    fn decode_wrap(body: Data) -> PyResult<(u16, AccountId, Vec<u8>, SubjectArg, AccountId)> {
        let wrap = wraps::decode_wrap(body.to_vec()).map_err(exception)?;
        let (recipient, author) = (AccountId(wrap.recipient), AccountId(wrap.author));
        Ok((wrap.suite, recipient, wrap.recipient_key, subject_out(&wrap.subject), author))
    }
    #[staticmethod]
    fn sign_wrap(body: Data, seed: Data) -> PyResult<Vec<u8>> {
        wraps::sign_wrap(body.to_vec(), seed.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn verify_wrap(wrap: Data, public_key: Data) -> PyResult<()> {
        wraps::verify_wrap(wrap.to_vec(), public_key.to_vec()).map_err(exception)
    }
    #[staticmethod]
    fn wrap_set(py: Python<'_>, bodies: Many<Data>, seed: Data) -> PyResult<Vec<u8>> {
        let bodies = owned(bodies);
        call(py, || wraps::wrap_set(&bodies, seed.to_vec()))
    }
    #[staticmethod]
    fn wraps_root(py: Python<'_>, set: Data) -> PyResult<Vec<u8>> {
        call(py, || wraps::wraps_root(set.to_vec()))
    }

    #[staticmethod]
    fn generation_keys(seed: Data) -> PyResult<Generation> {
        secrets::generation_keys(seed.to_vec()).map(generation).map_err(exception)
    }
    #[staticmethod]
    fn recovery_keys(seed: Data) -> PyResult<BothKeys> {
        secrets::recovery_keys(seed.to_vec()).map(both).map_err(exception)
    }
    #[staticmethod]
    fn device_keys(data: Data) -> PyResult<BothKeys> {
        secrets::device_keys(data.to_vec()).map(both).map_err(exception)
    }
    #[staticmethod]
    fn restore_keyring(
        py: Python<'_>,
        sealed: Data,
        account: IdArg<AccountId>,
        secret: Data,
        published: Data,
    ) -> PyResult<Vec<Generation>> {
        let (secret, published) = (secret.to_vec(), published.to_vec());
        let all = call(py, || secrets::restore_keyring(sealed.to_vec(), account.0, secret, published))?;
        Ok(all.into_iter().map(generation).collect())
    }
    #[staticmethod]
    fn open_key_file(py: Python<'_>, file: Data, passphrase: &str) -> PyResult<Vec<u8>> {
        call(py, || secrets::open_key_file(file.to_vec(), passphrase))
    }
}
