//! Signatures for one verdict, verified in shares by whoever has time.
//!
//! The core starts no threads. A caller that has some lends them as [`Helpers`]: while one thread executes a block, they
//! verify the signatures met so far. The verdict is that of one [`Batch`] over all of them, whoever verifies which share and
//! whether anybody does at all before it is asked for.

use super::admission::AdmittedKey;
use super::batch::{Batch, Culprits};
use crate::crypto::domain::Domain;
use crate::primitives::Signature;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, Weak};

/// Signatures in the first share: few, so that somebody has something to do soon. Each share is twice as large as the one
/// before it, because a larger batch costs less for each signature.
const FIRST: usize = 256;

/// Threads that verify signatures beside the one that executes blocks.
///
/// ```
/// use ehr_core::crypto::signature::{Helpers, Share, SignatureCache};
/// use std::sync::Arc;
///
/// /// Starts a thread for each share; a node would keep a few.
/// struct Threads;
///
/// impl Helpers for Threads {
///     fn help(&self, share: Share) {
///         std::thread::spawn(move || share.verify());
///     }
/// }
///
/// let cache = SignatureCache::with_helpers(Arc::new(Threads));
/// // `validate::execute_cached` with this cache verifies on all of them.
/// # drop(cache);
/// ```
pub trait Helpers: Send + Sync {
    /// Is given signatures to verify, by [`Share::verify`] on another thread. Must not block. A share may be dropped
    /// instead, or verified late: whoever needs the verdict verifies what nobody has begun.
    fn help(&self, share: Share);
}

/// Some signatures of a block, to be verified by somebody. Outlives the block's execution if nobody comes to it, and then
/// holds nothing.
pub struct Share(Weak<Lot>);

impl Share {
    /// Verifies the signatures, unless the verdict is known or no longer asked for.
    pub fn verify(&self) {
        if let Some(lot) = self.0.upgrade() {
            lot.verdict();
        }
    }
}

/// Signatures with all that their verdict depends on, and the verdict, once somebody gave it.
#[derive(Default)]
struct Lot {
    signatures: Vec<Unverified>,
    /// Their messages, one after the other.
    messages: Vec<u8>,
    /// Who asks first verifies; who asks meanwhile waits for that.
    verdict: OnceLock<Result<(), Culprits>>,
}

struct Unverified {
    domain: Domain,
    key: AdmittedKey,
    /// Length of its message.
    message: usize,
    signature: Signature,
}

impl Lot {
    fn push(&mut self, domain: Domain, key: &AdmittedKey, message: &[u8], signature: &Signature) {
        let key = key.clone();
        self.messages.extend_from_slice(message);
        self.signatures.push(Unverified { domain, key, message: message.len(), signature: *signature });
    }

    fn verdict(&self) -> &Result<(), Culprits> {
        self.verdict.get_or_init(|| {
            let mut batch = Batch::new();
            batch.reserve(self.signatures.len());
            let mut messages = self.messages.as_slice();
            for Unverified { domain, key, message, signature } in &self.signatures {
                let (message, rest) = messages.split_at_checked(*message).unwrap_or((messages, &[]));
                batch.push(*domain, key, message, signature);
                messages = rest;
            }
            batch.verify()
        })
    }
}

/// Signatures for one verdict: in one batch without helpers, in shares with them.
pub(crate) struct Shares {
    helpers: Option<Arc<dyn Helpers>>,
    /// Those that helpers may have begun with.
    given: Vec<Arc<Lot>>,
    /// With helpers: what comes after those.
    open: Lot,
    /// With helpers: how many those will be.
    limit: usize,
    /// Without helpers: all.
    batch: Batch,
}

impl Shares {
    pub(crate) fn new(helpers: Option<Arc<dyn Helpers>>) -> Self {
        Self { helpers, given: Vec::new(), open: Lot::default(), limit: FIRST, batch: Batch::new() }
    }

    /// Makes room for so many more signatures.
    pub(crate) fn reserve(&mut self, signatures: usize) {
        match self.helpers {
            Some(_) => self.open.signatures.reserve(signatures.min(self.limit)),
            None => self.batch.reserve(signatures),
        }
    }

    pub(crate) fn push(&mut self, domain: Domain, key: &AdmittedKey, message: &[u8], signature: &Signature) {
        let Some(helpers) = &self.helpers else {
            self.batch.push(domain, key, message, signature);
            return;
        };
        self.open.push(domain, key, message, signature);
        if self.open.signatures.len() >= self.limit {
            let lot = Arc::new(core::mem::take(&mut self.open));
            helpers.help(Share(Arc::downgrade(&lot)));
            self.given.push(lot);
            self.limit = self.limit.saturating_mul(2);
        }
    }

    /// Whether all are valid.
    pub(crate) fn hold(&self) -> bool {
        self.batch.holds() && self.lots().all(|lot| lot.verdict().is_ok())
    }

    /// Whether all are valid.
    ///
    /// # Errors
    /// Exactly those that are not, numbered in the order pushed.
    pub(crate) fn verify(self) -> Result<(), Culprits> {
        if self.helpers.is_none() {
            return self.batch.verify();
        }
        if self.hold() {
            return Ok(());
        }
        let (mut errors, mut total) = (BTreeMap::new(), 0usize);
        for lot in self.given.iter().map(|lot| &**lot).chain([&self.open]) {
            let culprits = lot.verdict().as_ref().err().map(|culprits| &culprits.errors);
            errors.extend(culprits.into_iter().flatten().map(|(at, e)| (at.saturating_add(total), *e)));
            total = total.saturating_add(lot.signatures.len());
        }
        Err(Culprits { total, errors })
    }

    /// All shares, in the order in which they are best asked for: helpers begin with the first that was given, so what nobody
    /// has begun is at the end.
    fn lots(&self) -> impl Iterator<Item = &Lot> {
        core::iter::once(&self.open).chain(self.given.iter().rev().map(|lot| &**lot))
    }
}

/// Claims of a block have too few signatures in most tests for a share to be given, so shares are tested here by themselves.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signature::{Signer, SoftwareSigner, admit};
    use proptest::prelude::*;
    use std::sync::{LazyLock, Mutex};

    /// What is done with a share that is given.
    #[derive(Clone, Copy, Debug)]
    enum Does {
        Verify,
        OnAThread,
        Drop,
        /// Keeps it until everything is over.
        Keep,
    }

    struct Plan {
        does: Vec<Does>,
        given: Mutex<usize>,
        kept: Mutex<Vec<Share>>,
    }

    impl Plan {
        fn new(does: Vec<Does>) -> Arc<Self> {
            Arc::new(Self { does, given: Mutex::default(), kept: Mutex::default() })
        }
    }

    impl Helpers for Plan {
        fn help(&self, share: Share) {
            let mut given = self.given.lock().unwrap();
            match self.does[*given % self.does.len()] {
                Does::Verify => share.verify(),
                #[allow(clippy::disallowed_methods, reason = "what a node does, whose threads these are")]
                Does::OnAThread => drop(std::thread::spawn(move || share.verify())),
                Does::Drop => drop(share),
                Does::Keep => self.kept.lock().unwrap().push(share),
            }
            *given += 1;
        }
    }

    type Signed = (AdmittedKey, Vec<u8>, Signature);

    /// More than three shares' worth, by some who sign often and some who sign once.
    static SIGNED: LazyLock<Vec<Signed>> = LazyLock::new(|| {
        let signed = |n: u32| {
            let signer = if n.is_multiple_of(3) { n % 7 } else { n };
            let mut seed = [0; 32];
            seed[..4].copy_from_slice(&signer.to_le_bytes());
            let signer = SoftwareSigner::from_seed(&seed);
            let message = vec![n as u8; n as usize % 50];
            let signature = signer.sign(Domain::Tx, &message).unwrap();
            (admit(&signer.public_key()).unwrap(), message, signature)
        };
        (0..(FIRST * 8) as u32).map(signed).collect()
    });

    /// The first so many, with a bit changed in those named: of the point, of the scalar, or so that the scalar is none.
    fn damaged(count: usize, wrong: &[(usize, usize)]) -> Vec<Signed> {
        let mut signed = SIGNED[..count].to_vec();
        for (at, byte) in wrong.iter().filter(|_| count > 0) {
            signed[at % count].2.0[*byte] ^= 0x80;
        }
        signed
    }

    fn does() -> impl Strategy<Value = Vec<Does>> {
        let one = prop_oneof![Just(Does::Verify), Just(Does::OnAThread), Just(Does::Drop), Just(Does::Keep)];
        prop::collection::vec(one, 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
        #[test]
        fn the_verdict_is_that_of_one_batch_whoever_verifies(
            count in prop_oneof![0..4usize, 0..SIGNED.len()],
            wrong in prop::collection::vec(
                (any::<usize>(), prop_oneof![Just(3usize), Just(40), Just(63)]), 0..4),
            does in does(),
        ) {
            let signed = damaged(count, &wrong);
            let plan = Plan::new(does);
            let (mut batch, mut shares) = (Batch::new(), Shares::new(Some(plan.clone())));
            let mut alone = Shares::new(None);
            for (key, message, signature) in &signed {
                batch.push(Domain::Tx, key, message, signature);
                shares.push(Domain::Tx, key, message, signature);
                alone.push(Domain::Tx, key, message, signature);
            }
            let want = batch.verify();
            prop_assert_eq!(shares.hold(), want.is_ok());
            prop_assert_eq!(shares.verify(), want.clone());
            prop_assert_eq!(alone.hold(), want.is_ok());
            prop_assert_eq!(alone.verify(), want);
            // 256, 512 and 1,024 were given as soon as there were as many.
            let given = [256, 768, 1792].iter().filter(|sum| count >= **sum).count();
            prop_assert_eq!(*plan.given.lock().unwrap(), given);
        }
    }

    #[test]
    fn a_share_nobody_asks_for_any_more_holds_nothing() {
        let plan = Plan::new(vec![Does::Keep]);
        let mut shares = Shares::new(Some(plan.clone()));
        for (key, message, signature) in &SIGNED[..FIRST + 1] {
            shares.push(Domain::Tx, key, message, signature);
        }
        let kept = plan.kept.lock().unwrap();
        assert!(kept.len() == 1 && kept[0].0.upgrade().is_some(), "it may still be verified");
        drop(shares);
        assert!(kept[0].0.upgrade().is_none());
        kept[0].verify();
    }

    #[test]
    fn what_a_helper_found_is_not_verified_again() {
        // The verdict is a lie that only this test can tell: nobody else can set it.
        let plan = Plan::new(vec![Does::Keep]);
        let mut shares = Shares::new(Some(plan.clone()));
        for (key, message, signature) in &damaged(FIRST, &[(0, 40)]) {
            shares.push(Domain::Tx, key, message, signature);
        }
        shares.given[0].verdict.set(Ok(())).unwrap();
        assert!(shares.hold());
    }
}
