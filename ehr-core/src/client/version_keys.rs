//! From wraps to the keys of one version (rule CL-8).

use super::epochs::Epochs;
use super::keychain::Keychain;
use super::{ClientError, Desk, Unopened};
use crate::crypto::wrap::{WrapSet, WrapSubject};
use crate::primitives::AccountId;
use crate::record::{Place, SectionKeys, unwrap_version};
use crate::state::{Record, Version};

/// A version as the state has it.
pub(super) struct Found<'f> {
    pub(super) place: Place,
    pub(super) record: &'f Record,
    pub(super) version: &'f Version,
}

impl Desk<'_> {
    /// The keys of a version that `chain` opens: wrapped to it by the author, handed over with a grant, or wrapped to
    /// a scope key that it opens. `handed` are the wraps of the grants that may apply, each with the grantor.
    pub(super) fn version_keys(
        &self,
        found: &Found<'_>,
        chain: &Keychain,
        handed: &[(AccountId, WrapSet)],
    ) -> Result<SectionKeys, ClientError> {
        let Found { place, record, version } = *found;
        let set = self.wraps(&version.content.wraps)?;
        let subject = WrapSubject::Version { record: place.record, version: place.version };
        let mut failed = None;
        let sets = [(version.author, &set)];
        for (author, set) in sets.into_iter().chain(handed.iter().map(|(author, set)| (*author, set))) {
            for (wrap, pair) in chain.matching(set, |about| *about == subject) {
                let opened = self.vouched(wrap, author);
                match opened.and_then(|()| Ok(unwrap_version(place, &wrap.body, pair)?)) {
                    Ok(keys) => return Ok(keys),
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
        }
        let epochs = self.epochs(record.scope, &*self.scope_entry(record.scope)?, chain, handed);
        for wrap in set.wraps.iter().filter(|wrap| wrap.body.subject == subject) {
            let Some(key) = epochs.by_public(&wrap.body.recipient_key) else { continue };
            let opened = self.vouched(wrap, version.author);
            match opened.and_then(|()| Ok(unwrap_version(place, &wrap.body, key.pair())?)) {
                Ok(keys) => return Ok(keys),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Err(unopened(found, failed, epochs))
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
