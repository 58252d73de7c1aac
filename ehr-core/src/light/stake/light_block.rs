//! What proves a block final: header, certificate, and the sets it names.

use super::StakeError;
use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::bft::{Certificate, ValidatorSet};
use crate::consensus::{ProofOfStake, SealError, SealRules};
use crate::primitives::{BlockId, ChainId, Hash32};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// One height as a light client needs it (rule LC-14): a header, the certificate of its block, and validator sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LightBlock {
    /// The header.
    pub header: Header,
    /// Who decided it.
    pub certificate: Certificate,
    /// The validators of this height.
    pub validators: ValidatorSet,
    /// Those of the next height; none if they are the same.
    pub next: Option<ValidatorSet>,
}

impl Wire for LightBlock {
    const NAME: &'static str = "light block";
    const MAX_BYTES: usize = limits::MAX_LIGHT_BLOCK;
}

impl LightBlock {
    /// The validators of the next height.
    pub fn next_validators(&self) -> &ValidatorSet {
        self.next.as_ref().unwrap_or(&self.validators)
    }

    /// Checks everything but signatures and trust: that the parts are of one block of the chain. Returns its id.
    pub(super) fn check_form(&self, chain: &ChainId, shard: u16) -> Result<BlockId, StakeError> {
        let header = &self.header;
        if header.chain_id != *chain {
            return Err(StakeError::OtherChain { got: header.chain_id });
        }
        if header.shard != shard {
            return Err(SealError::OtherShard { got: header.shard, want: shard }.into());
        }
        let proof = header.proof();
        ProofOfStake.check_alone(&proof)?;
        let id = proof.id();
        if self.certificate.height != header.height || self.certificate.block != id {
            let Certificate { height, block, .. } = self.certificate;
            return Err(StakeError::OtherBlock { got: block, height });
        }
        let same = |field, got: Hash32, want| match got == want {
            true => Ok(()),
            false => Err(StakeError::Validators { field, got, want }),
        };
        same("validators_hash", self.validators.hash(), header.validators_hash)?;
        same("next_validators_hash", self.next_validators().hash(), header.next_validators_hash)?;
        Ok(id)
    }
}
