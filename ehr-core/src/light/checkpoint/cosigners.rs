//! Who must cosign: k of n keys that a client is given once.

use super::{CheckpointError, CosignedCheckpoint};
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, Batch, admit};
use crate::primitives::{AccountId, VerifyingKey};
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// A demand for cosignatures: so many of these institutions (rule CP-5). Comes with the program or its settings, as
/// the keys of a browser's authorities do; nothing on the chain can change it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "CosignersWire", try_from = "CosignersWire")]
pub struct Cosigners {
    need: u16,
    keys: BTreeMap<AccountId, AdmittedKey>,
}

impl Cosigners {
    /// Demands `need` of these institutions.
    ///
    /// # Errors
    /// A key that may not be enrolled (rules S-1 to S-3), one twice, or a number that cannot be reached.
    pub fn demand(
        need: u16,
        keys: impl IntoIterator<Item = (AccountId, VerifyingKey)>,
    ) -> Result<Self, CheckpointError> {
        let mut known = BTreeMap::new();
        for (institution, key) in keys {
            let key = admit(&key).map_err(|error| CheckpointError::Key { institution, error })?;
            // One signature must not count for two.
            let twice = known.values().any(|other: &AdmittedKey| other.bytes() == key.bytes());
            if twice || known.insert(institution, key).is_some() {
                return Err(CheckpointError::Order);
            }
        }
        if known.len() > limits::MAX_INSTITUTIONS {
            return Err(CheckpointError::TooMany { limit: limits::MAX_INSTITUTIONS });
        }
        if need == 0 || usize::from(need) > known.len() {
            return Err(CheckpointError::Demand { need, keys: known.len() });
        }
        Ok(Self { need, keys: known })
    }

    /// Cosignatures demanded.
    pub const fn need(&self) -> u16 {
        self.need
    }

    /// The key of an institution.
    ///
    /// # Errors
    /// [`CheckpointError::UnknownInstitution`].
    pub fn key(&self, institution: &AccountId) -> Result<&AdmittedKey, CheckpointError> {
        self.keys.get(institution).ok_or(CheckpointError::UnknownInstitution(*institution))
    }

    /// Checks that enough known institutions signed. Signatures of others are not looked at. Returns how many did.
    ///
    /// # Errors
    /// Too few, or the wrong signature of a known one.
    pub fn verify(&self, cosigned: &CosignedCheckpoint) -> Result<usize, CheckpointError> {
        let known: Vec<_> =
            cosigned.signed().filter_map(|s| Some((s, self.keys.get(&s.institution)?))).collect();
        let got = known.len();
        if got < usize::from(self.need) {
            return Err(CheckpointError::NotEnough { got, need: self.need });
        }
        let message = cosigned.checkpoint.message();
        let mut batch = Batch::new();
        for (signed, key) in &known {
            batch.push(Domain::Checkpoint, key, &message, &signed.signature);
        }
        let wrong = batch.verify().err().and_then(|culprits| {
            let (index, error) = culprits.errors.into_iter().next()?;
            Some((known.get(index)?.0.institution, error))
        });
        match wrong {
            Some((institution, error)) => Err(CheckpointError::Signature { institution, error }),
            None => Ok(got),
        }
    }
}

/// `[need, [[institution, key], …]]`, rising.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct CosignersWire {
    need: u16,
    keys: Vec<(AccountId, VerifyingKey)>,
}

impl From<Cosigners> for CosignersWire {
    fn from(cosigners: Cosigners) -> Self {
        let keys = cosigners.keys.into_iter().map(|(institution, key)| (institution, key.bytes()));
        Self { need: cosigners.need, keys: keys.collect() }
    }
}

impl TryFrom<CosignersWire> for Cosigners {
    type Error = CheckpointError;
    fn try_from(wire: CosignersWire) -> Result<Self, CheckpointError> {
        if !wire.keys.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(CheckpointError::Order);
        }
        Self::demand(wire.need, wire.keys)
    }
}

impl fmt::Debug for Cosigners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?}", self.need, self.keys.keys())
    }
}

impl Wire for Cosigners {
    const NAME: &'static str = "cosigners";
    const MAX_BYTES: usize = limits::MAX_INSTITUTIONS * 72 + 16;
}
