//! A transaction on its way between signers, such as a doctor's server and a patient's phone (rule CL-10).

use super::{AccountKeys, BodyError, ClientError};
use crate::codec::{DecodeError, EncodeError, Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::hash::tagged;
use crate::crypto::keyring::RecoveryKeys;
use crate::crypto::signature::{Signer as _, SoftwareSigner};
use crate::primitives::{AccountId, ContentId, TxId};
use crate::tx::{KeyId, SignatureEntry, Tx, TxBody};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Format of the bytes written here.
const FORMAT: u8 = 1;

/// A transaction body, the signatures it has so far, and the bodies it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftTx {
    body: TxBody,
    /// Canonical bytes of the body: what is signed.
    bytes: Vec<u8>,
    /// Sorted by account, one for each.
    signatures: Vec<SignatureEntry>,
    bodies: Vec<(ContentId, Vec<u8>)>,
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct WireDraft {
    format: u8,
    body: ByteBuf,
    signatures: Vec<SignatureEntry>,
    bodies: Vec<WireBody>,
}

#[derive(Serialize_tuple, Deserialize_tuple)]
struct WireBody {
    id: ContentId,
    bytes: ByteBuf,
}

impl Wire for WireDraft {
    const NAME: &'static str = "draft transaction";
    const MAX_BYTES: usize = limits::MAX_DRAFT;
}

fn wrong(reason: &str) -> ClientError {
    DecodeError::Mismatch { what: WireDraft::NAME, reason: reason.to_owned() }.into()
}

impl DraftTx {
    /// A transaction that nobody has signed.
    pub(super) fn new(body: TxBody, bodies: Vec<(ContentId, Vec<u8>)>) -> Result<Self, ClientError> {
        let bytes = body.to_bytes()?;
        Ok(Self { body, bytes, signatures: Vec::new(), bodies })
    }

    /// The transaction's id, which no signature changes.
    pub fn id(&self) -> TxId {
        TxId(tagged(Domain::TxId, &[&self.bytes]).0)
    }

    /// What is signed.
    pub const fn body(&self) -> &TxBody {
        &self.body
    }

    /// The canonical bytes of what is signed.
    pub fn body_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signatures so far, by account. Nobody has verified them.
    pub fn signatures(&self) -> &[SignatureEntry] {
        &self.signatures
    }

    /// The bodies it carries.
    pub fn bodies(&self) -> &[(ContentId, Vec<u8>)] {
        &self.bodies
    }

    /// Signs; a signature the account has given before is replaced.
    ///
    /// # Errors
    /// The signer did not answer.
    pub fn sign(&mut self, keys: &AccountKeys) -> Result<(), ClientError> {
        let entry = keys.sign(&self.bytes)?;
        self.add(entry);
        Ok(())
    }

    /// Signs with the recovery key of an account (rule A-9).
    ///
    /// # Errors
    /// Not reachable: the key is here.
    pub fn sign_by_recovery(
        &mut self,
        account: AccountId,
        recovery: &RecoveryKeys,
    ) -> Result<(), ClientError> {
        let signer = SoftwareSigner::from_seed(&recovery.signing_seed());
        let signature = signer.sign(Domain::Tx, &self.bytes)?;
        self.add(SignatureEntry { account, key: KeyId::RECOVERY, signature });
        Ok(())
    }

    /// Adds a signature of [`DraftTx::body_bytes`] that was made elsewhere; replaces an earlier one of that account.
    pub fn add(&mut self, entry: SignatureEntry) {
        self.signatures.retain(|other| other.account != entry.account);
        let at = self.signatures.partition_point(|other| other.account < entry.account);
        self.signatures.insert(at, entry);
    }

    /// The transaction, and the bodies to store before it is submitted.
    ///
    /// # Errors
    /// It is too long.
    #[allow(clippy::type_complexity, reason = "a transaction and its bodies")]
    pub fn into_tx(self) -> Result<(Tx, Vec<(ContentId, Vec<u8>)>), ClientError> {
        Ok((Tx::assemble(self.body, self.signatures)?, self.bodies))
    }

    /// The bytes that travel. They show what the chain will show, and sealed bodies: no secret.
    ///
    /// # Errors
    /// More or longer bodies than travel with a transaction.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ClientError> {
        let wire = WireDraft {
            format: FORMAT,
            body: ByteBuf::from(self.bytes.clone()),
            signatures: self.signatures.clone(),
            bodies: self
                .bodies
                .iter()
                .map(|(id, bytes)| WireBody { id: *id, bytes: ByteBuf::from(bytes.clone()) })
                .collect(),
        };
        let bytes = wire.to_bytes()?;
        if bytes.len() > WireDraft::MAX_BYTES || wire.bodies.len() > limits::MAX_DRAFT_BODIES {
            let reason = format!("{} bytes with {} bodies", bytes.len(), wire.bodies.len());
            return Err(EncodeError { what: WireDraft::NAME, reason }.into());
        }
        Ok(bytes)
    }

    /// The draft of [`DraftTx::to_bytes`]: canonical, signatures sorted with one for each account, every body what its
    /// id names. Signatures are not verified; a wrong one is refused when the transaction is submitted.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ClientError> {
        let wire = WireDraft::from_bytes(bytes)?;
        if wire.format != FORMAT {
            return Err(ClientError::Format { found: wire.format, expected: FORMAT });
        }
        let body = TxBody::from_bytes(&wire.body)?;
        if wire.signatures.len() > limits::MAX_SIGNATURES
            || !wire.signatures.is_sorted_by(|a, b| a.account < b.account)
        {
            return Err(wrong("signatures not one for each account, in order"));
        }
        if wire.bodies.len() > limits::MAX_DRAFT_BODIES {
            return Err(wrong("more bodies than travel with a transaction"));
        }
        if let Some(other) = wire.bodies.iter().find(|body| !body.id.matches(&body.bytes)) {
            return Err(ClientError::body(other.id, BodyError::Damaged));
        }
        let bodies = wire.bodies.into_iter().map(|body| (body.id, body.bytes.into_vec())).collect();
        Ok(Self { body, bytes: wire.body.into_vec(), signatures: wire.signatures, bodies })
    }
}
