//! From a question to the plaintext: the policy first, then wraps, then bodies.

use super::keychain::Keychain;
use super::version_keys::Found;
use super::{AccountKeys, BodyError, ClientError, Desk};
use crate::policy::{AccessQuery, Actions, Basis, Decision, Obligations, Outcome, Purposes, ResourceChain};
use crate::primitives::{AccountId, ContentId, GrantId, RecordId, VersionNo};
use crate::record::{OpenRecordError, OpenedSection, Place, SectionKeys, open_section, open_version};
use crate::state::{explain_access, explain_grant};
use crate::tx::VersionContent;
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

    /// Reads a version of a record; the newest if none is named. Nothing is opened unless the policy permits it at the
    /// tip; a gateway that releases to others decides on the final state too
    /// ([`settle`](crate::policy::settle), rule P-14).
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
        let entry = self.record_entry(record)?;
        let number = version.unwrap_or(entry.head);
        let found = self.version_entry(record, number)?;
        let (subject, acting) = (reader.keys.id(), reader.acting_for);
        let query = self.query(subject, acting, Actions::READ, purpose, record, Some(number))?;
        let (basis, obligations) = self.permitted(reader, &query)?;
        let place = self.place(entry.account, record, number);
        let keys = self.reader_keys(reader, &query, &Found { place, record: &entry, version: &found })?;
        let sealed = SealedContent {
            place,
            content: &found.content,
            author: found.author,
            institution: found.institution,
        };
        let opened = self.open(&sealed, &[], &keys)?;
        Ok(Opened { basis, obligations, ..opened })
    }

    /// Reads one section of a version, for a reader who may not have the others. Sections are counted from 1; section 0
    /// says what the record is. That the section is what was signed is certain only with a proof of its leaf.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub fn read_section(
        &self,
        reader: &Reader<'_>,
        record: RecordId,
        version: VersionNo,
        section: u16,
        purpose: Purposes,
    ) -> Result<OpenedSection, ClientError> {
        let entry = self.record_entry(record)?;
        let found = self.version_entry(record, version)?;
        let (subject, acting) = (reader.keys.id(), reader.acting_for);
        let mut query = self.query(subject, acting, Actions::READ, purpose, record, Some(version))?;
        query.resource.section = Some(section);
        self.permitted(reader, &query)?;
        let place = self.place(entry.account, record, version);
        let keys = self.reader_keys(reader, &query, &Found { place, record: &entry, version: &found })?;
        let dek = keys.get(section).ok_or(OpenRecordError::NoKey { section })?;
        let manifest = self.body(&found.content.manifest)?;
        open_section(place, &found.content, &manifest, section, dek, |id| self.bodies.get(id))
            .map_err(missing_body)
    }

    /// The basis and obligations of a permit.
    fn permitted(
        &self,
        reader: &Reader<'_>,
        query: &AccessQuery,
    ) -> Result<(Basis, Obligations), ClientError> {
        if let Some(keys) = reader.institution_keys
            && reader.acting_for != Some(keys.id())
        {
            let wanted = reader.acting_for.unwrap_or(reader.keys.id());
            return Err(ClientError::OtherAccount { wanted, given: keys.id() });
        }
        let decision = self.decide(query)?;
        match decision.outcome {
            Outcome::Permit { by, obligations } => Ok((by, obligations)),
            Outcome::Deny { .. } => Err(ClientError::Denied(Box::new(decision))),
        }
    }

    fn reader_keys(
        &self,
        reader: &Reader<'_>,
        query: &AccessQuery,
        found: &Found<'_>,
    ) -> Result<SectionKeys, ClientError> {
        let chain = Keychain::of([reader.keys].into_iter().chain(reader.institution_keys));
        self.version_keys(found, &chain, Some(&query.resource))
    }

    /// Opens a version whose keys are known, from bodies that are `carried` and from the store.
    pub(super) fn open(
        &self,
        sealed: &SealedContent<'_>,
        carried: &[(ContentId, Vec<u8>)],
        keys: &SectionKeys,
    ) -> Result<Opened, ClientError> {
        let SealedContent { place, content, author, institution } = *sealed;
        let fetch = |id: &ContentId| match carried.iter().find(|(carried, _)| carried == id) {
            Some((_, bytes)) => Ok(Some(bytes.clone())),
            None => self.bodies.get(id),
        };
        let manifest = self.carried_or_stored(carried, &content.manifest)?;
        let opened = open_version(place, content, &manifest, keys, fetch).map_err(missing_body)?;
        let sections = opened.descriptor.media_types.into_iter().zip(opened.sections);
        Ok(Opened {
            record: place.record,
            version: place.version,
            kind: opened.descriptor.kind,
            sections: sections.map(|(media_type, body)| ReadSection { media_type, body }).collect(),
            author,
            institution,
            basis: Basis::Patient,
            obligations: Obligations::NONE,
        })
    }
}

/// A body that is not in the store is named as everywhere else.
fn missing_body(error: OpenRecordError) -> ClientError {
    match error {
        OpenRecordError::Missing { body, .. } => ClientError::body(body, BodyError::Missing),
        other => other.into(),
    }
}

/// What is known of a version before it is opened.
#[derive(Clone, Copy)]
pub(super) struct SealedContent<'s> {
    pub(super) place: Place,
    pub(super) content: &'s VersionContent,
    pub(super) author: AccountId,
    pub(super) institution: AccountId,
}
