//! Patients of the story, and what the story remembers of their records.

use super::error::DemoError;
use super::hospital::Blob;
use crate::wallet::Owner;
use ehr_core::codec::Wire as _;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::crypto::wrap::WrapSet;
use ehr_core::primitives::{ChainId, ContentId, Epoch, RecordId, ScopeId, TxId, VersionNo};
use ehr_core::record::Place;
use ehr_core::tx::{RotateReason, ScopeCreate, ScopeRotate, VersionContent};
use rand_core::CryptoRng;

/// A version that was sealed, with what went in: to compare with what comes out.
pub(super) struct Kept {
    /// FHIR type.
    pub(super) kind: String,
    pub(super) place: Place,
    pub(super) content: VersionContent,
    pub(super) plain: Vec<u8>,
}

/// A record and the transaction that carries its newest version.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) record: RecordId,
    pub(super) version: VersionNo,
    pub(super) tx: TxId,
}

/// A patient with one scope, in which everything is filed.
pub(super) struct Patient {
    /// "patient 1": the story knows no names.
    pub(super) name: String,
    pub(super) owner: Owner,
    pub(super) scope: ScopeId,
    /// The scope's key in each epoch, oldest first.
    pub(super) keys: Vec<ScopeKey>,
    pub(super) heads: Vec<Head>,
    pub(super) kept: Vec<Kept>,
}

impl Patient {
    pub(super) fn new(number: usize, owner: Owner, rng: &mut impl CryptoRng) -> Self {
        let scope = ScopeId(random(rng));
        let keys = vec![ScopeKey::generate(scope, Epoch::ZERO, rng)];
        Self { name: format!("patient {number}"), owner, scope, keys, heads: Vec::new(), kept: Vec::new() }
    }

    /// The scope's current key.
    pub(super) fn key(&self) -> Result<&ScopeKey, DemoError> {
        self.keys.last().ok_or_else(|| DemoError::Broken("a patient without scope key".to_owned()))
    }

    /// What creates the scope, and the wraps of its key.
    pub(super) fn create_scope(&self, rng: &mut impl CryptoRng) -> Result<(ScopeCreate, Blob), DemoError> {
        let blob = self.own_wraps(rng)?;
        let create = ScopeCreate {
            account: self.owner.id(),
            scope: self.scope,
            public: self.key()?.pair().public(),
            wraps: blob.0,
        };
        Ok((create, blob))
    }

    /// Begins the scope's next epoch with a fresh key that nobody else is given.
    pub(super) fn rotate_scope(
        &mut self,
        rng: &mut impl CryptoRng,
    ) -> Result<(ScopeRotate, Blob), DemoError> {
        let epoch = self.key()?.epoch().plus(1);
        self.keys.push(ScopeKey::generate(self.scope, epoch, rng));
        let blob = self.own_wraps(rng)?;
        let rotate = ScopeRotate {
            scope: self.scope,
            epoch,
            public: self.key()?.pair().public(),
            wraps: blob.0,
            reason: RotateReason::Revocation,
        };
        Ok((rotate, blob))
    }

    /// The current scope key, wrapped to the patient.
    fn own_wraps(&self, rng: &mut impl CryptoRng) -> Result<Blob, DemoError> {
        let owner = &self.owner;
        let body = self.key()?.wrap_to(owner.id(), owner.id(), owner.encryption_key(), rng)?;
        wrap_blob(&WrapSet::sign(vec![body], owner.signer())?)
    }

    /// Where a version of this patient's belongs.
    pub(super) fn place(&self, chain: ChainId, record: RecordId, version: VersionNo) -> Place {
        Place { chain, account: self.owner.id(), record, version }
    }
}

/// A wrap set as a body.
pub(super) fn wrap_blob(set: &WrapSet) -> Result<Blob, DemoError> {
    let bytes = set.to_bytes()?;
    Ok((ContentId::of_dag_cbor(&bytes), bytes))
}

/// Fresh random bytes.
pub(super) fn random<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}
