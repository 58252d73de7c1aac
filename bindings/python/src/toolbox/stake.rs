//! Validators, certificates and evidence; the light client under stake; checkpoints.

use super::Toolbox;
use super::records::{Facts, shown};
use crate::args::{Data, IdArg};
use crate::error::call;
use crate::ids::{AccountId, BlockId, ChainId};
use ehr_core::primitives::{Height, Timestamp};
use ehr_ffi::toolbox::{checkpoints, light_stake, stake};
use pyo3::prelude::*;

type Fork = (u64, Vec<BlockId>, Vec<AccountId>, Vec<Vec<u8>>, Vec<Vec<AccountId>>);

#[pymethods]
impl Toolbox {
    #[staticmethod]
    fn validator_set_facts(py: Python<'_>, validators: Data) -> PyResult<(Vec<u8>, u64)> {
        let facts = call(py, || stake::validator_set_facts(validators.to_vec()))?;
        Ok((facts.hash, facts.total_power))
    }
    #[staticmethod]
    fn proposer(py: Python<'_>, validators: Data, height: u64, round: u32) -> PyResult<AccountId> {
        call(py, || stake::proposer(validators.to_vec(), Height(height), round)).map(AccountId)
    }
    #[staticmethod]
    fn vote_message(py: Python<'_>, chain: IdArg<ChainId>, vote: Data) -> PyResult<Vec<u8>> {
        call(py, || stake::vote_message(chain.0, vote.to_vec()))
    }
    #[staticmethod]
    fn verify_vote(py: Python<'_>, chain: IdArg<ChainId>, validators: Data, vote: Data) -> PyResult<()> {
        call(py, || stake::verify_vote(chain.0, validators.to_vec(), vote.to_vec()))
    }
    #[staticmethod]
    fn proposal_message(py: Python<'_>, chain: IdArg<ChainId>, proposal: Data) -> PyResult<Vec<u8>> {
        call(py, || stake::proposal_message(chain.0, proposal.to_vec()))
    }
    #[staticmethod]
    fn verify_proposal(
        py: Python<'_>,
        chain: IdArg<ChainId>,
        validators: Data,
        proposal: Data,
    ) -> PyResult<()> {
        call(py, || stake::verify_proposal(chain.0, validators.to_vec(), proposal.to_vec()))
    }
    #[staticmethod]
    fn verify_certificate(
        py: Python<'_>,
        chain: IdArg<ChainId>,
        validators: Data,
        certificate: Data,
    ) -> PyResult<u64> {
        call(py, || stake::verify_certificate(chain.0, validators.to_vec(), certificate.to_vec()))
    }
    #[staticmethod]
    fn verify_evidence(
        py: Python<'_>,
        chain: IdArg<ChainId>,
        validators: Data,
        evidence: Data,
    ) -> PyResult<AccountId> {
        let convicted = call(py, || stake::verify_evidence(chain.0, validators.to_vec(), evidence.to_vec()));
        convicted.map(AccountId)
    }

    #[staticmethod]
    fn stake_anchor(py: Python<'_>, header: Data, next_validators: Data) -> PyResult<Vec<u8>> {
        call(py, || light_stake::stake_anchor(header.to_vec(), next_validators.to_vec()))
    }
    #[staticmethod]
    fn cosigned_anchor(
        py: Python<'_>,
        cosigners: Data,
        cosigned: Data,
        header: Data,
        next_validators: Data,
    ) -> PyResult<Vec<u8>> {
        let (cosigners, cosigned) = (cosigners.to_vec(), cosigned.to_vec());
        call(py, || {
            light_stake::cosigned_anchor(cosigners, cosigned, header.to_vec(), next_validators.to_vec())
        })
    }
    #[staticmethod]
    fn light_step(
        py: Python<'_>,
        anchor: Data,
        trusting_ms: u64,
        now: u64,
        block: Data,
    ) -> PyResult<(Option<Vec<u8>>, Option<u64>)> {
        let (anchor, block) = (anchor.to_vec(), block.to_vec());
        let step = call(py, || light_stake::light_step(anchor, trusting_ms, Timestamp(now), block))?;
        Ok((step.anchor, step.need.map(|height| height.0)))
    }
    #[staticmethod]
    fn verify_stake_proof(
        py: Python<'_>,
        anchor: Data,
        trusting_ms: u64,
        now: u64,
        proof: Data,
    ) -> PyResult<(Facts, Vec<u8>)> {
        let (anchor, proof) = (anchor.to_vec(), proof.to_vec());
        let proven =
            call(py, || light_stake::verify_stake_proof(anchor, trusting_ms, Timestamp(now), proof))?;
        Ok((shown(proven.facts), proven.anchor))
    }
    #[staticmethod]
    fn verify_fork_proof(py: Python<'_>, anchor: Data, proof: Data) -> PyResult<Fork> {
        let fork = call(py, || light_stake::verify_fork_proof(anchor.to_vec(), proof.to_vec()))?;
        let accounts = |ids: Vec<_>| ids.into_iter().map(AccountId).collect::<Vec<_>>();
        let blocks = fork.blocks.into_iter().map(BlockId).collect();
        let signed = fork.signed.into_iter().map(accounts).collect();
        Ok((fork.height.0, blocks, accounts(fork.offenders), fork.evidence, signed))
    }

    #[staticmethod]
    fn checkpoint_of(py: Python<'_>, header: Data, weight: Data) -> PyResult<Vec<u8>> {
        call(py, || checkpoints::checkpoint_of(header.to_vec(), weight.to_vec()))
    }
    #[staticmethod]
    fn checkpoint_message(py: Python<'_>, checkpoint: Data) -> PyResult<Vec<u8>> {
        call(py, || checkpoints::checkpoint_message(checkpoint.to_vec()))
    }
    #[staticmethod]
    fn verify_cosigned(py: Python<'_>, cosigners: Data, cosigned: Data) -> PyResult<u32> {
        call(py, || checkpoints::verify_cosigned(cosigners.to_vec(), cosigned.to_vec()))
    }
    #[staticmethod]
    fn verify_split_view(py: Python<'_>, cosigners: Data, split_view: Data) -> PyResult<AccountId> {
        let convicted = call(py, || checkpoints::verify_split_view(cosigners.to_vec(), split_view.to_vec()));
        convicted.map(AccountId)
    }
}
