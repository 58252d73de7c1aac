//! Asking, granting, refusing.

use super::desk::owned;
use super::draft::{commit, wrap_body};
use super::hand_over::HandOver;
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::crypto::wrap::WrapSet;
use crate::policy::{Actions, Obligations, Purposes, Resource, Subject};
use crate::primitives::{AccountId, ContentId, GrantId, RequestId, Salt16, ScopeId, Timestamp};
use crate::state::{Request, StateRead};
use crate::tx::{AccessRequest, Acknowledge, DenyCode, DenyRequest, Grant, Payload};
use rand_core::CryptoRng;
use std::rc::Rc;

/// What a patient grants.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GrantTerms {
    /// Who may.
    pub subject: Subject,
    /// On what.
    pub resource: Resource,
    /// Which actions.
    pub actions: Actions,
    /// For which purposes.
    pub purposes: Purposes,
    /// From when, block time, inclusive.
    pub not_before: Timestamp,
    /// Until when, block time, exclusive.
    pub not_after: Timestamp,
    /// How many times it may be delegated on.
    pub depth: u8,
    /// How many releases it allows; none means no limit.
    pub max_uses: Option<u32>,
    /// What is asked in return.
    pub obligations: Obligations,
    /// For [`Resource::AllOf`]: the scopes whose keys are handed over. The state does not list a patient's scopes.
    /// Scopes made later are handed over when they are made. Otherwise ignored.
    pub scopes: Vec<ScopeId>,
}

impl Desk<'_> {
    /// A patient grants. Where reading is among the actions, the keys go along, wrapped to the subject's published
    /// key: an account's own, or that of the institution. A grant of a scope opens all of it, now and later, until the
    /// scope is rotated; a grant of a record opens the versions there are.
    ///
    /// # Errors
    /// What is granted does not exist, is somebody else's, or its keys cannot be opened;
    /// [`ClientError::ScopesNotListed`].
    pub fn grant(
        &self,
        patient: &AccountKeys,
        terms: &GrantTerms,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let made = self.granted(patient, (patient.id(), None), terms, rng)?;
        Ok(made.draft(|grant| Payload::Grant { grant }))
    }

    /// A grantee grants on, within a grant that allows it: whoever the parent names, by account or as institution.
    /// The keys go along as with [`Desk::grant`].
    ///
    /// # Errors
    /// There is no such grant, or the grantee's keys do not open what it is about.
    pub fn delegate(
        &self,
        grantee: &AccountKeys,
        parent: GrantId,
        terms: &GrantTerms,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let account = self.grant_entry(parent)?.grant.account;
        let made = self.granted(grantee, (account, Some(parent)), terms, rng)?;
        Ok(made.draft(|grant| Payload::Grant { grant }))
    }

    /// A patient grants what was asked for, or less. Without `terms`: exactly that, to the person who asked, with a
    /// receipt for every release.
    ///
    /// # Errors
    /// As [`Desk::grant`], and there is no such request of this patient's.
    pub fn acknowledge(
        &self,
        patient: &AccountKeys,
        request: RequestId,
        terms: Option<&GrantTerms>,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let entry = self.request_entry(request)?;
        let asked = &entry.request;
        owned("request", asked.account, patient.id())?;
        let as_asked = GrantTerms {
            subject: Subject::Account { id: asked.requester },
            resource: asked.resource.clone(),
            actions: asked.actions,
            purposes: asked.purposes,
            not_before: self.time,
            not_after: asked.until,
            depth: 0,
            max_uses: None,
            obligations: Obligations::RECEIPT,
            scopes: Vec::new(),
        };
        let terms = terms.unwrap_or(&as_asked);
        let made = self.granted(patient, (patient.id(), None), terms, rng)?;
        Ok(made.draft(|grant| Payload::Acknowledge { acknowledge: Acknowledge { request, grant } }))
    }

    /// A patient refuses a request.
    ///
    /// # Errors
    /// There is no such request.
    pub fn deny(&self, request: RequestId, code: DenyCode) -> Result<Draft, ClientError> {
        self.request_entry(request)?;
        Ok(Draft::of(Payload::DenyRequest { deny: DenyRequest { request, code } }))
    }

    /// Staff of an institution asks a patient. The chain holds a salted commitment to `why`; the salt is in the
    /// draft, to be told to the patient with the text.
    ///
    /// # Errors
    /// The requester or the patient is not enrolled.
    #[allow(clippy::too_many_arguments, reason = "the fields of a request, each of which must be thought of")]
    pub fn request(
        &self,
        requester: AccountId,
        institution: AccountId,
        patient: AccountId,
        resource: Resource,
        actions: Actions,
        purposes: Purposes,
        until: Timestamp,
        why: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let to_key = self.account(requester)?.enc_key;
        self.account(institution)?;
        self.account(patient)?;
        let (reason_commit, salt) = commit(why, rng);
        let request = AccessRequest {
            requester,
            institution,
            account: patient,
            resource,
            actions,
            purposes,
            until,
            reason_commit,
            to_key,
        };
        let mut draft = Draft::of(Payload::AccessRequest { request });
        draft.about.salt = Some(salt);
        Ok(draft)
    }

    fn request_entry(&self, id: RequestId) -> Result<Rc<Request>, ClientError> {
        self.state.get::<Request>(&id)?.ok_or(ClientError::NoRequest { id })
    }

    /// A grant by `keys` of what is `account`'s, with what goes along.
    fn granted(
        &self,
        keys: &AccountKeys,
        (account, parent): (AccountId, Option<GrantId>),
        terms: &GrantTerms,
        rng: &mut impl CryptoRng,
    ) -> Result<Granted, ClientError> {
        let body = if terms.actions.contains(Actions::READ) {
            let mut keys_go = HandOver::new(self, keys, account, &terms.resource, &terms.subject)?;
            keys_go.resource(&terms.resource, &terms.scopes, rng)?;
            Some(wrap_body(&WrapSet::sign(keys_go.made, keys.signer())?)?)
        } else {
            None
        };
        // No document is shown here, so none is committed to.
        let (policy_commit, salt) = commit("", rng);
        let grant = Grant {
            account,
            parent,
            subject: terms.subject.clone(),
            resource: terms.resource.clone(),
            actions: terms.actions,
            purposes: terms.purposes,
            not_before: terms.not_before,
            not_after: terms.not_after,
            depth: terms.depth,
            max_uses: terms.max_uses,
            obligations: terms.obligations,
            policy_commit,
            wraps: body.as_ref().map(|(id, _)| *id),
        };
        Ok(Granted { grant, body, salt })
    }
}

/// A grant, the wraps that go along, and the salt of its commitment.
struct Granted {
    grant: Grant,
    body: Option<(ContentId, Vec<u8>)>,
    salt: Salt16,
}

impl Granted {
    fn draft(self, payload: impl FnOnce(Grant) -> Payload) -> Draft {
        let mut draft = Draft::of(payload(self.grant));
        draft.bodies.extend(self.body);
        draft.about.salt = Some(self.salt);
        draft
    }
}
