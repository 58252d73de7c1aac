//! From wraps to the keys of one version (rule CL-8).

use super::epochs::Epochs;
use super::handed::Handed;
use super::keychain::Keychain;
use super::{ClientError, Desk, Unopened};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{Wrap, WrapSet, WrapSubject};
use crate::policy::ResourceChain;
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
        let is_it = |about: &WrapSubject| *about == subject;
        let mut failed = None;
        let set = self.wraps(&version.content.wraps).unwrap_or_else(|error| {
            failed = Some(error);
            WrapSet::default()
        });
        let own = chain.matching(&set, is_it).map(|(wrap, pair)| (version.author, wrap, pair));
        if let Some(keys) = self.first_open(place, own, &mut failed) {
            return Ok(keys);
        }
        let handed = asked.map_or_else(|| Ok(Handed::default()), |asked| self.handed(asked))?;
        let granted = handed.sets().flat_map(|(grantor, set)| {
            chain.matching(set, is_it).map(move |(wrap, pair)| (grantor, wrap, pair))
        });
        if let Some(keys) = self.first_open(place, granted, &mut failed) {
            return Ok(keys);
        }
        let epochs = self.epochs(record.scope, &*self.scope_entry(record.scope)?, chain, &handed);
        let through_scope = set.wraps.iter().filter(|wrap| is_it(&wrap.body.subject)).filter_map(|wrap| {
            let key = epochs.by_public(&wrap.body.recipient_key)?;
            Some((version.author, wrap, key.pair()))
        });
        match self.first_open(place, through_scope, &mut failed) {
            Some(keys) => Ok(keys),
            None => Err(unopened(found, failed.or(handed.failed()), epochs)),
        }
    }

    /// What the first wrap opens that opens; of those that do not, the first error.
    fn first_open<'w>(
        &self,
        place: Place,
        wraps: impl Iterator<Item = (AccountId, &'w Wrap, &'w EncryptionKeyPair)>,
        failed: &mut Option<ClientError>,
    ) -> Option<SectionKeys> {
        for (author, wrap, pair) in wraps {
            let vouched = self.vouched(wrap, author);
            match vouched.and_then(|()| Ok(unwrap_version(place, &wrap.body, pair)?)) {
                Ok(keys) => return Some(keys),
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
        }
        None
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
