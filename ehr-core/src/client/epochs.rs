//! From wraps to the keys of a scope, epoch by epoch (rules CL-5 and CL-6).

use super::handed::Handed;
use super::keychain::Keychain;
use super::{AccountKeys, ClientError, Desk};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::keyring::ScopeKey;
use crate::crypto::wrap::{Wrap, WrapSet, WrapSubject};
use crate::primitives::{EncryptionKey, Epoch, ScopeId};
use crate::state::Scope;

/// Keys of some epochs of one scope, and why there are not more.
pub(super) struct Epochs {
    pub(super) keys: Vec<ScopeKey>,
    /// The first body or wrap that could not be used.
    pub(super) failed: Option<ClientError>,
}

impl Epochs {
    pub(super) const fn none() -> Self {
        Self { keys: Vec::new(), failed: None }
    }

    pub(super) fn get(&self, epoch: Epoch) -> Option<&ScopeKey> {
        self.keys.iter().find(|key| key.epoch() == epoch)
    }

    pub(super) fn by_public(&self, public: &EncryptionKey) -> Option<&ScopeKey> {
        self.keys.iter().find(|key| key.pair().public() == *public)
    }

    fn add(&mut self, opened: Result<ScopeKey, ClientError>) {
        match opened {
            Ok(key) if self.by_public(&key.pair().public()).is_none() => self.keys.push(key),
            Ok(_) => {}
            Err(error) => self.fail(error),
        }
    }

    pub(super) fn fail(&mut self, error: ClientError) {
        self.failed.get_or_insert(error);
    }
}

impl Desk<'_> {
    /// The keys of a scope that `chain` opens: from the wraps of the current epoch, from those handed over with
    /// grants, and from there down the links to older epochs.
    pub(super) fn epochs(&self, id: ScopeId, scope: &Scope, chain: &Keychain, handed: &Handed) -> Epochs {
        let mut found = Epochs::none();
        let current = self.wraps(&scope.wraps).unwrap_or_else(|error| {
            found.fail(error);
            WrapSet::default()
        });
        let about =
            |subject: &WrapSubject| matches!(subject, WrapSubject::Scope { scope, .. } if *scope == id);
        for (author, set) in [(scope.account, &current)].into_iter().chain(handed.sets()) {
            for (wrap, pair) in chain.matching(set, about) {
                found.add(self.vouched(wrap, author).and_then(|()| open(wrap, pair, scope)));
            }
        }
        // Each link wraps the key of an epoch to the key of the one after it; sets hold them newest first.
        for wrap in current.wraps.iter().filter(|wrap| about(&wrap.body.subject)) {
            let Some(newer) = found.by_public(&wrap.body.recipient_key) else { continue };
            let opened = self.vouched(wrap, scope.account).and_then(|()| open(wrap, newer.pair(), scope));
            found.add(opened);
        }
        found
    }

    /// The keys of a patient's own scope; the current one is among them.
    pub(super) fn own_epochs(
        &self,
        keys: &AccountKeys,
        id: ScopeId,
        scope: &Scope,
    ) -> Result<Epochs, ClientError> {
        let mut found = self.epochs(id, scope, &Keychain::of([keys]), &Handed::default());
        if found.get(scope.epoch).is_some() {
            return Ok(found);
        }
        Err(found.failed.take().unwrap_or(ClientError::NoKey { scope: id, epoch: scope.epoch }))
    }
}

/// Opens a wrap of a scope key. The key of the current epoch is compared with the published one.
fn open(wrap: &Wrap, pair: &EncryptionKeyPair, scope: &Scope) -> Result<ScopeKey, ClientError> {
    let is_current = matches!(wrap.body.subject, WrapSubject::Scope { epoch, .. } if epoch == scope.epoch);
    Ok(if is_current {
        ScopeKey::unwrap(&wrap.body, pair, scope.public)?
    } else {
        ScopeKey::unwrap_past(&wrap.body, pair)?
    })
}
