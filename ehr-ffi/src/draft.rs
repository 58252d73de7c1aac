//! A transaction that is being signed, and the bodies that go with it.

use crate::{Keyring, Result, unfinished};
use ehr_core::primitives::{AccountId, RecordId, ScopeId, TxId, VersionNo};
use std::sync::Arc;

/// A transaction on its way from signer to signer. What it does is fixed; only signatures are added. It may be carried
/// to another process as bytes, such as from a hospital's server to a patient's phone.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Draft(());

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Draft {
    /// A draft as another process wrote it. Nothing in it is trusted.
    ///
    /// # Errors
    /// Malformed, or a body that is not what its id names.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>> {
        let _ = bytes;
        unfinished()
    }

    /// Canonical bytes with all signatures so far. Bodies inside are sealed; nothing is secret.
    ///
    /// # Errors
    /// None that can be reached.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// The transaction's id; signatures do not change it. Also the id of the grant or request it makes.
    pub fn id(&self) -> TxId {
        TxId::ZERO
    }

    /// What kind of transaction it is, such as `"RecordCreate"`.
    pub fn kind(&self) -> String {
        String::new()
    }

    /// The account it enrols, admits or rotates.
    pub fn account(&self) -> Option<AccountId> {
        None
    }

    /// The scope it makes or rotates, or files a record in.
    pub fn scope(&self) -> Option<ScopeId> {
        None
    }

    /// The record it makes or continues.
    pub fn record(&self) -> Option<RecordId> {
        None
    }

    /// Which version of that record.
    pub fn version(&self) -> Option<VersionNo> {
        None
    }

    /// Who has signed, in order of ids.
    pub fn signers(&self) -> Vec<AccountId> {
        Vec::new()
    }

    /// Who must still sign, as far as the ledger that made the draft knows.
    pub fn missing(&self) -> Vec<AccountId> {
        Vec::new()
    }

    /// Adds a signature.
    ///
    /// # Errors
    /// `Closed` keys, or a signer that fails.
    pub fn sign(&self, keys: Arc<Keyring>) -> Result<()> {
        let _ = keys;
        unfinished()
    }

    /// Content ids of the bodies inside, as text.
    pub fn bodies(&self) -> Vec<ehr_core::primitives::ContentId> {
        Vec::new()
    }
}
