//! Which bodies a transaction names.

use super::desk::checked;
use super::{BodyError, ClientError, Desk, DraftTx};
use crate::codec::Wire;
use crate::primitives::ContentId;
use crate::record::Manifest;
use crate::tx::{Payload, Proposed, VersionContent};

impl Desk<'_> {
    /// The bodies that a draft names and that neither it nor the store has: to be found before it is submitted, or
    /// what it writes can never be opened. Empty for every draft on its way as it was made.
    ///
    /// # Errors
    /// The store did not answer, or a manifest is none.
    pub fn missing_bodies(&self, draft: &DraftTx) -> Result<Vec<ContentId>, ClientError> {
        let mut missing = Vec::new();
        let mut note = |id: &ContentId| match self.carried_or_stored(draft.bodies(), id) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ClientError::Body { error: BodyError::Missing, .. }) => {
                missing.push(*id);
                Ok(None)
            }
            Err(error) => Err(error),
        };
        let (objects, content) = named(&draft.body().payload);
        for id in &objects {
            note(id)?;
        }
        if let Some(VersionContent { manifest, wraps, .. }) = content {
            note(wraps)?;
            if let Some(bytes) = note(manifest)? {
                let sections = Manifest::from_bytes(&bytes);
                for entry in sections.map_err(|error| ClientError::body(*manifest, error))?.sections {
                    note(&entry.body)?;
                }
            }
        }
        Ok(missing)
    }

    /// A body that travels with a draft, or is in the store.
    pub(super) fn carried_or_stored(
        &self,
        carried: &[(ContentId, Vec<u8>)],
        id: &ContentId,
    ) -> Result<Vec<u8>, ClientError> {
        let found = carried.iter().find(|(carried, _)| carried == id);
        checked(id, found.map_or_else(|| self.bodies.get(id), |(_, bytes)| Ok(Some(bytes.clone()))))
    }
}

/// What a payload names: wraps and sealed seeds, and the content of a version.
fn named(payload: &Payload) -> (Vec<ContentId>, Option<&VersionContent>) {
    let objects = match payload {
        Payload::SetMembership { membership } => membership.rekey.iter().map(|rekey| rekey.seeds).collect(),
        Payload::KeyRotate { rotate } => vec![rotate.seeds],
        Payload::ScopeCreate { create } => vec![create.wraps],
        Payload::ScopeRotate { rotate } => vec![rotate.wraps],
        Payload::Revoke { revoke } => revoke.rotate.iter().map(|rotate| rotate.wraps).collect(),
        Payload::Grant { grant } => grant.wraps.into_iter().collect(),
        Payload::Acknowledge { acknowledge } => acknowledge.grant.wraps.into_iter().collect(),
        _ => Vec::new(),
    };
    let content = match payload {
        Payload::RecordCreate { create } => Some(&create.content),
        Payload::VersionAppend { append } => Some(&append.content),
        Payload::RecordPropose { propose } => Some(match &propose.proposed {
            Proposed::Create { create } => &create.content,
            Proposed::Append { append } => &append.content,
        }),
        _ => None,
    };
    (objects, content)
}
