//! From wraps to the keys of one version (rule CL-8).

use super::epochs::Epochs;
use super::handed::Handed;
use super::keychain::Keychain;
use super::{ClientError, Desk, Unopened};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{Wrap, WrapSet, WrapSubject};
use crate::policy::ResourceChain;
use crate::record::{Place, SectionKeys, unwrap_version};
use crate::state::{Record, Version};

/// A version as the state has it.
pub(super) struct Found<'f> {
    pub(super) place: Place,
    pub(super) record: &'f Record,
    pub(super) version: &'f Version,
}

impl Desk<'_> {
    /// The keys of a version that `chain` opens: wrapped to it by the author, handed over with live grants of
    /// what is `asked` for, or wrapped to a scope key that it opens. The owner asks for nothing.
    pub(super) fn version_keys(
        &self,
        found: &Found<'_>,
        chain: &Keychain,
        asked: Option<&ResourceChain>,
    ) -> Result<SectionKeys, ClientError> {
        let Found { place, record, version } = *found;
        let subject = WrapSubject::Version { record: place.record, version: place.version };
        let mut failed = None;
        let set = self.wraps(&version.content.wraps).unwrap_or_else(|error| {
            failed = Some(error);
            WrapSet::default()
        });
        let try_set = |author, set: &WrapSet, failed: &mut Option<ClientError>| {
            let wraps = chain.matching(set, |about| *about == subject);
            let open = |(wrap, pair): (&Wrap, &EncryptionKeyPair)| {
                self.vouched(wrap, author)?;
                Ok(unwrap_version(place, &wrap.body, pair)?)
            };
            wraps
                .map(open)
                .find_map(|opened| opened.map_err(|error| failed.get_or_insert(error).clone()).ok())
        };
        if let Some(keys) = try_set(version.author, &set, &mut failed) {
            return Ok(keys);
        }
        let handed = asked.map_or_else(|| Ok(Handed::default()), |asked| self.handed(asked))?;
        let granted = handed.sets().find_map(|(grantor, set)| try_set(grantor, set, &mut failed));
        if let Some(keys) = granted {
            return Ok(keys);
        }
        let epochs = self.epochs(record.scope, &*self.scope_entry(record.scope)?, chain, &handed);
        for wrap in set.wraps.iter().filter(|wrap| wrap.body.subject == subject) {
            let Some(key) = epochs.by_public(&wrap.body.recipient_key) else { continue };
            let opened = self.vouched(wrap, version.author);
            match opened.and_then(|()| Ok(unwrap_version(place, &wrap.body, key.pair())?)) {
                Ok(keys) => return Ok(keys),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Err(unopened(found, failed.or(handed.failed()), epochs))
    }
}

/// Why nothing opened: what was found and failed, else what would have been needed.
fn unopened(found: &Found<'_>, failed: Option<ClientError>, epochs: Epochs) -> ClientError {
    let (record, version) = (found.place.record, found.place.version);
    let cannot = |why| ClientError::CannotOpen { record, version, why };
    match failed.or(epochs.failed) {
        Some(ClientError::Wrap(why)) => cannot(Unopened::Wrap(why)),
        Some(error) => error,
        None if epochs.keys.is_empty() => cannot(Unopened::NoWrap),
        None => cannot(Unopened::NoEpochKey { epoch: found.version.epoch }),
    }
}
