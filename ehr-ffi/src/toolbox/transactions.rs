//! Signed transactions, and what peers say to each other.

use super::args::decode;
use crate::EhrError;
use ehr_core::engine::Message;
use ehr_core::primitives::{AccountId, TxId};
use ehr_core::tx::{SignatureEntry, Tx};

/// A signature and whose it is.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedSignature {
    /// Account that signs.
    pub account: AccountId,
    /// Number of its key.
    pub key: u32,
    /// Over the body, in the domain `Tx`.
    pub signature: Vec<u8>,
}

/// A transaction as its bytes have it. Well-formed; signatures and rules unchecked.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedTx {
    /// Transaction id.
    pub id: TxId,
    /// Number of its kind.
    pub kind: u16,
    /// Name of its kind.
    pub name: String,
    /// What is signed: canonical bytes of a transaction body.
    pub body: Vec<u8>,
    /// The signatures, sorted by account.
    pub signatures: Vec<DecodedSignature>,
}

/// A message's kind.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageKind {
    /// Its number on the wire.
    pub code: u8,
    /// Its name.
    pub name: String,
}

/// Decodes a signed transaction and its body.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn decode_transaction(bytes: Vec<u8>) -> Result<DecodedTx, EhrError> {
    let tx = Tx::decode_vec(bytes)?;
    let signature = |entry: &SignatureEntry| DecodedSignature {
        account: entry.account,
        key: entry.key.0,
        signature: entry.signature.0.to_vec(),
    };
    Ok(DecodedTx {
        id: tx.id(),
        kind: tx.body().payload.code(),
        name: tx.body().payload.name().to_owned(),
        body: tx.body_bytes().to_vec(),
        signatures: tx.signatures().iter().map(signature).collect(),
    })
}

/// The kind of a message between peers.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn message_kind(bytes: Vec<u8>) -> Result<MessageKind, EhrError> {
    let message: Message = decode(&bytes)?;
    Ok(MessageKind { code: message.code(), name: message.name().to_owned() })
}
