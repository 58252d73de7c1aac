//! From a question to the plaintext: the policy first, then wraps, then bodies.

use super::keychain::Keychain;
use super::version_keys::Found;
use super::{AccountKeys, BodyError, ClientError, Desk};
use crate::crypto::wrap::WrapSet;
use crate::policy::{
    AccessQuery, Actions, Basis, Coverage, Decision, Obligations, Outcome, Purposes, ResourceChain,
};
use crate::primitives::{AccountId, GrantId, RecordId, VersionNo};
use crate::record::{OpenRecordError, open_version};
use crate::state::{explain_access, explain_grant};
use zeroize::Zeroizing;

/// Who reads.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The reader's own keys.
    pub keys: &'a AccountKeys,
    /// The institution they act for; none when they act for themselves.
    pub acting_for: Option<AccountId>,
    /// That institution's keys, where this machine has them: what is wrapped to the institution opens only with them.
    pub institution_keys: Option<&'a AccountKeys>,
}

impl<'a> Reader<'a> {
    /// Somebody who acts for themselves.
    pub const fn own(keys: &'a AccountKeys) -> Self {
        Self { keys, acting_for: None, institution_keys: None }
    }

    /// Staff at an institution's own machine.
    pub const fn staff(keys: &'a AccountKeys, institution: &'a AccountKeys) -> Self {
        Self { keys, acting_for: Some(institution.id()), institution_keys: Some(institution) }
    }
}

/// One section, wiped when dropped.
pub struct ReadSection {
    /// Media type, such as `application/fhir+json`.
    pub media_type: String,
    /// Content.
    pub body: Zeroizing<Vec<u8>>,
}

/// A version that was opened and is what doctor and patient signed. No `Debug`: it is the patient's.
pub struct Opened {
    /// The record.
    pub record: RecordId,
    /// The version.
    pub version: VersionNo,
    /// Kind of record.
    pub kind: String,
    /// Its sections.
    pub sections: Vec<ReadSection>,
    /// Who wrote it.
    pub author: AccountId,
    /// For which institution.
    pub institution: AccountId,
    /// On what the permission rests.
    pub basis: Basis,
    /// What is asked in return.
    pub obligations: Obligations,
}

impl Desk<'_> {
    /// The question whether somebody may do something to a record, or to one version of it.
    ///
    /// # Errors
    /// There is no such record.
    pub fn query(
        &self,
        subject: AccountId,
        acting_for: Option<AccountId>,
        action: Actions,
        purpose: Purposes,
        record: RecordId,
        version: Option<VersionNo>,
    ) -> Result<AccessQuery, ClientError> {
        let entry = self.record_entry(record)?;
        let resource = ResourceChain {
            account: entry.account,
            scope: Some(entry.scope),
            record: Some(record),
            version,
            section: None,
        };
        Ok(AccessQuery { subject, acting_for, action, purpose, resource })
    }

    /// The answer of the one evaluator, at the tip.
    ///
    /// # Errors
    /// The state did not answer.
    pub fn decide(&self, query: &AccessQuery) -> Result<Decision, ClientError> {
        Ok(explain_access(&self.state, query, self.time)?)
    }

    /// As [`Desk::decide`], considering one grant only, revoked or not: why that grant does not apply.
    ///
    /// # Errors
    /// The state did not answer.
    pub fn explain(&self, query: &AccessQuery, grant: GrantId) -> Result<Decision, ClientError> {
        self.grant_entry(grant)?;
        Ok(explain_grant(&self.state, query, grant, self.time)?)
    }

    /// Reads a version of a record; the newest if none is named. Nothing is opened unless the policy permits it.
    ///
    /// # Errors
    /// [`ClientError::Denied`] with the reasons; [`ClientError::CannotOpen`] where it is permitted and no key was
    /// handed over; [`ClientError::Body`] where a body is not here; [`ClientError::Open`] where the bodies are not
    /// what was signed.
    pub fn read(
        &self,
        reader: &Reader<'_>,
        record: RecordId,
        version: Option<VersionNo>,
        purpose: Purposes,
    ) -> Result<Opened, ClientError> {
        if let Some(keys) = reader.institution_keys
            && reader.acting_for != Some(keys.id())
        {
            let wanted = reader.acting_for.unwrap_or(reader.keys.id());
            return Err(ClientError::OtherAccount { wanted, given: keys.id() });
        }
        let entry = self.record_entry(record)?;
        let number = version.unwrap_or(entry.head);
        let found = self.version_entry(record, number)?;
        let (subject, acting) = (reader.keys.id(), reader.acting_for);
        let query = self.query(subject, acting, Actions::READ, purpose, record, Some(number))?;
        let decision = self.decide(&query)?;
        let Outcome::Permit { by: basis, obligations } = decision.outcome else {
            return Err(ClientError::Denied(Box::new(decision)));
        };
        let place = self.place(entry.account, record, number);
        let chain = Keychain::of([reader.keys].into_iter().chain(reader.institution_keys));
        let handed = self.handed(&query.resource)?;
        let keys = self.version_keys(&Found { place, record: &entry, version: &found }, &chain, &handed)?;
        let manifest = self.body(&found.content.manifest)?;
        let opened = open_version(place, &found.content, &manifest, &keys, |id| self.bodies.get(id));
        let opened = opened.map_err(|error| match error {
            OpenRecordError::Missing { body, .. } => ClientError::body(body, BodyError::Missing),
            other => other.into(),
        })?;
        let sections = opened.descriptor.media_types.into_iter().zip(opened.sections);
        Ok(Opened {
            record,
            version: number,
            kind: opened.descriptor.kind,
            sections: sections.map(|(media_type, body)| ReadSection { media_type, body }).collect(),
            author: found.author,
            institution: found.institution,
            basis,
            obligations,
        })
    }

    /// The wraps that went along with live grants of what is asked for, each with who granted. A set that is not here
    /// is left out: another may do.
    fn handed(&self, asked: &ResourceChain) -> Result<Vec<(AccountId, WrapSet)>, ClientError> {
        let mut handed = Vec::new();
        for (_, entry) in self.live_grants(asked.account)? {
            if entry.grant.resource.coverage(asked) != Coverage::Inside {
                continue;
            }
            if let Some(set) = entry.grant.wraps.and_then(|id| self.wraps(&id).ok()) {
                handed.push((entry.grantor, set));
            }
        }
        Ok(handed)
    }
}
