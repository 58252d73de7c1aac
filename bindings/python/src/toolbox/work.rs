//! Genesis, headers, targets and work.

use super::Toolbox;
use crate::args::{Data, IdArg};
use crate::error::{call, exception};
use crate::ids::{BlockId, ChainId};
use ehr_core::primitives::{Height, Timestamp};
use ehr_ffi::toolbox::work::AsertRule;
use ehr_ffi::toolbox::{chain, headers, work};
use pyo3::prelude::*;
/// The first block and the tail of what is hashed, and the compact target.
type Search = (Vec<u8>, Vec<u8>, u32);

#[pymethods]
impl Toolbox {
    #[staticmethod]
    fn genesis_facts(py: Python<'_>, genesis: Data) -> PyResult<(ChainId, Vec<u8>, BlockId, Vec<u8>)> {
        let facts = call(py, || chain::genesis_facts(genesis.to_vec()))?;
        Ok((ChainId(facts.chain_id), facts.block, BlockId(facts.block_id), facts.state_root))
    }
    #[staticmethod]
    fn header_digests(header: Data) -> PyResult<(Vec<u8>, Vec<u8>, BlockId)> {
        let digests = headers::header_digests(header.to_vec()).map_err(exception)?;
        Ok((digests.digest, digests.proof_header, BlockId(digests.id)))
    }
    #[staticmethod]
    fn nonce_search(header: Data) -> PyResult<Option<Search>> {
        let search = headers::nonce_search(header.to_vec()).map_err(exception)?;
        Ok(search.map(|search| (search.first, search.tail, search.bits)))
    }
    #[staticmethod]
    fn expand_target(bits: u32) -> PyResult<(Vec<u8>, Vec<u8>)> {
        work::expand_target(bits).map(|numbers| (numbers.target, numbers.work)).map_err(exception)
    }
    #[staticmethod]
    fn leading_zeros_target(n: u8) -> PyResult<u32> {
        work::leading_zeros_target(n).map_err(exception)
    }
    #[staticmethod]
    fn meets_target(bits: u32, block_id: IdArg<BlockId>) -> PyResult<bool> {
        work::meets_target(bits, block_id.0).map_err(exception)
    }
    /// The rule: anchor, genesis time, spacing and half-life.
    #[staticmethod]
    fn asert_target(rule: (u32, u64, u64, u64), parent_height: u64, parent_time: u64) -> PyResult<u32> {
        let (anchor, genesis_time, spacing_ms, half_life_ms) = rule;
        let rule = AsertRule { anchor, genesis_time: Timestamp(genesis_time), spacing_ms, half_life_ms };
        work::asert_target(&rule, Height(parent_height), Timestamp(parent_time)).map_err(exception)
    }
}
