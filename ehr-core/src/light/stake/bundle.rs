//! Everything a phone needs in one message.

use super::{LightBlock, SetDelta, StakeClient, StakeError, Updated};
use crate::codec::{Wire, limits};
use crate::consensus::bft::{Certificate, ValidatorSet};
use crate::light::{LightProof, Proven};
use crate::primitives::Timestamp;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Facts, the header they are true as of, and the certificate that makes it final (rule LC-22): 2 to 3 kB for a grant
/// or record at 7 validators, 3.5 to 5 kB at 21.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct StakeProof {
    /// Of the header the facts stand on.
    pub certificate: Certificate,
    /// Its validators, from the set the client trusts.
    pub validators: SetDelta,
    /// Those of the next height, from `validators`.
    pub next: SetDelta,
    /// Header and facts.
    pub proof: LightProof,
}

impl StakeProof {
    /// Puts a proof together for a client that trusts the set `known`; none known sends sets whole.
    pub fn new(
        certificate: Certificate,
        (validators, next): (&ValidatorSet, &ValidatorSet),
        known: Option<&ValidatorSet>,
        proof: LightProof,
    ) -> Self {
        let from_known = |known| SetDelta::between(known, validators);
        Self {
            certificate,
            validators: known.map_or_else(|| SetDelta::whole(validators), from_known),
            next: SetDelta::between(validators, next),
            proof,
        }
    }

    /// Checks that the header is final by what the client trusts, which moves on to it, and the facts.
    ///
    /// # Errors
    /// As [`StakeClient::update`], or a fact that does not hold. If only the facts do not hold, the client has moved on.
    pub fn verify(&self, now: Timestamp, client: &mut StakeClient) -> Result<Proven<'_>, StakeError> {
        let header = self.proof.stands_on();
        // Facts on a header that was verified before need no sets.
        if client.is_halted() || client.id_at(header.height) != Some(header.id()) {
            let validators = self.validators.apply(client.trusted().next())?;
            let next = self.next.apply(&validators)?;
            let next = (next != validators).then_some(next);
            let (header, certificate) = (header.clone(), self.certificate.clone());
            let block = LightBlock { header, certificate, validators, next };
            let _: Updated = client.update(now, &block)?;
        }
        client.verify(&self.proof)
    }
}

impl Wire for StakeProof {
    const NAME: &'static str = "stake proof";
    const MAX_BYTES: usize = limits::MAX_STAKE_PROOF;
}
