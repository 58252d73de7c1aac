//! What a patient is asked to sign, opened before it is signed.

use super::desk::owned;
use super::keychain::Keychain;
use super::read::{Opened, SealedContent};
use super::{AccountKeys, ClientError, Desk, DraftTx, Unopened};
use crate::codec::Wire;
use crate::crypto::wrap::{WrapSet, WrapSubject};
use crate::primitives::{AccountId, ContentId, TxId, VersionNo};
use crate::record::{Place, unwrap_version};
use crate::state::{Proposal, StateRead};
use crate::tx::{Payload, Proposed, RecordCreate, VersionAppend, VersionContent};

impl Desk<'_> {
    /// Opens the record or version of a draft, from the bodies it carries, with the patient's own keys: that the
    /// patient can open it is part of what is checked.
    ///
    /// # Errors
    /// The draft is of another kind or about another patient, or does not open.
    pub fn preview(&self, patient: &AccountKeys, draft: &DraftTx) -> Result<Opened, ClientError> {
        match &draft.body().payload {
            Payload::RecordCreate { create } => self.preview_create(patient, create, draft.bodies()),
            Payload::VersionAppend { append } => self.preview_append(patient, append, draft.bodies()),
            other => Err(ClientError::NotProposable { kind: other.name() }),
        }
    }

    /// As [`Desk::preview`], of a proposal that waits for the patient.
    ///
    /// # Errors
    /// There is no such proposal, it is about another patient, or it does not open.
    pub fn preview_proposal(&self, patient: &AccountKeys, id: TxId) -> Result<Opened, ClientError> {
        let entry = self.state.get::<Proposal>(&id)?.ok_or(ClientError::NoProposal { id })?;
        match &entry.proposed {
            Proposed::Create { create } => self.preview_create(patient, create, &[]),
            Proposed::Append { append } => self.preview_append(patient, append, &[]),
        }
    }

    fn preview_create(
        &self,
        patient: &AccountKeys,
        create: &RecordCreate,
        carried: &[(ContentId, Vec<u8>)],
    ) -> Result<Opened, ClientError> {
        let place = self.place(create.account, create.record, VersionNo::ZERO);
        self.preview_content(patient, place, &create.content, (create.author, create.institution), carried)
    }

    fn preview_append(
        &self,
        patient: &AccountKeys,
        append: &VersionAppend,
        carried: &[(ContentId, Vec<u8>)],
    ) -> Result<Opened, ClientError> {
        let account = self.record_entry(append.record)?.account;
        let place = self.place(account, append.record, append.version);
        self.preview_content(patient, place, &append.content, (append.author, append.institution), carried)
    }

    fn preview_content(
        &self,
        patient: &AccountKeys,
        place: Place,
        content: &VersionContent,
        (author, institution): (AccountId, AccountId),
        carried: &[(ContentId, Vec<u8>)],
    ) -> Result<Opened, ClientError> {
        owned("record", place.account, patient.id())?;
        let id = &content.wraps;
        let set = WrapSet::from_bytes(&self.carried_or_stored(carried, id)?);
        let set = set.map_err(|error| ClientError::body(*id, error))?;
        let (record, version) = (place.record, place.version);
        let subject = WrapSubject::Version { record, version };
        let chain = Keychain::of([patient]);
        let (wrap, pair) = chain
            .matching(&set, |about| *about == subject)
            .next()
            .ok_or(ClientError::CannotOpen { record, version, why: Unopened::NoWrap })?;
        self.vouched(wrap, author)?;
        let keys = unwrap_version(place, &wrap.body, pair)?;
        self.open(&SealedContent { place, content, author, institution }, carried, &keys)
    }
}
