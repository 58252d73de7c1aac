//! Keys of an account as a key file holds them, and drafts on their way between signers (`docs/spec/client.md`).

use super::args::fixed;
use super::records::VerifiedVersion;
use crate::EhrError;
use ehr_core::client::{AccountKeys, DraftTx};
use ehr_core::codec::Wire;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{SignError, Signer};
use ehr_core::crypto::wrap::{WrapSet, WrapSubject};
use ehr_core::primitives::{AccountId, ContentId, Signature, TxId, VerifyingKey, VersionNo};
use ehr_core::record::{self, Place};
use ehr_core::state::{Authority, StateView, signers_of};
use ehr_core::store::MemoryStore;
use ehr_core::tx::{Payload, Role};
use zeroize::Zeroizing;

/// What the keys of an account are. The backup seed and the bytes are secret.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedAccountKeys {
    /// The account.
    pub account: AccountId,
    /// What it is.
    pub role: Role,
    /// Public half of the key that signs.
    pub signing_key: Vec<u8>,
    /// The device's X25519 key.
    pub device_key: Vec<u8>,
    /// Number of the current generation, from 0.
    pub generation: u32,
    /// Its X25519 key, which is on the chain.
    pub encryption_key: Vec<u8>,
    /// The backup seed, if it is still kept.
    pub backup_seed: Option<Vec<u8>>,
    /// The same keys, encoded again.
    pub bytes: Vec<u8>,
}

/// A draft as its bytes have it. Nobody has verified its signatures.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedDraft {
    /// Id of the transaction.
    pub id: TxId,
    /// Name of its kind.
    pub kind: String,
    /// What is signed: canonical bytes of a transaction body.
    pub body: Vec<u8>,
    /// Who has signed.
    pub signed: Vec<AccountId>,
    /// Who must still sign; none where only the state can say.
    pub missing: Option<Vec<AccountId>>,
    /// Content ids of the bodies it carries.
    pub bodies: Vec<ContentId>,
    /// The same draft, encoded again.
    pub bytes: Vec<u8>,
}

/// A signer that is elsewhere.
struct Elsewhere(VerifyingKey);

impl Signer for Elsewhere {
    fn public_key(&self) -> VerifyingKey {
        self.0
    }
    fn sign(&self, _: Domain, _: &[u8]) -> Result<Signature, SignError> {
        Err(SignError::Declined)
    }
}

/// Decodes the content of a key file. Keys that sign elsewhere, such as in a smart card, need the public key of what
/// signs for them.
///
/// # Errors
/// `Malformed`, also when the keys are not those of the account; `NewerFormat`; the kind of a missing or other signer.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decode_account_keys(
    bytes: Vec<u8>,
    foreign_signing_key: Option<Vec<u8>>,
) -> Result<DecodedAccountKeys, EhrError> {
    let keys = Zeroizing::new(bytes);
    let foreign = foreign_signing_key.map(|key| fixed("foreign_signing_key", &key).map(VerifyingKey));
    let signer = foreign.transpose()?.map(|key| Box::new(Elsewhere(key)) as Box<dyn Signer + Send + Sync>);
    let keys = AccountKeys::from_bytes(&keys, signer)?;
    Ok(DecodedAccountKeys {
        account: keys.id(),
        role: keys.role(),
        signing_key: keys.signer().public_key().0.to_vec(),
        device_key: keys.device_key().0.to_vec(),
        generation: keys.ring().generation(),
        encryption_key: keys.ring().current().encryption_key().public().0.to_vec(),
        backup_seed: keys.recovery().map(|recovery| recovery.expose().to_vec()),
        bytes: core::mem::take(&mut *keys.to_bytes()?),
    })
}

/// Decodes a draft.
///
/// # Errors
/// `Malformed`, `NewerFormat`, or `Damaged` for a body that is not what its id names.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decode_draft(bytes: Vec<u8>) -> Result<DecodedDraft, EhrError> {
    let draft = DraftTx::from_bytes(&bytes)?;
    let signed: Vec<AccountId> = draft.signatures().iter().map(|entry| entry.account).collect();
    Ok(DecodedDraft {
        id: draft.id(),
        kind: draft.body().payload.name().to_owned(),
        body: draft.body_bytes().to_vec(),
        missing: missing(&draft, &signed),
        signed,
        bodies: draft.bodies().iter().map(|(id, _)| *id).collect(),
        bytes: draft.to_bytes()?,
    })
}

/// Who must still sign, if the draft alone says who must: then a state without entries says it too.
fn missing(draft: &DraftTx, signed: &[AccountId]) -> Option<Vec<AccountId>> {
    let nothing = MemoryStore::new();
    let all = match signers_of(&StateView::new(&nothing), &draft.body().payload).ok()? {
        Authority::All(all) => all,
        Authority::OneOf { .. } | Authority::Quorum => return None,
    };
    let mut missing = Vec::new();
    for account in [draft.body().fee_payer].into_iter().chain(all) {
        if !signed.contains(&account) && !missing.contains(&account) {
            missing.push(account);
        }
    }
    Some(missing)
}

/// Opens the record version that a draft carries with the keys of its patient, and checks it against what the draft
/// says the chain will hold. Who wrote it is not checked: that takes the state.
///
/// # Errors
/// `InvalidArgument` for a draft of another kind; `CannotOpen` if the keys open none of its wraps; as
/// [`open_version`](super::records::open_version).
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn open_draft(bytes: Vec<u8>, account_keys: Vec<u8>) -> Result<VerifiedVersion, EhrError> {
    let draft = DraftTx::from_bytes(&bytes)?;
    let keys = AccountKeys::from_bytes(&Zeroizing::new(account_keys), None)?;
    let (record, version, content) = match &draft.body().payload {
        Payload::RecordCreate { create } => (create.record, VersionNo::ZERO, &create.content),
        Payload::VersionAppend { append } => (append.record, append.version, &append.content),
        other => {
            return Err(EhrError::argument(
                "bytes",
                format!("a draft of kind {} holds no version", other.name()),
            ));
        }
    };
    let place = Place { chain: draft.body().chain_id, account: keys.id(), record, version };
    let find = |id: &ContentId| draft.bodies().iter().find(|(named, _)| named == id).map(|(_, body)| body);
    let carried = |id: &ContentId| find(id).ok_or_else(|| EhrError::not_found("body in the draft", id));
    let set = WrapSet::from_bytes(carried(&content.wraps)?)?;
    let subject = WrapSubject::Version { record, version };
    let mut wraps = set.wraps.iter().map(|wrap| &wrap.body).filter(|body| body.subject == subject);
    let mine = wraps.find_map(|body| Some((body, keys.ring().key_pair(&body.recipient_key)?)));
    let (wrap, pair) = mine.ok_or_else(|| EhrError::cannot_open("no wrap for these keys"))?;
    let sections = record::unwrap_version(place, wrap, &pair).map_err(super::wraps::refusal)?;
    let manifest = carried(&content.manifest)?;
    let opened = record::open_version(place, content, manifest, &sections, |id| Ok(find(id).cloned()));
    opened.map(VerifiedVersion::from).map_err(super::records::open_refusal)
}
