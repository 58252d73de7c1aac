//! Validator sets: who may vote at a height, in one order, with one hash.

use super::proposer;
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::hash::tagged;
use crate::crypto::signature::{AdmittedKey, KeyError};
use crate::primitives::{AccountId, Hash32, Height, VerifyingKey};
use core::cmp::Reverse;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One validator of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Validator {
    /// Account whose stake it is.
    pub account: AccountId,
    /// Key that signs votes; admitted when the stake was placed.
    pub key: VerifyingKey,
    /// Voting power, at least 1.
    pub power: u64,
}

/// Validators that make no set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValidatorSetError {
    /// Nobody would decide.
    #[error("a validator set holds at least one validator")]
    Empty,
    /// More than a bitmap of signers holds (rule BF-1).
    #[error("{got} validators, at most {limit} allowed")]
    TooMany {
        /// [`limits::MAX_VALIDATORS`].
        limit: usize,
        /// Validators given.
        got: usize,
    },
    /// A validator without voting power (rule BF-1).
    #[error("validator {0} has no voting power")]
    NoPower(AccountId),
    /// An account twice (rule BF-1).
    #[error("account {0} is in the set twice")]
    DuplicateAccount(AccountId),
    /// A key twice (rule BF-1): one signature would count for two.
    #[error("the key of account {0} is in the set twice")]
    DuplicateKey(AccountId),
    /// Sums could overflow (rule BF-1).
    #[error("total voting power {total} is not below {limit}")]
    TotalPower {
        /// [`limits::MAX_TOTAL_POWER`].
        limit: u64,
        /// Sum, at most 2^64 - 1.
        total: u64,
    },
    /// Not in the order of rule BF-2.
    #[error("validators are not ordered by falling power, then by account")]
    Order,
    /// A key that is no curve point.
    #[error("key of account {account}: {error}")]
    Key {
        /// Whose.
        account: AccountId,
        /// Why.
        error: KeyError,
    },
}

/// The validators of one height (rules BF-1 and BF-2). Clones share their content.
#[derive(Clone, PartialEq, Eq)]
pub struct ValidatorSet(Arc<Content>);

#[derive(PartialEq, Eq)]
struct Content {
    /// In canonical order.
    members: Vec<(Validator, AdmittedKey)>,
    by_account: BTreeMap<AccountId, usize>,
    total: u64,
    stride: u64,
    hash: Hash32,
}

impl ValidatorSet {
    /// Puts validators in canonical order and makes a set of them.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn new(validators: impl IntoIterator<Item = Validator>) -> Result<Self, ValidatorSetError> {
        let mut all: Vec<Validator> = validators.into_iter().collect();
        all.sort_by_key(order);
        Self::from_ordered(all)
    }

    fn from_ordered(all: Vec<Validator>) -> Result<Self, ValidatorSetError> {
        let limit = limits::MAX_VALIDATORS;
        if all.is_empty() {
            return Err(ValidatorSetError::Empty);
        }
        if all.len() > limit {
            return Err(ValidatorSetError::TooMany { limit, got: all.len() });
        }
        let (mut keys, mut by_account) = (BTreeSet::new(), BTreeMap::new());
        let mut members = Vec::with_capacity(all.len());
        for (index, validator) in all.iter().enumerate() {
            let account = validator.account;
            if validator.power == 0 {
                return Err(ValidatorSetError::NoPower(account));
            }
            if by_account.insert(account, index).is_some() {
                return Err(ValidatorSetError::DuplicateAccount(account));
            }
            if !keys.insert(validator.key) {
                return Err(ValidatorSetError::DuplicateKey(account));
            }
            let key = AdmittedKey::admitted_before(&validator.key)
                .map_err(|error| ValidatorSetError::Key { account, error })?;
            members.push((*validator, key));
        }
        if !all.is_sorted_by_key(order) {
            return Err(ValidatorSetError::Order);
        }
        let total = all.iter().fold(0u64, |sum, v| sum.saturating_add(v.power));
        if total >= limits::MAX_TOTAL_POWER {
            return Err(ValidatorSetError::TotalPower { limit: limits::MAX_TOTAL_POWER, total });
        }
        // Integers and fixed-length byte strings always encode, so the empty default is never hashed.
        let bytes = SetWire(all).to_bytes().unwrap_or_default();
        let hash = tagged(Domain::Validators, &[&bytes]);
        Ok(Self(Arc::new(Content { members, by_account, total, stride: proposer::stride(total), hash })))
    }

    /// `validators_hash` of a header: SHA-256 over the domain tag and the set's bytes (rule BF-3).
    pub fn hash(&self) -> Hash32 {
        self.0.hash
    }

    /// Number of validators.
    #[allow(clippy::len_without_is_empty, reason = "no set is empty")]
    pub fn len(&self) -> usize {
        self.0.members.len()
    }

    /// Sum of the voting powers.
    pub fn total_power(&self) -> u64 {
        self.0.total
    }

    /// In canonical order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Validator> + Clone {
        self.0.members.iter().map(|(validator, _)| validator)
    }

    /// The validator at a place in canonical order, with its decoded key.
    pub fn at(&self, index: usize) -> Option<(&Validator, &AdmittedKey)> {
        self.0.members.get(index).map(|(validator, key)| (validator, key))
    }

    /// The validator of an account, with its decoded key.
    pub fn get(&self, account: &AccountId) -> Option<(&Validator, &AdmittedKey)> {
        self.at(self.index_of(account)?)
    }

    /// Place of an account in canonical order.
    pub fn index_of(&self, account: &AccountId) -> Option<usize> {
        self.0.by_account.get(account).copied()
    }

    /// Voting power of an account; 0 if it is no validator.
    pub fn power_of(&self, account: &AccountId) -> u64 {
        self.get(account).map_or(0, |(validator, _)| validator.power)
    }

    /// Who proposes in a round (rule BF-4): in round 0 in proportion to voting power, afterwards the next one in
    /// canonical order, so that an absent validator never has two rounds running.
    pub fn proposer(&self, height: Height, round: u32) -> &Validator {
        let mut at = proposer::point(height, self.0.stride, self.0.total);
        let mut first = 0usize;
        for validator in self.iter() {
            match at.checked_sub(validator.power) {
                Some(rest) => at = rest,
                None => break,
            }
            first = first.saturating_add(1);
        }
        let place = usize::try_from(round)
            .unwrap_or(usize::MAX)
            .wrapping_add(first)
            .checked_rem(self.len())
            .unwrap_or_default();
        // No set is empty, and the place is below its length.
        self.at(place).map_or(&NOBODY, |(validator, _)| validator)
    }
}

/// Never in a set.
const NOBODY: Validator = Validator { account: AccountId::ZERO, key: VerifyingKey::ZERO, power: 0 };

/// Falling power, then account (rule BF-2).
pub(crate) const fn order(validator: &Validator) -> (Reverse<u64>, AccountId) {
    (Reverse(validator.power), validator.account)
}

/// `[[account, key, power], …]`.
#[derive(Serialize, Deserialize)]
struct SetWire(Vec<Validator>);

impl Wire for SetWire {
    const NAME: &'static str = "validator set";
    const MAX_BYTES: usize = limits::MAX_VALIDATOR_SET;
}

impl Serialize for ValidatorSet {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ValidatorSet {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::from_ordered(Vec::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

impl Wire for ValidatorSet {
    const NAME: &'static str = "validator set";
    const MAX_BYTES: usize = limits::MAX_VALIDATOR_SET;
}

impl fmt::Debug for ValidatorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
