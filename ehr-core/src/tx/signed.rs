//! Signed transactions: the bytes that travel, and the decoded form that carries them along.

use super::TxBody;
use crate::codec::{DecodeError, EncodeError, Wire, limits};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::{AccountId, Signature, TxId};
use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Which key of an account: device keys are numbered in the order they were added, from 0, and never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u32);

impl KeyId {
    /// The offline recovery key.
    pub const RECOVERY: Self = Self(u32::MAX);
}

/// One signature and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct SignatureEntry {
    /// The account that signs.
    pub account: AccountId,
    /// With which of its keys.
    pub key: KeyId,
    /// Over the tag of [`Domain::Tx`] and the body bytes.
    pub signature: Signature,
}

/// A transaction as it travels. Nothing about it is checked but its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SignedTx {
    /// Canonical bytes of a [`TxBody`].
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
    /// Sorted by account, one for each account that must sign (rule T-2).
    pub signatures: Vec<SignatureEntry>,
}

impl Wire for SignedTx {
    const NAME: &'static str = "signed transaction";
    const MAX_BYTES: usize = limits::MAX_TX;
}

impl SignedTx {
    /// SHA-256 over the tag and the body bytes: co-signers cannot change it.
    pub fn id(&self) -> TxId {
        TxId(tagged(Domain::TxId, &[&self.body]).0)
    }
}

/// A decoded transaction with the bytes it came from. Well-formed and canonical; signatures and rules unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tx {
    id: TxId,
    body: TxBody,
    signed: SignedTx,
    bytes: Vec<u8>,
}

impl Tx {
    /// Decodes the bytes of a [`SignedTx`] and its body, refusing anything not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_vec(bytes.to_vec())
    }
    /// As [`Tx::decode`], keeping the bytes it is given.
    pub fn decode_vec(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let signed = SignedTx::from_bytes(&bytes)?;
        let body = TxBody::from_bytes(&signed.body)?;
        Ok(Self { id: signed.id(), body, signed, bytes })
    }
    /// Puts signatures on a body. They are sorted here; nothing else is done to them.
    pub fn assemble(body: TxBody, mut signatures: Vec<SignatureEntry>) -> Result<Self, EncodeError> {
        signatures.sort();
        let signed = SignedTx { body: body.to_bytes()?, signatures };
        let bytes = signed.to_bytes()?;
        Ok(Self { id: signed.id(), body, signed, bytes })
    }
    /// The transaction id.
    pub const fn id(&self) -> TxId {
        self.id
    }
    /// The decoded body.
    pub const fn body(&self) -> &TxBody {
        &self.body
    }
    /// The carried body bytes: what signatures cover.
    pub fn body_bytes(&self) -> &[u8] {
        &self.signed.body
    }
    /// The signatures.
    pub fn signatures(&self) -> &[SignatureEntry] {
        &self.signed.signatures
    }
    /// The bytes that travel; also the leaf of the block's transaction tree.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
