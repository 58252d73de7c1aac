//! What proof of stake adds to the validity of a block (rules B-18 to B-20).

use super::BlockError;
use crate::block::{Block, ChainSpec, Checked, Header, Seal};
use crate::consensus::Consensus;
use crate::consensus::bft::{Certificate, CertificateError};
use crate::planted::planted;
use crate::primitives::{AccountId, Hash32};
use crate::state::{BlockContext, Sets, StateView, end_block, validator_sets};
use crate::store::{LedgerRead, ReadError};

/// Who decides a block, as the state below it says.
pub(super) struct Stakes {
    sets: Sets,
}

impl Stakes {
    /// Reads the sets from the state after `parent`; none under proof of work.
    pub(super) fn read(
        spec: &ChainSpec,
        read: &dyn LedgerRead,
        parent: &Header,
    ) -> Result<Option<Self>, ReadError> {
        if let Consensus::Work(_) = spec.consensus() {
            return Ok(None);
        }
        let missing = || ReadError::Corrupt {
            what: format!("the state after height {} holds no validator sets", parent.height),
        };
        Ok(Some(Self { sets: validator_sets(read)?.ok_or_else(missing)? }))
    }

    /// `validators_hash` and `next_validators_hash` of the block.
    pub(super) fn hashes(&self) -> (Hash32, Hash32) {
        (self.sets.current.hash(), self.sets.next.hash())
    }

    /// Checks what the header says of the sets and of whose turn it was, and the certificate of the parent.
    pub(super) fn check(&self, spec: &ChainSpec, block: &Block<Checked>) -> Result<(), BlockError> {
        let header = block.header();
        let (current, next) = self.hashes();
        let hashes = [
            ("validators_hash", header.validators_hash, current),
            ("next_validators_hash", header.next_validators_hash, next),
        ];
        if let Some((field, got, want)) = hashes.into_iter().find(|(_, got, want)| got != want) {
            return Err(BlockError::Root { field, got, want });
        }
        if let Seal::Stake { round } = header.seal {
            let want = self.sets.current.proposer(header.height, round).account;
            if header.proposer != want {
                return Err(BlockError::NotProposer { got: header.proposer, want, round });
            }
        }
        if let Some(certificate) = block.last_commit()
            && !planted!(spec, SKIP_CERTIFICATES)
        {
            let verified = certificate.verify(&spec.chain_id(), &self.sets.last);
            verified.map_err(BlockError::Certificate)?;
        }
        Ok(())
    }

    /// What a block does after its fees are paid (rule B-20). Who signed the certificate is not checked again.
    pub(super) fn end_block(
        &self,
        view: &StateView<'_>,
        ctx: &BlockContext<'_>,
        proposer: AccountId,
        last_commit: Option<&Certificate>,
    ) -> Result<(), BlockError> {
        let absent = last_commit.map(|certificate| self.absent(certificate)).transpose();
        let absent = absent.map_err(BlockError::Certificate)?.unwrap_or_default();
        Ok(end_block(view, ctx, proposer, &absent)?)
    }

    /// Who of the parent's validators did not sign its certificate.
    fn absent(&self, certificate: &Certificate) -> Result<Vec<AccountId>, CertificateError> {
        let signed = certificate.signers(&self.sets.last)?;
        let has_signed = |account: &AccountId| signed.iter().any(|(v, _)| v.account == *account);
        Ok(self.sets.last.iter().map(|v| v.account).filter(|account| !has_signed(account)).collect())
    }
}
