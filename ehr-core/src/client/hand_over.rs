//! Keys that go along with a grant (rule CL-7).

use super::desk::owned;
use super::handed::Handed;
use super::keychain::Keychain;
use super::version_keys::Found;
use super::{AccountKeys, ClientError, Desk};
use crate::crypto::wrap::WrapBody;
use crate::policy::{Resource, ResourceChain, Subject};
use crate::primitives::{AccountId, RecordId, ScopeId, VersionNo};
use crate::record::{Recipient, wrap_version};
use crate::state::{Registry, StateRead};
use rand_core::CryptoRng;

/// Who hands over keys to whom.
pub(super) struct HandOver<'h> {
    desk: &'h Desk<'h>,
    /// Whose records they are.
    owner: AccountId,
    /// Who signs the wraps.
    author: AccountId,
    /// What opens the keys first.
    chain: Keychain,
    /// Through which grants, where it is not the owner.
    asked: Option<ResourceChain>,
    to: Vec<Recipient>,
    /// Wraps so far.
    pub(super) made: Vec<WrapBody>,
}

impl<'h> HandOver<'h> {
    /// By `keys`, of the owner or of somebody to whom the resource was granted.
    pub(super) fn new(
        desk: &'h Desk<'h>,
        keys: &AccountKeys,
        owner: AccountId,
        resource: &Resource,
        subject: &Subject,
    ) -> Result<Self, ClientError> {
        let scope = match resource {
            Resource::AllOf { .. } | Resource::Scope { .. } => None,
            Resource::Record { id: record }
            | Resource::Version { record, .. }
            | Resource::Section { record, .. } => Some(desk.record_entry(*record)?.scope),
        };
        let asked = (keys.id() != owner).then(|| resource.chain(owner, scope));
        let (author, chain, to) = (keys.id(), Keychain::of([keys]), desk.recipients(subject)?);
        Ok(Self { desk, owner, author, chain, asked, to, made: Vec::new() })
    }

    /// What opens a resource: the current scope key, which opens the scope from its first version on, or the keys of
    /// single versions. `scopes` are those of a grant of everything.
    pub(super) fn resource(
        &mut self,
        resource: &Resource,
        scopes: &[ScopeId],
        rng: &mut impl CryptoRng,
    ) -> Result<(), ClientError> {
        match *resource {
            Resource::AllOf { account } => {
                owned("account", account, self.owner)?;
                if scopes.is_empty() {
                    return Err(ClientError::ScopesNotListed);
                }
                scopes.iter().try_for_each(|scope| self.scope(*scope, rng))
            }
            Resource::Scope { id } => self.scope(id, rng),
            Resource::Record { id } => {
                let head = self.desk.record_entry(id)?.head;
                (0..=head.0).try_for_each(|number| self.version(id, VersionNo(number), None, rng))
            }
            Resource::Version { record, version } => self.version(record, version, None, rng),
            Resource::Section { record, version, section } => {
                self.version(record, version, Some(section), rng)
            }
        }
    }

    fn scope(&mut self, id: ScopeId, rng: &mut impl CryptoRng) -> Result<(), ClientError> {
        let scope = self.desk.own_scope(id, self.owner)?;
        let asked = self.asked.as_ref();
        let handed = asked.map_or_else(|| Ok(Handed::default()), |asked| self.desk.handed(asked))?;
        let mut epochs = self.desk.epochs(id, &scope, &self.chain, &handed);
        let failed = epochs.failed.take().or(handed.failed());
        let key = epochs
            .get(scope.epoch)
            .ok_or_else(|| failed.unwrap_or(ClientError::NoKey { scope: id, epoch: scope.epoch }))?;
        for to in &self.to {
            self.made.push(key.wrap_to(self.author, to.account, to.key, rng)?);
        }
        Ok(())
    }

    fn version(
        &mut self,
        record: RecordId,
        version: VersionNo,
        section: Option<u16>,
        rng: &mut impl CryptoRng,
    ) -> Result<(), ClientError> {
        let entry = self.desk.record_entry(record)?;
        owned("record", entry.account, self.owner)?;
        let place = self.desk.place(self.owner, record, version);
        let found = Found { place, record: &entry, version: &*self.desk.version_entry(record, version)? };
        let keys = self.desk.version_keys(&found, &self.chain, self.asked.as_ref())?;
        let keys = match section {
            Some(section) => keys.only(&[section]),
            None => keys,
        };
        self.made.extend(wrap_version(place, &keys, self.author, &self.to, rng)?);
        Ok(())
    }
}

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
}
