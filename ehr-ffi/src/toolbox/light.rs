//! Proofs that need nothing but one trusted header (`docs/spec/light.md`).

use super::args::decode;
use crate::EhrError;
use ehr_core::light::{InclusionProof, LightProof, Proven};
use ehr_core::primitives::{BlockId, Height, Timestamp};

/// A state entry that is proven, or proven absent.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenEntry {
    /// Kind of entry.
    pub namespace: u8,
    /// What names it.
    pub id: Vec<u8>,
    /// Its key in the state.
    pub key: Vec<u8>,
    /// Its canonical bytes; none if it is proven that there is none.
    pub value: Option<Vec<u8>>,
}

/// Everything a proof proves.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightFacts {
    /// Id of the block as of which it is true.
    pub as_of: BlockId,
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: Timestamp,
    /// Entries of the state after it.
    pub state: Vec<ProvenEntry>,
    /// Bytes of transactions in it.
    pub transactions: Vec<Vec<u8>>,
    /// Bytes of receipts in it.
    pub receipts: Vec<Vec<u8>>,
}

/// Checks a light proof, trusting nothing but the block with id `trusted`.
///
/// # Errors
/// `Malformed`; `Refused` names the part that does not hold.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_light_proof(proof: Vec<u8>, trusted: BlockId) -> Result<LightFacts, EhrError> {
    let proof: LightProof = decode(&proof)?;
    let proven = proof.verify(&trusted)?;
    Ok(facts(&proof, &proven))
}

pub(super) fn facts(proof: &LightProof, proven: &Proven<'_>) -> LightFacts {
    let leaves = |list: &[InclusionProof]| list.iter().map(|fact| fact.leaf.to_vec()).collect();
    let entries = proof.state.iter().map(|fact| ProvenEntry {
        namespace: fact.namespace,
        id: fact.id.to_vec(),
        key: fact.key().0.to_vec(),
        value: fact.value.as_ref().map(|value| value.to_vec()),
    });
    LightFacts {
        as_of: proven.id(),
        height: proven.as_of().height,
        time: proven.as_of().time,
        state: entries.collect(),
        transactions: leaves(&proof.txs),
        receipts: leaves(&proof.receipts),
    }
}
