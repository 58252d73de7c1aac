//! Scopes, and who is handed their keys (rules CL-5 to CL-7).

use super::draft::{random, wrap_body};
use super::epochs::Epochs;
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::codec::limits::MAX_WRAPS;
use crate::crypto::keyring::ScopeKey;
use crate::crypto::wrap::WrapSet;
use crate::policy::{Actions, Resource};
use crate::primitives::{AccountId, ContentId, Epoch, GrantId, ScopeId};
use crate::record::Recipient;
use crate::tx::{Payload, RotateReason, ScopeCreate, ScopeRotate};
use rand_core::CryptoRng;

impl Desk<'_> {
    /// Makes a scope of a patient. Its key goes to the patient, and to those who may read everything.
    ///
    /// # Errors
    /// The patient is not enrolled.
    pub fn scope(&self, patient: &AccountKeys, rng: &mut impl CryptoRng) -> Result<Draft, ClientError> {
        let scope = ScopeId(random(rng));
        let key = ScopeKey::generate(scope, Epoch::ZERO, rng);
        let body = self.scope_wraps(patient, &key, &Epochs::none(), &[], rng)?;
        let create = ScopeCreate { account: patient.id(), scope, public: key.pair().public(), wraps: body.0 };
        let mut draft = Draft::of(Payload::ScopeCreate { create });
        draft.bodies.push(body);
        draft.about.scope = Some(scope);
        Ok(draft)
    }

    /// Begins the next epoch of a patient's scope. Everybody whose live grant covers the scope keeps access.
    ///
    /// # Errors
    /// There is no such scope, it is somebody else's, or its current key cannot be opened.
    pub fn rotate_scope(
        &self,
        patient: &AccountKeys,
        scope: ScopeId,
        reason: RotateReason,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let entry = self.own_scope(scope, patient.id())?;
        let old = self.own_epochs(patient, scope, &entry)?;
        let (rotate, body) = self.rotation(patient, scope, &old, &[], reason, rng)?;
        let mut draft = Draft::of(Payload::ScopeRotate { rotate });
        draft.bodies.push(body);
        draft.about.scope = Some(scope);
        Ok(draft)
    }

    /// The next epoch of a scope, with the wraps of its key. Grants that have `ended` count no more.
    pub(super) fn rotation(
        &self,
        patient: &AccountKeys,
        scope: ScopeId,
        old: &Epochs,
        ended: &[GrantId],
        reason: RotateReason,
        rng: &mut impl CryptoRng,
    ) -> Result<(ScopeRotate, (ContentId, Vec<u8>)), ClientError> {
        let epoch = self.scope_entry(scope)?.epoch.plus(1);
        let key = ScopeKey::generate(scope, epoch, rng);
        let body = self.scope_wraps(patient, &key, old, ended, rng)?;
        Ok((ScopeRotate { scope, epoch, public: key.pair().public(), wraps: body.0, reason }, body))
    }

    /// The wraps of an epoch's key: to the patient, to everyone who keeps access, and newest first a link from each
    /// epoch to the one before, so that one key opens all that came before it and none that comes after.
    fn scope_wraps(
        &self,
        patient: &AccountKeys,
        key: &ScopeKey,
        old: &Epochs,
        ended: &[GrantId],
        rng: &mut impl CryptoRng,
    ) -> Result<(ContentId, Vec<u8>), ClientError> {
        let owner = patient.id();
        let mut recipients = vec![Recipient { account: owner, key: self.account(owner)?.enc_key }];
        self.readers_of(owner, key.scope(), ended, &mut recipients)?;
        let mut wraps = Vec::with_capacity(recipients.len());
        for to in &recipients {
            wraps.push(key.wrap_to(owner, to.account, to.key, rng)?);
        }
        let mut newer = key;
        let mut past: Vec<&ScopeKey> = old.keys.iter().collect();
        past.sort_by_key(|older| core::cmp::Reverse(older.epoch()));
        // A revocation must never fail for want of room: the oldest links go first. The patient needs none of them.
        past.truncate(MAX_WRAPS.saturating_sub(wraps.len()));
        for older in past {
            wraps.push(older.wrap_to(owner, owner, newer.pair().public(), rng)?);
            newer = older;
        }
        Ok(wrap_body(&WrapSet::sign(wraps, patient.signer())?)?)
    }

    /// Adds whom the patient's live grants let read a whole scope, each key once.
    fn readers_of(
        &self,
        owner: AccountId,
        scope: ScopeId,
        ended: &[GrantId],
        into: &mut Vec<Recipient>,
    ) -> Result<(), ClientError> {
        for (id, entry) in self.live_grants(owner)? {
            let grant = &entry.grant;
            let whole = match grant.resource {
                Resource::AllOf { .. } => true,
                Resource::Scope { id } => id == scope,
                Resource::Record { .. } | Resource::Version { .. } | Resource::Section { .. } => false,
            };
            if !whole || !grant.actions.contains(Actions::READ) || ended.contains(&id) {
                continue;
            }
            for recipient in self.recipients(&grant.subject)? {
                if into.iter().all(|other| other.key != recipient.key) {
                    into.push(recipient);
                }
            }
        }
        Ok(())
    }
}
