//! A validator set as its difference from one the receiver has.

use super::StakeError;
use crate::consensus::bft::{Validator, ValidatorSet};
use crate::primitives::AccountId;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// Changes from one set to another (rule LC-21). What comes out is compared with a hash in a header, so a wrong one
/// does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SetDelta {
    /// Accounts that leave; none if all do, which sends the set whole.
    pub gone: Option<Vec<AccountId>>,
    /// Validators that come, or have another key or power.
    pub put: Vec<Validator>,
}

impl SetDelta {
    /// No change.
    pub const SAME: Self = Self { gone: Some(Vec::new()), put: Vec::new() };

    /// A set as a whole.
    pub fn whole(set: &ValidatorSet) -> Self {
        Self { gone: None, put: set.iter().copied().collect() }
    }

    /// What makes `to` of `from`.
    pub fn between(from: &ValidatorSet, to: &ValidatorSet) -> Self {
        let gone = from.iter().map(|v| v.account).filter(|account| to.get(account).is_none()).collect();
        let is_new = |v: &&Validator| from.get(&v.account).is_none_or(|(old, _)| old != *v);
        Self { gone: Some(gone), put: to.iter().filter(is_new).copied().collect() }
    }

    /// The set that comes out.
    ///
    /// # Errors
    /// Somebody leaves who is not in it, or the rest is no set.
    pub fn apply(&self, from: &ValidatorSet) -> Result<ValidatorSet, StakeError> {
        if *self == Self::SAME {
            return Ok(from.clone());
        }
        let mut all = BTreeMap::new();
        if let Some(gone) = &self.gone {
            all.extend(from.iter().map(|v| (v.account, *v)));
            for account in gone {
                all.remove(account).ok_or(StakeError::NotMember(*account))?;
            }
        }
        all.extend(self.put.iter().map(|v| (v.account, *v)));
        Ok(ValidatorSet::new(all.into_values())?)
    }
}
