//! Records and versions, and the patient's answer to those proposed.

use super::draft::{random, wrap_body};
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::crypto::wrap::WrapSet;
use crate::primitives::{AccountId, ContentId, RecordId, ScopeId, TxId, VersionNo};
use crate::record::{Place, Recipient, Section, seal_version, wrap_version, wraps_root};
use crate::state::{Proposal, Scope, StateRead};
use crate::tx::{
    CoSign, Payload, Proposed, RecordCreate, RecordPropose, RecordReject, RejectReason, VersionAppend,
    VersionContent,
};
use rand_core::CryptoRng;

/// A version sealed and wrapped, to be named by a payload.
struct Sealed {
    content: VersionContent,
    bodies: Vec<(ContentId, Vec<u8>)>,
}

impl Desk<'_> {
    /// A member of an institution's staff begins a record in a patient's scope. It needs nothing of the patient's but
    /// what is public: who else may read it is already decided by the scope.
    ///
    /// # Errors
    /// There is no such scope, an account is not enrolled, or the sections do not fit.
    pub fn record(
        &self,
        author: &AccountKeys,
        institution: AccountId,
        scope: ScopeId,
        kind: &str,
        sections: &[Section<'_>],
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let filed = self.scope_entry(scope)?;
        let place = self.place(filed.account, RecordId(random(rng)), VersionNo::ZERO);
        let sealed = self.seal(place, &filed, author, institution, kind, sections, rng)?;
        let create = RecordCreate {
            record: place.record,
            account: filed.account,
            scope,
            epoch: filed.epoch,
            institution,
            author: author.id(),
            content: sealed.content,
        };
        Ok(written(Payload::RecordCreate { create }, place, sealed.bodies))
    }

    /// The next version of a record.
    ///
    /// # Errors
    /// There is no such record, an account is not enrolled, or the sections do not fit.
    pub fn version(
        &self,
        author: &AccountKeys,
        institution: AccountId,
        record: RecordId,
        kind: &str,
        sections: &[Section<'_>],
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let entry = self.record_entry(record)?;
        let filed = self.scope_entry(entry.scope)?;
        let place = self.place(entry.account, record, entry.head.plus(1));
        let sealed = self.seal(place, &filed, author, institution, kind, sections, rng)?;
        let append = VersionAppend {
            record,
            version: place.version,
            parent: entry.head_tx,
            epoch: filed.epoch,
            institution,
            author: author.id(),
            content: sealed.content,
        };
        Ok(written(Payload::VersionAppend { append }, place, sealed.bodies))
    }

    /// A record or version for a patient who is offline: waits for the patient's answer.
    ///
    /// # Errors
    /// The draft is of another kind.
    pub fn propose(&self, draft: Draft) -> Result<Draft, ClientError> {
        let proposed = match draft.payload {
            Payload::RecordCreate { create } => Proposed::Create { create },
            Payload::VersionAppend { append } => Proposed::Append { append },
            other => return Err(ClientError::NotProposable { kind: other.name() }),
        };
        Ok(Draft { payload: Payload::RecordPropose { propose: RecordPropose { proposed } }, ..draft })
    }

    /// The patient ratifies a proposal.
    ///
    /// # Errors
    /// There is no such proposal.
    pub fn co_sign(&self, proposal: TxId) -> Result<Draft, ClientError> {
        self.answered(proposal, Payload::CoSign { cosign: CoSign { proposal } })
    }

    /// The patient refuses a proposal.
    ///
    /// # Errors
    /// There is no such proposal.
    pub fn reject(&self, proposal: TxId, reason: RejectReason) -> Result<Draft, ClientError> {
        self.answered(proposal, Payload::RecordReject { reject: RecordReject { proposal, reason } })
    }

    fn answered(&self, id: TxId, payload: Payload) -> Result<Draft, ClientError> {
        let entry = self.state.get::<Proposal>(&id)?.ok_or(ClientError::NoProposal { id })?;
        let mut draft = Draft::of(payload);
        (draft.about.record, draft.about.version) = match &entry.proposed {
            Proposed::Create { create } => (Some(create.record), Some(VersionNo::ZERO)),
            Proposed::Append { append } => (Some(append.record), Some(append.version)),
        };
        Ok(draft)
    }

    /// Seals a version and wraps its keys to the patient, the scope's current epoch and the institution (rule RM-9).
    #[allow(clippy::too_many_arguments, reason = "place, content and people of one version")]
    fn seal(
        &self,
        place: Place,
        scope: &Scope,
        author: &AccountKeys,
        institution: AccountId,
        kind: &str,
        sections: &[Section<'_>],
        rng: &mut impl CryptoRng,
    ) -> Result<Sealed, ClientError> {
        let patient = place.account;
        let recipients = [
            Recipient { account: patient, key: self.account(patient)?.enc_key },
            Recipient { account: patient, key: scope.public },
            Recipient { account: institution, key: self.account(institution)?.enc_key },
        ];
        let sealed = seal_version(place, kind, sections, rng)?;
        let wraps = wrap_version(place, &sealed.keys, author.id(), &recipients, rng)?;
        let wraps = WrapSet::sign(wraps, author.signer())?;
        let wraps_body = wrap_body(&wraps)?;
        let content = VersionContent {
            kind_commit: sealed.kind_commit,
            plain_root: sealed.plain_root,
            manifest: sealed.manifest_id,
            size_class: sealed.size_class,
            wraps_root: wraps_root(&wraps)?,
            wraps: wraps_body.0,
        };
        let mut bodies = sealed.bodies;
        bodies.push((sealed.manifest_id, sealed.manifest));
        bodies.push(wraps_body);
        Ok(Sealed { content, bodies })
    }
}

fn written(payload: Payload, place: Place, bodies: Vec<(ContentId, Vec<u8>)>) -> Draft {
    let mut draft = Draft { bodies, ..Draft::of(payload) };
    (draft.about.record, draft.about.version) = (Some(place.record), Some(place.version));
    draft
}
