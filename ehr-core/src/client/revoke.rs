//! Taking back (rule CL-9).

use super::desk::owned;
use super::epochs::Epochs;
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::codec::limits::MAX_ROTATIONS;
use crate::crypto::wrap::WrapSubject;
use crate::policy::Resource;
use crate::primitives::{AccountId, GrantId, ScopeId};
use crate::state::{AccountGrants, StateRead};
use crate::tx::{Payload, Revoke, RevokeTarget, RotateReason};
use rand_core::CryptoRng;
use std::collections::BTreeSet;

impl Desk<'_> {
    /// Ends grants. When the patient does, every scope whose key went along begins its next epoch in the same
    /// transaction, and whoever keeps access is handed the new key; `scopes` are rotated too, for the scopes of a
    /// grant of everything that this device knows of and the grant's wraps do not name. A grantee renounces without
    /// rotation. What was opened before stays open: this stops future access.
    ///
    /// # Errors
    /// There is no such grant, or nothing to revoke. A missing body is none: the patient can always revoke.
    pub fn revoke(
        &self,
        by: &AccountKeys,
        target: RevokeTarget,
        scopes: &[ScopeId],
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let (account, ids) = self.targets(&target)?;
        let mut revoke = Revoke { target, rotate: Vec::new() };
        if by.id() != account {
            return Ok(Draft::of(Payload::Revoke { revoke }));
        }
        let ended = self.with_delegated(account, &ids)?;
        let mut affected: BTreeSet<ScopeId> = BTreeSet::new();
        for id in &ended {
            self.scopes_of(*id, &mut affected)?;
        }
        for scope in scopes {
            self.own_scope(*scope, account)?;
            affected.insert(*scope);
        }
        let (mut bodies, mut unrotated) = (Vec::new(), Vec::new());
        for scope in affected {
            if revoke.rotate.len() >= MAX_ROTATIONS {
                unrotated.push(scope);
                continue;
            }
            let entry = self.own_scope(scope, account)?;
            // Without the old keys there are no links to them; to stop access matters more.
            let old = self.own_epochs(by, scope, &entry).unwrap_or(Epochs::none());
            let (rotate, body) = self.rotation(by, scope, &old, &ended, RotateReason::Revocation, rng)?;
            revoke.rotate.push(rotate);
            bodies.push(body);
        }
        let mut draft = Draft { bodies, ..Draft::of(Payload::Revoke { revoke }) };
        draft.about.unrotated = unrotated;
        Ok(draft)
    }

    /// The patient and the grants that are named.
    fn targets(&self, target: &RevokeTarget) -> Result<(AccountId, Vec<GrantId>), ClientError> {
        match target {
            RevokeTarget::Grant { id } => Ok((self.grant_entry(*id)?.grant.account, vec![*id])),
            RevokeTarget::Subject { account, subject } => {
                let live = self.live_grants(*account)?;
                let to_it = live.into_iter().filter(|(_, entry)| entry.grant.subject == *subject);
                let ids: Vec<GrantId> = to_it.map(|(id, _)| id).collect();
                if ids.is_empty() {
                    return Err(ClientError::NothingToRevoke { account: *account });
                }
                Ok((*account, ids))
            }
        }
    }

    /// The grants and all that were delegated from them.
    fn with_delegated(&self, account: AccountId, ids: &[GrantId]) -> Result<Vec<GrantId>, ClientError> {
        let Some(before) = self.state.get::<AccountGrants>(&account)? else { return Ok(ids.to_vec()) };
        let mut after = AccountGrants::clone(&before);
        ids.iter().for_each(|id| after.remove_tree(*id));
        let gone = before.live.iter().filter(|grant| !after.live.contains(grant)).map(|grant| grant.id);
        Ok(gone.chain(ids.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Adds the scopes whose keys went along with a grant.
    fn scopes_of(&self, id: GrantId, into: &mut BTreeSet<ScopeId>) -> Result<(), ClientError> {
        let entry = self.grant_entry(id)?;
        match entry.grant.resource {
            Resource::Scope { id } => {
                into.insert(id);
            }
            Resource::AllOf { account } => {
                let Some(set) = entry.grant.wraps.and_then(|id| self.wraps(&id).ok()) else { return Ok(()) };
                for wrap in set.wraps {
                    if let WrapSubject::Scope { scope, .. } = wrap.body.subject
                        && owned("scope", self.scope_entry(scope)?.account, account).is_ok()
                    {
                        into.insert(scope);
                    }
                }
            }
            Resource::Record { .. } | Resource::Version { .. } | Resource::Section { .. } => {}
        }
        Ok(())
    }
}
