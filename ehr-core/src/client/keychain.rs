//! Key pairs to open wraps with.

use super::AccountKeys;
use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{Wrap, WrapSet, WrapSubject};
use crate::primitives::EncryptionKey;

/// Every key pair a reader has, computed once.
pub(super) struct Keychain(Vec<EncryptionKeyPair>);

impl Keychain {
    pub(super) fn of<'k>(keys: impl IntoIterator<Item = &'k AccountKeys>) -> Self {
        Self(keys.into_iter().flat_map(AccountKeys::pairs).collect())
    }

    pub(super) fn get(&self, public: &EncryptionKey) -> Option<&EncryptionKeyPair> {
        self.0.iter().find(|pair| pair.public() == *public)
    }

    /// The wraps of a set that are for one of these keys and about something, with the key.
    pub(super) fn matching<'s>(
        &'s self,
        set: &'s WrapSet,
        about: impl Fn(&WrapSubject) -> bool + 's,
    ) -> impl Iterator<Item = (&'s Wrap, &'s EncryptionKeyPair)> {
        let wraps = set.wraps.iter().filter(move |wrap| about(&wrap.body.subject));
        wraps.filter_map(|wrap| Some((wrap, self.get(&wrap.body.recipient_key)?)))
    }
}
