//! What a gateway files when it lets data go.

use super::{ClientError, Desk, Draft};
use crate::policy::{AccessQuery, Actions, Purposes};
use crate::primitives::{AccountId, GrantId, RecordId, VersionNo};
use crate::state::explain_grant;
use crate::tx::{Payload, ReleaseReceipt};

impl Desk<'_> {
    /// The receipt of a version that `releaser`, of the institution that wrote it, hands to a recipient under a grant.
    /// The digests are those of the manifest, which names every body, and of the wraps.
    ///
    /// # Errors
    /// There is no such grant or version, or the grant does not permit it.
    #[allow(clippy::too_many_arguments, reason = "the fields of a receipt, each of which must be thought of")]
    pub fn release(
        &self,
        releaser: AccountId,
        grant: GrantId,
        recipient: AccountId,
        institution: Option<AccountId>,
        purpose: Purposes,
        record: RecordId,
        version: VersionNo,
    ) -> Result<Draft, ClientError> {
        self.grant_entry(grant)?;
        let content = &self.version_entry(record, version)?.content;
        let query: AccessQuery =
            self.query(recipient, institution, Actions::READ, purpose, record, Some(version))?;
        let decision = explain_grant(&self.state, &query, grant, self.time)?;
        if !decision.is_permit() {
            return Err(ClientError::Denied(Box::new(decision)));
        }
        let receipt = ReleaseReceipt {
            grant,
            recipient,
            institution,
            purpose,
            record,
            version,
            section: None,
            releaser,
            body_digest: *content.manifest.digest(),
            wrap_digest: *content.wraps.digest(),
        };
        let mut draft = Draft::of(Payload::ReleaseReceipt { receipt });
        (draft.about.record, draft.about.version) = (Some(record), Some(version));
        Ok(draft)
    }
}
