//! The transactions of daily work, one call each.

use super::consortium::{Consortium, YEAR};
use super::person::bytes32;
use crate::policy::{Actions, Obligations, Purposes, Resource, Subject};
use crate::primitives::{AccountId, ContentId, Epoch, GrantId, Hash32, RecordId, RequestId, TxId, VersionNo};
use crate::tx::{
    AccessRequest, Acknowledge, CoSign, DenyCode, DenyRequest, Grant, Payload, Proposed, RecordCreate,
    RecordPropose, RecordReject, RejectReason, ReleaseReceipt, Revoke, RevokeTarget, RotateReason,
    ScopeRotate, Tx, VersionAppend, VersionContent,
};

/// The content of a version that follows from a label.
pub fn content(label: &str) -> VersionContent {
    let hash = |what: &str| Hash32(bytes32(&format!("{label}/{what}")));
    VersionContent {
        kind_commit: hash("kind"),
        plain_root: hash("plain root"),
        manifest: ContentId::of_dag_cbor(label.as_bytes()),
        size_class: 12,
        wraps_root: hash("wraps root"),
        wraps: ContentId::of_dag_cbor(format!("{label}/wraps").as_bytes()),
    }
}

impl Consortium {
    /// The id of the record of a label.
    pub fn record(&self, label: &str) -> RecordId {
        RecordId(bytes32(&format!("{label}/record")))
    }

    /// A record by doctor A in the patient's scope, epoch 0.
    pub fn record_create(&self, patient: usize, label: &str) -> RecordCreate {
        RecordCreate {
            record: self.record(label),
            account: self.patients[patient].id,
            scope: self.scope(patient),
            epoch: Epoch::ZERO,
            institution: self.hospital_a.id,
            author: self.doctor_a.id,
            content: content(label),
        }
    }

    /// The next version by doctor A, epoch 0.
    pub fn version_append(&self, label: &str, version: u32, parent: TxId) -> VersionAppend {
        VersionAppend {
            record: self.record(label),
            version: VersionNo(version),
            parent,
            epoch: Epoch::ZERO,
            institution: self.hospital_a.id,
            author: self.doctor_a.id,
            content: content(&format!("{label}/{version}")),
        }
    }

    /// Doctor A and the patient begin a record.
    pub fn create_record(&mut self, patient: usize, label: &str) -> Tx {
        let create = self.record_create(patient, label);
        let signers = [self.doctor_a.id, create.account];
        self.tx(Payload::RecordCreate { create }, &signers)
    }

    /// Doctor A and the patient add a version.
    pub fn append_version(&mut self, patient: usize, label: &str, version: u32, parent: TxId) -> Tx {
        let append = self.version_append(label, version, parent);
        let signers = [self.doctor_a.id, self.patients[patient].id];
        self.tx(Payload::VersionAppend { append }, &signers)
    }

    /// Doctor A proposes.
    pub fn propose(&mut self, proposed: Proposed) -> Tx {
        let signers = [self.doctor_a.id];
        self.tx(Payload::RecordPropose { propose: RecordPropose { proposed } }, &signers)
    }

    /// The patient ratifies.
    pub fn cosign(&mut self, patient: usize, proposal: TxId) -> Tx {
        let signers = [self.patients[patient].id];
        self.tx(Payload::CoSign { cosign: CoSign { proposal } }, &signers)
    }

    /// The patient refuses a proposal.
    pub fn reject(&mut self, patient: usize, proposal: TxId) -> Tx {
        let signers = [self.patients[patient].id];
        let reject = RecordReject { proposal, reason: RejectReason::Incorrect };
        self.tx(Payload::RecordReject { reject }, &signers)
    }

    /// Terms for reading everything for treatment, for a year, to be changed with `..`.
    pub fn read_terms(&self, patient: usize, subject: Subject) -> Grant {
        let account = self.patients[patient].id;
        Grant {
            account,
            parent: None,
            subject,
            resource: Resource::AllOf { account },
            actions: Actions::READ,
            purposes: Purposes::TREAT,
            not_before: super::consortium::START,
            not_after: YEAR,
            depth: 0,
            max_uses: None,
            obligations: Obligations::RECEIPT,
            policy_commit: Hash32(bytes32("policy document")),
            wraps: None,
        }
    }

    /// A grant, signed by its patient.
    pub fn grant(&mut self, grant: Grant) -> Tx {
        let signers = [grant.account];
        self.tx(Payload::Grant { grant }, &signers)
    }

    /// A delegated grant, signed by who delegates.
    pub fn delegate(&mut self, by: AccountId, grant: Grant) -> Tx {
        self.tx(Payload::Grant { grant }, &[by])
    }

    /// The next epoch of a patient's scope.
    pub fn rotation(&self, patient: usize, epoch: u32) -> ScopeRotate {
        ScopeRotate {
            scope: self.scope(patient),
            epoch: Epoch(epoch),
            public: self.patients[patient].enc_key(&format!("scope epoch {epoch}")),
            wraps: ContentId::of_raw(format!("scope wraps {epoch}").as_bytes()),
            reason: RotateReason::Revocation,
        }
    }

    /// The patient rotates the scope.
    pub fn rotate_scope(&mut self, patient: usize, epoch: u32) -> Tx {
        let (rotate, signers) = (self.rotation(patient, epoch), [self.patients[patient].id]);
        self.tx(Payload::ScopeRotate { rotate }, &signers)
    }

    /// Somebody revokes a grant, without a rotation.
    pub fn revoke(&mut self, by: AccountId, id: GrantId) -> Tx {
        let revoke = Revoke { target: RevokeTarget::Grant { id }, rotate: Vec::new() };
        self.tx(Payload::Revoke { revoke }, &[by])
    }

    /// The patient revokes a grant and rotates the scope to `epoch` in one step.
    pub fn revoke_and_rotate(&mut self, patient: usize, id: GrantId, epoch: u32) -> Tx {
        let rotate = vec![self.rotation(patient, epoch)];
        let signers = [self.patients[patient].id];
        self.tx(Payload::Revoke { revoke: Revoke { target: RevokeTarget::Grant { id }, rotate } }, &signers)
    }

    /// What doctor B asks: to read everything for treatment, for a year.
    pub fn request_terms(&self, patient: usize) -> AccessRequest {
        let account = self.patients[patient].id;
        AccessRequest {
            requester: self.doctor_b.id,
            institution: self.hospital_b.id,
            account,
            resource: Resource::AllOf { account },
            actions: Actions::READ,
            purposes: Purposes::TREAT,
            until: YEAR,
            reason_commit: Hash32(bytes32("reason")),
            to_key: self.doctor_b.enc_key("request"),
        }
    }

    /// Doctor B and hospital B ask.
    pub fn request(&mut self, patient: usize) -> Tx {
        let request = self.request_terms(patient);
        let signers = [request.requester, request.institution];
        self.tx(Payload::AccessRequest { request }, &signers)
    }

    /// The patient grants what was asked.
    pub fn acknowledge(&mut self, patient: usize, request: RequestId, grant: Grant) -> Tx {
        let signers = [self.patients[patient].id];
        self.tx(Payload::Acknowledge { acknowledge: Acknowledge { request, grant } }, &signers)
    }

    /// The patient refuses a request.
    pub fn deny(&mut self, patient: usize, request: RequestId) -> Tx {
        let signers = [self.patients[patient].id];
        let deny = DenyRequest { request, code: DenyCode::NotWanted };
        self.tx(Payload::DenyRequest { deny }, &signers)
    }

    /// That doctor A released version 0 of a record to doctor B.
    pub fn receipt(&self, grant: GrantId, label: &str) -> ReleaseReceipt {
        ReleaseReceipt {
            grant,
            recipient: self.doctor_b.id,
            institution: Some(self.hospital_b.id),
            purpose: Purposes::TREAT,
            record: self.record(label),
            version: VersionNo::ZERO,
            section: None,
            releaser: self.doctor_a.id,
            body_digest: Hash32(bytes32("body")),
            wrap_digest: Hash32(bytes32("wrap")),
        }
    }

    /// A release receipt, signed by its releaser.
    pub fn release(&mut self, receipt: ReleaseReceipt) -> Tx {
        let signers = [receipt.releaser];
        self.tx(Payload::ReleaseReceipt { receipt }, &signers)
    }
}
