//! Signatures that a valid transaction claims: resolved to keys by the rules, verified together for a block.

use super::TxError;
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, Batch, SignatureError};
use crate::primitives::{AccountId, Signature, VerifyingKey};
use crate::tx::KeyId;
use std::borrow::Cow;
use std::collections::{BTreeMap, btree_map::Entry};

/// What a signature is for, and so which error it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A signature on the transaction.
    Entry { account: AccountId, key: KeyId },
    /// Proof of possession number `index`.
    Possession { index: usize },
}

impl Source {
    fn error(self, error: SignatureError) -> TxError {
        match self {
            Self::Entry { account, key } => TxError::BadSignature { account, key, error },
            Self::Possession { index } => TxError::BadPossession { index, error },
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
#[derive(Default)]
pub(crate) struct Claims {
    batch: Batch,
    /// Transaction index and source of each signature, in the order of the batch.
    origin: Vec<(usize, Source)>,
    /// Keys decoded so far: decoding costs a third of a signature's share.
    keys: BTreeMap<VerifyingKey, AdmittedKey>,
}

impl Claims {
    /// Adds the claims of transaction `index`.
    ///
    /// # Errors
    /// A key that is none, which admission rules out.
    pub(crate) fn add(&mut self, index: usize, claims: &[Claim<'_>]) -> Result<(), TxError> {
        for claim in claims {
            if let Entry::Vacant(place) = self.keys.entry(claim.key) {
                let key = AdmittedKey::admitted_before(&claim.key);
                place.insert(key.map_err(|error| claim.source.error(SignatureError::Key(error)))?);
            }
        }
        for claim in claims {
            if let Some(key) = self.keys.get(&claim.key) {
                self.batch.push(claim.domain, key, &claim.message, &claim.signature);
                self.origin.push((index, claim.source));
            }
        }
        Ok(())
    }

    /// Verifies all. The errors are by transaction index, the first of each.
    ///
    /// # Errors
    /// Every transaction with an invalid signature; never empty.
    pub(crate) fn verify(self) -> Result<(), BTreeMap<usize, TxError>> {
        let Err(culprits) = self.batch.verify() else { return Ok(()) };
        let mut errors = BTreeMap::new();
        for (at, error) in culprits.errors {
            if let Some((index, source)) = self.origin.get(at) {
                errors.entry(*index).or_insert_with(|| source.error(error));
            }
        }
        Err(errors)
    }
}
