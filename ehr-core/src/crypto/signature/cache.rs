//! What was decoded or verified before, so that it is not done again. A cache changes how long a check takes and
//! never what it says: it holds only what follows from the bytes it is asked about.

use super::admission::{AdmittedKey, KeyError};
use super::shares::{Helpers, Shares};
use crate::crypto::domain::Domain;
use crate::crypto::hash::sha256;
use crate::primitives::{Hash32, Signature, VerifyingKey};
use core::cell::RefCell;
use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Keys kept decoded: at most twice as many, about 300 bytes each.
const KEYS: usize = 8192;
/// Valid signatures remembered: at most twice as many, about 50 bytes each.
const SIGNATURES: usize = 32_768;

/// Keys decoded and signatures found valid by one node, both bounded. Most transactions of a block waited in the
/// mempool before, where their signatures were verified; and the same doctors sign every day.
///
/// It goes wherever signatures are verified, so it also names who else may verify what it does not know ([`Helpers`]).
pub struct SignatureCache {
    keys: RefCell<Recent<VerifyingKey, AdmittedKey>>,
    valid: RefCell<Recent<Hash32, ()>>,
    helpers: Option<Arc<dyn Helpers>>,
}

impl SignatureCache {
    /// Nothing known.
    pub fn new() -> Self {
        let (keys, valid) = (Recent::new(KEYS), Recent::new(SIGNATURES));
        Self { keys: RefCell::new(keys), valid: RefCell::new(valid), helpers: None }
    }

    /// Nothing known, and others that verify what is not.
    pub fn with_helpers(helpers: Arc<dyn Helpers>) -> Self {
        Self { helpers: Some(helpers), ..Self::new() }
    }

    /// From now on others verify what is not known.
    pub fn set_helpers(&mut self, helpers: Arc<dyn Helpers>) {
        self.helpers = Some(helpers);
    }

    /// Signatures to be verified, by this thread and the helpers there are.
    pub(crate) fn shares(&self) -> Shares {
        Shares::new(self.helpers.clone())
    }

    /// As [`AdmittedKey::admitted_before`].
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`].
    pub fn key(&self, bytes: &VerifyingKey) -> Result<AdmittedKey, KeyError> {
        let mut keys = self.keys.borrow_mut();
        if let Some(known) = keys.get(bytes) {
            return Ok(known);
        }
        let key = AdmittedKey::admitted_before(bytes)?;
        keys.insert(*bytes, key.clone());
        Ok(key)
    }

    /// Names a signature together with all that its validity depends on; none while nothing is remembered.
    pub(crate) fn name(
        &self,
        domain: Domain,
        key: &VerifyingKey,
        message: &[u8],
        signature: &Signature,
    ) -> Option<Hash32> {
        let empty = self.valid.borrow().is_empty();
        (!empty).then(|| name(domain, key, message, signature))
    }

    /// Whether a signature of this name was found valid.
    pub(crate) fn is_valid(&self, name: &Hash32) -> bool {
        self.valid.borrow_mut().get(name).is_some()
    }

    /// Remembers a signature that was found valid.
    pub(crate) fn remember(&self, name: Hash32) {
        self.valid.borrow_mut().insert(name, ());
    }
}

/// SHA-256 over signature, key, length of the tag, tag and message: no two claims share it.
pub(crate) fn name(domain: Domain, key: &VerifyingKey, message: &[u8], signature: &Signature) -> Hash32 {
    let tag = domain.tag();
    let len = u8::try_from(tag.len()).unwrap_or(u8::MAX);
    sha256(&[signature.as_ref(), key.as_ref(), &[len], tag, message].concat())
}

impl Default for SignatureCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache").finish_non_exhaustive()
    }
}

/// A bounded map that forgets what was not asked for lately: when the younger half is full it becomes the older,
/// and the older is dropped. What is asked for moves to the younger.
struct Recent<K, V> {
    /// Most entries of a half.
    limit: usize,
    young: BTreeMap<K, V>,
    old: BTreeMap<K, V>,
}

impl<K: Ord + Copy, V: Clone> Recent<K, V> {
    const fn new(limit: usize) -> Self {
        Self { limit, young: BTreeMap::new(), old: BTreeMap::new() }
    }

    fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(found) = self.young.get(key) {
            return Some(found.clone());
        }
        let found = self.old.remove(key)?;
        self.insert(*key, found.clone());
        Some(found)
    }

    fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.limit {
            self.old = core::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signature::{Signer, SoftwareSigner};

    #[test]
    fn recent_entries_stay_and_others_go() {
        let mut recent = Recent::new(10);
        for n in 0u32..100 {
            recent.insert(n, n);
            assert_eq!(recent.get(&0), Some(0), "asked for all the time, after {n}");
            assert!(recent.young.len() <= 10 && recent.old.len() <= 10);
        }
        for n in 91..100 {
            assert_eq!(recent.get(&n), Some(n));
            assert!(recent.young.len() <= 10 && recent.old.len() <= 10);
        }
        assert_eq!(recent.get(&50), None);
    }

    #[test]
    fn a_name_binds_everything_the_verdict_depends_on() {
        let signer = SoftwareSigner::from_seed(&[1; 32]);
        let other = SoftwareSigner::from_seed(&[2; 32]).public_key();
        let (key, signature) = (signer.public_key(), signer.sign(Domain::Tx, b"m").unwrap());
        let names = [
            name(Domain::Tx, &key, b"m", &signature),
            name(Domain::Tx, &key, b"n", &signature),
            name(Domain::Tx, &other, b"m", &signature),
            name(Domain::Wrap, &key, b"m", &signature),
            name(Domain::Tx, &key, b"m", &signer.sign(Domain::Tx, b"n").unwrap()),
        ];
        for (at, one) in names.iter().enumerate() {
            assert!(names.iter().skip(at + 1).all(|two| one != two), "{at}");
        }
    }

    #[test]
    fn only_what_was_remembered_is_valid() {
        let cache = SignatureCache::new();
        let signer = SoftwareSigner::from_seed(&[1; 32]);
        let (key, signature) = (signer.public_key(), signer.sign(Domain::Tx, b"m").unwrap());
        assert_eq!(cache.name(Domain::Tx, &key, b"m", &signature), None);
        cache.remember(name(Domain::Tx, &key, b"m", &signature));
        let known = cache.name(Domain::Tx, &key, b"m", &signature).unwrap();
        assert!(cache.is_valid(&known));
        assert!(!cache.is_valid(&cache.name(Domain::Tx, &key, b"n", &signature).unwrap()));
    }
}
