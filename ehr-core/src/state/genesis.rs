//! The state that a genesis specification describes, made by the rules that make it later.

use super::claims::Claims;
use super::rules::{Run, account, institution, stake};
use super::stake::begin;
use super::{BlockContext, Draft, Params, StateView, TxError, credit};
use crate::block::{Genesis, GenesisError, Nothing};
use crate::consensus::bft::ValidatorSet;
use crate::crypto::signature::SignatureCache;
use crate::primitives::{ChainId, Hash32, Height, TxId};
use std::collections::BTreeMap;

/// The state after block 0.
pub(crate) struct GenesisState {
    /// Every entry.
    pub(crate) entries: BTreeMap<Hash32, Option<Vec<u8>>>,
    /// Who decides the first blocks, under proof of stake.
    pub(crate) validators: Option<ValidatorSet>,
}

/// Makes the state after block 0.
pub(crate) fn genesis_state(genesis: &Genesis) -> Result<GenesisState, GenesisError> {
    let view = StateView::new(&Nothing);
    let cache = SignatureCache::new();
    // Nobody can sponsor yet.
    let params = Params { open_enrolment: true, ..genesis.params.clone() };
    let ctx = BlockContext {
        chain_id: ChainId::ZERO,
        shard: 0,
        height: Height::ZERO,
        time: genesis.time,
        params: &params,
        #[cfg(any(test, feature = "testing"))]
        bugs: crate::sim::Bug::NONE,
    };
    let each =
        |list: &'static str, index: usize, rule: &dyn Fn(&mut Run<'_, '_, '_>) -> Result<(), TxError>| {
            let mut run = Run::new(&ctx, TxId::ZERO, Draft::new(&view));
            let entry = |error| GenesisError::Entry { list, index, error };
            rule(&mut run).map_err(entry)?;
            let (delta, claims) = run.into_parts();
            let mut all = Claims::in_block(&cache);
            all.add(0, &claims).map_err(entry)?;
            if let Err(errors) = all.verify() {
                return Err(entry(errors.into_values().next().unwrap_or(TxError::NoAuthority)));
            }
            view.absorb(delta)?;
            Ok(())
        };
    for (index, enrol) in genesis.accounts.iter().enumerate() {
        each("accounts", index, &|run| account::enrol(run, enrol))?;
    }
    for (index, admit) in genesis.institutions.iter().enumerate() {
        each("institutions", index, &|run| institution::admit(run, admit))?;
    }
    for (index, balance) in genesis.balances.iter().enumerate() {
        each("balances", index, &|run| {
            run.draft.need::<super::Account>(&balance.account)?;
            Ok(credit(&mut run.draft, balance.account, balance.credits)?)
        })?;
    }
    for (index, stake) in genesis.validators.iter().enumerate() {
        each("validators", index, &|run| stake::stake(run, stake))?;
    }
    let validators = match params.consensus.stake() {
        None => None,
        Some(rules) => {
            let mut draft = Draft::new(&view);
            let set = begin(&mut draft, rules)?;
            view.absorb(draft.into_delta())?;
            Some(set)
        }
    };
    let entries = view.into_replaced()?.into_iter().map(|entry| (entry.key, entry.new)).collect();
    Ok(GenesisState { entries, validators })
}
