//! The sign-protection record: the last thing this key signed. It is stored before the signature leaves, and nothing
//! at or below it is signed again unless it is the very same message (rule BF-17).

use ehr_core::codec::{Wire, limits};
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{AccountId, ChainId, Hash32, Height};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What may be signed in a round, in the order a correct validator signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Step {
    /// A proposal.
    Propose = 1,
    /// A prevote.
    Prevote = 2,
    /// A precommit.
    Precommit = 3,
}

/// The record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SignGuard {
    pub(crate) chain: ChainId,
    pub(crate) account: AccountId,
    pub(crate) height: Height,
    pub(crate) round: u32,
    pub(crate) step: u8,
    /// SHA-256 of the message signed last.
    pub(crate) message: Hash32,
}

impl SignGuard {
    /// The record of a key that has signed nothing.
    pub const fn new(chain: ChainId, account: AccountId) -> Self {
        Self { chain, account, height: Height::ZERO, round: 0, step: 0, message: Hash32::ZERO }
    }

    /// Height of what was signed last.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// From now on nothing of `height` or below is ever signed, nor of the height of what was signed last: what to do when
    /// the log of that height is lost. The validator follows the height without voting and votes again in the next.
    pub fn skip(&mut self, height: Height) {
        self.height = self.height.max(height);
        (self.round, self.step, self.message) = (limits::MAX_ROUND, Self::SKIPPED, Hash32::ZERO);
    }

    const SKIPPED: u8 = u8::MAX;

    /// Whether the height was given up by [`SignGuard::skip`].
    pub(crate) const fn is_skipped(&self) -> bool {
        self.step == Self::SKIPPED
    }

    /// Whether this message may be signed; if so, it becomes the last one.
    pub(crate) fn admit(&mut self, height: Height, round: u32, step: Step, message: &[u8]) -> bool {
        let (hash, step) = (sha256(message), step as u8);
        let last = (self.height, self.round, self.step);
        if (height, round, step) == last {
            return hash == self.message;
        }
        if (height, round, step) < last {
            return false;
        }
        (self.height, self.round, self.step, self.message) = (height, round, step, hash);
        true
    }
}

impl Wire for SignGuard {
    const NAME: &'static str = "sign-protection record";
    const MAX_BYTES: usize = 160;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_signed_twice_but_the_same() {
        let mut guard = SignGuard::new(ChainId([1; 32]), AccountId([2; 32]));
        assert!(guard.admit(Height(5), 1, Step::Prevote, b"a"));
        assert!(guard.admit(Height(5), 1, Step::Prevote, b"a"), "the same message again");
        assert!(!guard.admit(Height(5), 1, Step::Prevote, b"b"));
        assert!(!guard.admit(Height(5), 1, Step::Propose, b"c"), "an earlier step");
        assert!(!guard.admit(Height(5), 0, Step::Precommit, b"c"), "an earlier round");
        assert!(!guard.admit(Height(4), 9, Step::Precommit, b"c"), "an earlier height");
        assert!(guard.admit(Height(5), 1, Step::Precommit, b"c"));
        assert!(guard.admit(Height(5), 2, Step::Propose, b"d"));
        let mut skipped = guard.clone();
        skipped.skip(Height(4));
        assert_eq!(skipped.height(), Height(5), "what was signed is never forgotten");
        assert!(!skipped.admit(Height(5), limits::MAX_ROUND, Step::Precommit, b"e"));
        assert!(skipped.admit(Height(6), 0, Step::Propose, b"e"));
        assert_eq!(SignGuard::from_bytes(&skipped.to_bytes().unwrap()), Ok(skipped));
    }
}
