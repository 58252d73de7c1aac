//! Signatures that a valid transaction claims: resolved to keys by the rules, verified together for a block.

use super::TxError;
use crate::consensus::bft::EvidenceError;
use crate::crypto::domain::Domain;
use crate::crypto::signature::{Shares, SignatureCache, SignatureError, claim_name};
use crate::primitives::{AccountId, Hash32, Signature, VerifyingKey};
use crate::tx::KeyId;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a signature is for, and so which error it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A signature on the transaction.
    Entry { account: AccountId, key: KeyId },
    /// Proof of possession number `index`.
    Possession { index: usize },
    /// Message number `index` of evidence.
    Evidence { index: u8 },
}

impl Source {
    fn error(self, error: SignatureError) -> TxError {
        match self {
            Self::Entry { account, key } => TxError::BadSignature { account, key, error },
            Self::Possession { index } => TxError::BadPossession { index, error },
            Self::Evidence { index } => EvidenceError::Signature { index, error }.into(),
        }
    }
}

/// One signature to verify.
pub(crate) struct Claim<'t> {
    pub(crate) source: Source,
    pub(crate) key: VerifyingKey,
    pub(crate) domain: Domain,
    pub(crate) message: Cow<'t, [u8]>,
    pub(crate) signature: Signature,
}

/// The claims of many transactions.
pub(crate) struct Claims<'c> {
    cache: &'c SignatureCache,
    /// Whether the cache learns what is valid: what waits is verified again in a block, what is in a block is not.
    remember: bool,
    shares: Shares,
    /// Transaction index, source and, if it is to be remembered, name of each signature, in the order of the shares.
    origin: Vec<(usize, Source, Option<Hash32>)>,
}

impl<'c> Claims<'c> {
    /// No claims, of a block that somebody made.
    pub(crate) fn in_block(cache: &'c SignatureCache) -> Self {
        Self { cache, remember: false, shares: cache.shares(), origin: Vec::new() }
    }

    /// No claims, of transactions that wait for a block.
    pub(crate) fn waiting(cache: &'c SignatureCache) -> Self {
        Self { remember: true, ..Self::in_block(cache) }
    }

    /// Makes room for so many more signatures.
    pub(crate) fn reserve(&mut self, signatures: usize) {
        self.shares.reserve(signatures);
        self.origin.reserve(signatures);
    }

    /// Adds the claims of transaction `index`.
    ///
    /// # Errors
    /// A key that is none, which admission rules out.
    pub(crate) fn add(&mut self, index: usize, claims: &[Claim<'_>]) -> Result<(), TxError> {
        let key = |claim: &Claim<'_>| {
            self.cache.key(&claim.key).map_err(|error| claim.source.error(SignatureError::Key(error)))
        };
        let keys = claims.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        for (claim, key) in claims.iter().zip(&keys) {
            let Claim { domain, message, signature, .. } = claim;
            let known = self.cache.name(*domain, &claim.key, message, signature);
            if known.is_some_and(|name| self.cache.is_valid(&name)) {
                continue;
            }
            let name = self
                .remember
                .then(|| known.unwrap_or_else(|| claim_name(*domain, &claim.key, message, signature)));
            self.shares.push(*domain, key, message, signature);
            self.origin.push((index, claim.source, name));
        }
        Ok(())
    }

    /// Whether all are valid; does not search for those that are not, and remembers nothing.
    pub(crate) fn hold(&self) -> bool {
        self.shares.hold()
    }

    /// Verifies all. The errors are by transaction index, the first of each.
    ///
    /// # Errors
    /// Every transaction with an invalid signature; never empty.
    pub(crate) fn verify(self) -> Result<(), BTreeMap<usize, TxError>> {
        let Err(culprits) = self.shares.verify() else {
            self.origin
                .into_iter()
                .filter_map(|(_, _, name)| name)
                .for_each(|name| self.cache.remember(name));
            return Ok(());
        };
        let mut errors = BTreeMap::new();
        for (at, error) in culprits.errors {
            if let Some((index, source, _)) = self.origin.get(at) {
                errors.entry(*index).or_insert_with(|| source.error(error));
            }
        }
        Err(errors)
    }
}
