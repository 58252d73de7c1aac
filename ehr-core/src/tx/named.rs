//! The bodies a transaction names, which are stored beside the chain.

use super::{Payload, Proposed};
use crate::primitives::ContentId;

impl Payload {
    /// Content ids of the manifests, wraps and sealed seeds it names. The sealed sections are named by the manifests.
    pub fn named_bodies(&self) -> Vec<ContentId> {
        match self {
            Self::KeyRotate { rotate } => vec![rotate.seeds],
            Self::SetMembership { membership } => membership.rekey.iter().map(|rekey| rekey.seeds).collect(),
            Self::ScopeCreate { create } => vec![create.wraps],
            Self::ScopeRotate { rotate } => vec![rotate.wraps],
            Self::Revoke { revoke } => revoke.rotate.iter().map(|rotate| rotate.wraps).collect(),
            Self::Grant { grant } => grant.wraps.into_iter().collect(),
            Self::Acknowledge { acknowledge } => acknowledge.grant.wraps.into_iter().collect(),
            Self::RecordCreate { create } => vec![create.content.manifest, create.content.wraps],
            Self::VersionAppend { append } => vec![append.content.manifest, append.content.wraps],
            Self::RecordPropose { propose } => {
                let content = match &propose.proposed {
                    Proposed::Create { create } => &create.content,
                    Proposed::Append { append } => &append.content,
                };
                vec![content.manifest, content.wraps]
            }
            Self::EnrolAccount { .. }
            | Self::AdmitInstitution { .. }
            | Self::CoSign { .. }
            | Self::RecordReject { .. }
            | Self::AccessRequest { .. }
            | Self::DenyRequest { .. }
            | Self::ReleaseReceipt { .. }
            | Self::Stake { .. }
            | Self::Unstake { .. }
            | Self::Unjail { .. }
            | Self::ReportEvidence { .. } => Vec::new(),
        }
    }
}
