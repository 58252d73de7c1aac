//! What a transaction says, by name.

use super::fields::Fields;
use ehr_core::policy::{Resource, Subject};
use ehr_core::tx::{
    DeviceKey, Grant, Payload, Proposed, RecordCreate, RevokeTarget, ScopeRotate, VersionAppend,
    VersionContent,
};

/// The fields of a payload.
pub(super) fn payload(payload: &Payload) -> Fields {
    let fields = Fields::default();
    match payload {
        Payload::EnrolAccount { enrol } => fields
            .with("role", enrol.role)
            .with("devices", devices(&enrol.devices))
            .with("enc_key", enrol.enc_key)
            .with("recovery_sig", enrol.recovery_sig)
            .with("recovery_enc", enrol.recovery_enc)
            .with("salt", enrol.salt)
            .with("sponsor", enrol.sponsor)
            .with("possessions", enrol.possessions.len()),
        Payload::AdmitInstitution { admit } => fields
            .with("account", admit.account)
            .with("name_commit", admit.name_commit)
            .with("jurisdiction", admit.jurisdiction)
            .with("roles", admit.roles)
            .with("emergency_key", admit.emergency_key),
        Payload::SetMembership { membership } => fields
            .with("institution", membership.institution)
            .with("staff", membership.staff)
            .with("roles", membership.roles)
            .with("from", membership.from)
            .with("until", membership.until)
            .with("new_enc_key", membership.rekey.as_ref().map(|rekey| rekey.enc_key))
            .with("new_seeds", membership.rekey.as_ref().map(|rekey| rekey.seeds)),
        Payload::KeyRotate { rotate } => fields
            .with("account", rotate.account)
            .with("add", devices(&rotate.add))
            .with("remove", &rotate.remove)
            .with("enc_key", rotate.enc_key)
            .with("generation", rotate.generation)
            .with("seeds", rotate.seeds)
            .with("possessions", rotate.possessions.len()),
        Payload::ScopeCreate { create } => fields
            .with("account", create.account)
            .with("scope", create.scope)
            .with("public", create.public)
            .with("wraps", create.wraps),
        Payload::ScopeRotate { rotate } => scope_rotate(rotate),
        Payload::RecordCreate { create } => record_create(create),
        Payload::VersionAppend { append } => version_append(append),
        Payload::RecordPropose { propose } => match &propose.proposed {
            Proposed::Create { create } => fields.with("proposed", "new record").and(record_create(create)),
            Proposed::Append { append } => {
                fields.with("proposed", "next version").and(version_append(append))
            }
        },
        Payload::CoSign { cosign } => fields.with("proposal", cosign.proposal),
        Payload::RecordReject { reject } => {
            fields.with("proposal", reject.proposal).with("reason", reject.reason)
        }
        Payload::Grant { grant } => grant_fields(grant),
        Payload::Revoke { revoke } => {
            let target = match &revoke.target {
                RevokeTarget::Grant { id } => Fields::default().with("grant", id),
                RevokeTarget::Subject { account, subject: whom } => {
                    Fields::default().with("account", account).with_fields("subject", subject(whom))
                }
            };
            let rotate: Vec<_> = revoke.rotate.iter().map(|one| scope_rotate(one).into_value()).collect();
            fields.with_fields("target", target).with("rotate", rotate)
        }
        Payload::AccessRequest { request } => fields
            .with("requester", request.requester)
            .with("institution", request.institution)
            .with("account", request.account)
            .with_fields("resource", resource(&request.resource))
            .with("actions", request.actions)
            .with("purposes", request.purposes)
            .with("until", request.until)
            .with("reason_commit", request.reason_commit)
            .with("to_key", request.to_key),
        Payload::Acknowledge { acknowledge } => {
            fields.with("request", acknowledge.request).with_fields("grant", grant_fields(&acknowledge.grant))
        }
        Payload::DenyRequest { deny } => fields.with("request", deny.request).with("code", deny.code),
        Payload::ReleaseReceipt { receipt } => fields
            .with("grant", receipt.grant)
            .with("recipient", receipt.recipient)
            .with("institution", receipt.institution)
            .with("purpose", receipt.purpose)
            .with("record", receipt.record)
            .with("version", receipt.version)
            .with("section", receipt.section)
            .with("releaser", receipt.releaser)
            .with("body_digest", receipt.body_digest)
            .with("wrap_digest", receipt.wrap_digest),
        Payload::Stake { stake } => {
            fields.with("account", stake.account).with("key", stake.key).with("amount", stake.amount)
        }
        Payload::Unstake { unstake } => {
            fields.with("account", unstake.account).with("amount", unstake.amount)
        }
        Payload::Unjail { unjail } => fields.with("account", unjail.account),
        Payload::ReportEvidence { report } => fields
            .with("reporter", report.reporter)
            .with("offender", report.evidence.offender())
            .with("offence", report.evidence.name())
            .with("height", report.evidence.height())
            .with("round", report.evidence.round()),
    }
}

fn devices(devices: &[DeviceKey]) -> Vec<serde_json::Value> {
    let one = |device: &DeviceKey| {
        let fields =
            Fields::default().with("sig", device.sig).with("enc", device.enc).with("caps", device.caps);
        fields.into_value()
    };
    devices.iter().map(one).collect()
}

fn content(content: &VersionContent) -> Fields {
    Fields::default()
        .with("kind_commit", content.kind_commit)
        .with("plain_root", content.plain_root)
        .with("manifest", content.manifest)
        .with("size_class", content.size_class)
        .with("wraps_root", content.wraps_root)
        .with("wraps", content.wraps)
}

fn record_create(create: &RecordCreate) -> Fields {
    Fields::default()
        .with("record", create.record)
        .with("account", create.account)
        .with("scope", create.scope)
        .with("epoch", create.epoch)
        .with("institution", create.institution)
        .with("author", create.author)
        .with_fields("content", content(&create.content))
}

fn version_append(append: &VersionAppend) -> Fields {
    Fields::default()
        .with("record", append.record)
        .with("version", append.version)
        .with("parent", append.parent)
        .with("epoch", append.epoch)
        .with("institution", append.institution)
        .with("author", append.author)
        .with_fields("content", content(&append.content))
}

fn scope_rotate(rotate: &ScopeRotate) -> Fields {
    Fields::default()
        .with("scope", rotate.scope)
        .with("epoch", rotate.epoch)
        .with("public", rotate.public)
        .with("wraps", rotate.wraps)
        .with("reason", rotate.reason)
}

/// The fields of a grant.
pub(super) fn grant_fields(grant: &Grant) -> Fields {
    Fields::default()
        .with("account", grant.account)
        .with("parent", grant.parent)
        .with_fields("subject", subject(&grant.subject))
        .with_fields("resource", resource(&grant.resource))
        .with("actions", grant.actions)
        .with("purposes", grant.purposes)
        .with("not_before", grant.not_before)
        .with("not_after", grant.not_after)
        .with("depth", grant.depth)
        .with("max_uses", grant.max_uses)
        .with("obligations", grant.obligations)
        .with("policy_commit", grant.policy_commit)
        .with("wraps", grant.wraps)
}

fn subject(subject: &Subject) -> Fields {
    match subject {
        Subject::Account { id } => Fields::default().with("account", id),
        Subject::StaffOf { institution, roles } => {
            Fields::default().with("staff_of", institution).with("roles", roles)
        }
        Subject::Institution { id } => Fields::default().with("institution", id),
        Subject::AnyAdmitted { roles } => {
            Fields::default().with("staff_of", "any institution").with("roles", roles)
        }
    }
}

fn resource(resource: &Resource) -> Fields {
    match resource {
        Resource::AllOf { account } => Fields::default().with("all_of", account),
        Resource::Scope { id } => Fields::default().with("scope", id),
        Resource::Record { id } => Fields::default().with("record", id),
        Resource::Version { record, version } => {
            Fields::default().with("record", record).with("version", version)
        }
        Resource::Section { record, version, section } => {
            Fields::default().with("record", record).with("version", version).with("section", section)
        }
    }
}
