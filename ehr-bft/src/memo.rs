//! Signatures found valid before. The core asks again for its own votes and for every precommit of the certificate it
//! has just assembled, and validators of one process see each other's messages.

use core::fmt;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{Hash32, Signature, VerifyingKey};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Names kept: at most twice as many, about 50 bytes each.
const NAMES: usize = 16_384;

/// A memory of valid signatures, bounded. Clones share it: give one to all validators of a process. It changes how
/// long a check takes and never what it says.
#[derive(Clone, Default)]
pub struct Memo(Arc<Mutex<Halves>>);

/// When the younger half is full it becomes the older, and the older is forgotten.
#[derive(Default)]
struct Halves {
    young: BTreeSet<Hash32>,
    old: BTreeSet<Hash32>,
}

impl Memo {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn knows(&self, name: &Hash32) -> bool {
        let halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.young.contains(name) || halves.old.contains(name)
    }

    pub(crate) fn remember(&self, name: Hash32) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.young.len() >= NAMES {
            halves.old = core::mem::take(&mut halves.young);
        }
        halves.young.insert(name);
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

/// SHA-256 over signature, key, length of the tag, tag and message: no two claims share it.
pub(crate) fn name(domain: Domain, key: &VerifyingKey, message: &[u8], signature: &Signature) -> Hash32 {
    let tag = domain.tag();
    let len = u8::try_from(tag.len()).unwrap_or(u8::MAX);
    sha256(&[signature.as_ref(), key.as_ref(), &[len], tag, message].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_remembers_the_latest() {
        let memo = Memo::new();
        let name = |n: u32| sha256(&n.to_be_bytes());
        let last = u32::try_from(3 * NAMES).unwrap();
        for n in 0..last {
            memo.remember(name(n));
        }
        let halves = memo.0.lock().unwrap();
        assert!(halves.young.len() + halves.old.len() <= 2 * NAMES);
        drop(halves);
        assert!(memo.knows(&name(last - 1)) && !memo.knows(&name(0)));
    }
}
