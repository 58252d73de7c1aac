//! A transaction that is being signed, and the bodies that go with it.

use crate::fault::call;
use crate::{Keyring, Result};
use ehr_core::client::{About, DraftTx};
use ehr_core::crypto::keyring::RecoveryKeys;
use ehr_core::primitives::{AccountId, ContentId, RecordId, ScopeId, TxId, VersionNo};
use ehr_core::tx::{Payload, Proposed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A transaction on its way from signer to signer. What it does is fixed; only signatures are added. It may be carried
/// to another process as bytes, such as from a hospital's server to a patient's phone.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Draft {
    tx: Mutex<DraftTx>,
    id: TxId,
    about: About,
    /// Who had to sign when the draft was made.
    needed: Vec<AccountId>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Draft {
    /// A draft as another process wrote it. Nothing in it is trusted.
    ///
    /// # Errors
    /// Malformed, or a body that is not what its id names.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>> {
        call(|| {
            let tx = DraftTx::from_bytes(&bytes).map_err(crate::EhrError::malformed)?;
            Ok(Self::of(tx, About::default(), Vec::new()))
        })
    }

    /// Canonical bytes with all signatures so far. Bodies inside are sealed; nothing is secret.
    ///
    /// # Errors
    /// More or longer bodies than travel with a transaction.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        call(|| Ok(self.tx().to_bytes()?))
    }

    /// The transaction's id; signatures do not change it. Also the id of the grant, request or proposal it makes.
    pub fn id(&self) -> TxId {
        self.id
    }

    /// What kind of transaction it is, such as `"RecordCreate"`.
    pub fn kind(&self) -> String {
        self.tx().body().payload.name().to_owned()
    }

    /// The account it enrols, admits or rotates.
    pub fn account(&self) -> Option<AccountId> {
        self.about.account
    }

    /// The scope it makes or rotates, or files a record in.
    pub fn scope(&self) -> Option<ScopeId> {
        self.about.scope
    }

    /// The record it makes or continues.
    pub fn record(&self) -> Option<RecordId> {
        self.about.record
    }

    /// Which version of that record.
    pub fn version(&self) -> Option<VersionNo> {
        self.about.version
    }

    /// Salt of the commitment to a name or reason, 16 bytes: keep it with the text, to show later what was meant. Does
    /// not travel with the draft.
    pub fn salt(&self) -> Option<Vec<u8>> {
        self.about.salt.map(|salt| salt.0.to_vec())
    }

    /// Scopes that a revocation had no room to rotate: rotate them one by one.
    pub fn unrotated(&self) -> Vec<ScopeId> {
        self.about.unrotated.clone()
    }

    /// Who has signed, in order of ids.
    pub fn signers(&self) -> Vec<AccountId> {
        self.tx().signatures().iter().map(|entry| entry.account).collect()
    }

    /// Who must still sign, as the ledger that made the draft knew. Of a draft from bytes, ask
    /// [`Ledger::missing_signers`](crate::Ledger::missing_signers).
    pub fn missing(&self) -> Vec<AccountId> {
        let signed = self.signers();
        self.needed.iter().copied().filter(|account| !signed.contains(account)).collect()
    }

    /// Adds a signature.
    ///
    /// # Errors
    /// `Closed` keys, or a signer that fails.
    pub fn sign(&self, keys: Arc<Keyring>) -> Result<()> {
        call(|| {
            let keys = keys.keys()?;
            // The signer may take its time, and come back in: nothing is locked meanwhile.
            let body = self.tx().body_bytes().to_vec();
            let entry = keys.sign(&body)?;
            self.tx().add(entry);
            Ok(())
        })
    }

    /// Content ids of the sealed bodies inside.
    pub fn bodies(&self) -> Vec<ContentId> {
        self.tx().bodies().iter().map(|(id, _)| *id).collect()
    }
}

impl Draft {
    /// Adds the signature of an account's recovery key.
    pub(crate) fn sign_by_recovery(&self, account: AccountId, keys: &RecoveryKeys) -> Result<()> {
        Ok(self.tx().sign_by_recovery(account, keys)?)
    }

    pub(crate) fn of(tx: DraftTx, made: About, needed: Vec<AccountId>) -> Arc<Self> {
        let told = about(&tx.body().payload);
        let about = About {
            account: made.account.or(told.account),
            scope: made.scope.or(told.scope),
            record: made.record.or(told.record),
            version: made.version.or(told.version),
            ..made
        };
        Arc::new(Self { id: tx.id(), tx: Mutex::new(tx), about, needed })
    }

    pub(crate) fn tx(&self) -> MutexGuard<'_, DraftTx> {
        self.tx.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a payload itself says that it is about.
fn about(payload: &Payload) -> About {
    let mut about = About::default();
    let mut written = |record, version| (about.record, about.version) = (Some(record), Some(version));
    match payload {
        Payload::RecordCreate { create } => written(create.record, VersionNo::ZERO),
        Payload::VersionAppend { append } => written(append.record, append.version),
        Payload::RecordPropose { propose } => match &propose.proposed {
            Proposed::Create { create } => written(create.record, VersionNo::ZERO),
            Proposed::Append { append } => written(append.record, append.version),
        },
        Payload::ReleaseReceipt { receipt } => written(receipt.record, receipt.version),
        Payload::EnrolAccount { enrol } => about.account = enrol.account_id().ok(),
        Payload::AdmitInstitution { admit } => about.account = Some(admit.account),
        Payload::KeyRotate { rotate } => about.account = Some(rotate.account),
        Payload::ScopeCreate { create } => about.scope = Some(create.scope),
        Payload::ScopeRotate { rotate } => about.scope = Some(rotate.scope),
        _ => {}
    }
    match payload {
        Payload::RecordCreate { create } => about.scope = Some(create.scope),
        Payload::RecordPropose { propose } => {
            if let Proposed::Create { create } = &propose.proposed {
                about.scope = Some(create.scope);
            }
        }
        _ => {}
    }
    about
}
