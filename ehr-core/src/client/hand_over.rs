//! Keys that go along with a grant (rule CL-7).

use super::keychain::Keychain;
use super::version_keys::Found;
use super::{AccountKeys, ClientError, Desk};
use crate::crypto::wrap::WrapBody;
use crate::policy::{Resource, Subject};
use crate::primitives::{AccountId, RecordId, ScopeId, VersionNo};
use crate::record::{Recipient, wrap_version};
use crate::state::{Registry, StateRead};
use rand_core::CryptoRng;

impl Desk<'_> {
    /// The published keys of whom a subject names: an account's own, or that of the institution somebody acts for.
    pub(super) fn recipients(&self, subject: &Subject) -> Result<Vec<Recipient>, ClientError> {
        let accounts = match subject {
            Subject::Account { id } | Subject::Institution { id } => vec![*id],
            Subject::StaffOf { institution, .. } => vec![*institution],
            Subject::AnyAdmitted { .. } => {
                let registry = self.state.get::<Registry>(Registry::ID)?;
                registry.map(|registry| registry.institutions.clone()).unwrap_or_default()
            }
        };
        let key = |account| Ok(Recipient { account, key: self.account(account)?.enc_key });
        accounts.into_iter().map(key).collect()
    }

    /// What opens a resource of the patient's, wrapped to each recipient: the current scope key, which opens the scope
    /// from its first version on, or the keys of single versions. `scopes` are those of a grant of everything.
    pub(super) fn hand_over(
        &self,
        patient: &AccountKeys,
        resource: &Resource,
        scopes: &[ScopeId],
        to: &[Recipient],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<WrapBody>, ClientError> {
        let mut out = Vec::new();
        match *resource {
            Resource::AllOf { account } => {
                super::desk::owned("account", account, patient.id())?;
                if scopes.is_empty() {
                    return Err(ClientError::ScopesNotListed);
                }
                for scope in scopes {
                    self.hand_over_scope(patient, *scope, to, rng, &mut out)?;
                }
            }
            Resource::Scope { id } => self.hand_over_scope(patient, id, to, rng, &mut out)?,
            Resource::Record { id } => {
                let head = self.record_entry(id)?.head;
                for number in 0..=head.0 {
                    self.hand_over_version(patient, (id, VersionNo(number)), None, to, rng, &mut out)?;
                }
            }
            Resource::Version { record, version } => {
                self.hand_over_version(patient, (record, version), None, to, rng, &mut out)?;
            }
            Resource::Section { record, version, section } => {
                self.hand_over_version(patient, (record, version), Some(section), to, rng, &mut out)?;
            }
        }
        Ok(out)
    }

    fn hand_over_scope(
        &self,
        patient: &AccountKeys,
        id: ScopeId,
        to: &[Recipient],
        rng: &mut impl CryptoRng,
        out: &mut Vec<WrapBody>,
    ) -> Result<(), ClientError> {
        let scope = self.own_scope(id, patient.id())?;
        let epochs = self.own_epochs(patient, id, &scope)?;
        let key = epochs.get(scope.epoch).ok_or(ClientError::NoKey { scope: id, epoch: scope.epoch })?;
        for recipient in to {
            out.push(key.wrap_to(patient.id(), recipient.account, recipient.key, rng)?);
        }
        Ok(())
    }

    fn hand_over_version(
        &self,
        patient: &AccountKeys,
        (record, version): (RecordId, VersionNo),
        section: Option<u16>,
        to: &[Recipient],
        rng: &mut impl CryptoRng,
        out: &mut Vec<WrapBody>,
    ) -> Result<(), ClientError> {
        let entry = self.record_entry(record)?;
        super::desk::owned("record", entry.account, patient.id())?;
        let author: AccountId = patient.id();
        let place = self.place(author, record, version);
        let found = Found { place, record: &entry, version: &*self.version_entry(record, version)? };
        let keys = self.version_keys(&found, &Keychain::of([patient]), &[])?;
        let keys = match section {
            Some(section) => keys.only(&[section]),
            None => keys,
        };
        out.extend(wrap_version(place, &keys, author, to, rng)?);
        Ok(())
    }
}
