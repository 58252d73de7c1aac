//! The invariants, checked against small models that share no code with the engine.

use super::clients::Clients;
use super::node::SimNode;
use super::report::Report;
use super::world::World;
use crate::block::{Block, ChainSpec};
use crate::consensus::Weight;
use crate::engine::{Engine, LedgerEvent, block_at, block_entry};
use crate::primitives::{BlockId, Height, TxId};
use crate::store::{LedgerRead, LedgerStore, MemoryStore, Table};
use crate::tx::Tx;
use crate::validate::{self, Base};
use std::collections::{BTreeMap, BTreeSet};

/// What must never change once it was seen.
#[derive(Default)]
pub(super) struct Checker {
    /// Block each node called final, by height: all must agree.
    finals: BTreeMap<Height, BlockId>,
    /// Client transactions in final blocks, and at which height.
    acknowledged: BTreeMap<TxId, Height>,
    /// Blocks that break a rule and were offered all the same.
    never: BTreeSet<BlockId>,
    /// Transactions of each block on each node's best chain, by height, as told.
    chains: BTreeMap<usize, BTreeMap<Height, (BlockId, Vec<Tx>)>>,
}

impl Checker {
    /// This block may be on nobody's best chain.
    pub(super) fn never(&mut self, id: BlockId) {
        self.never.insert(id);
    }

    /// Invariant 1: work never decreases at rest. What a node told of before a crash is there after it. Its pool
    /// is empty: who submitted a transaction asks again.
    pub(super) fn restarted(&mut self, index: usize, node: &SimNode) -> Result<(), String> {
        self.chains.remove(&index);
        let Some(engine) = &node.engine else { return Ok(()) };
        if engine.best().weight < node.told {
            return Err(format!("weight {} after a restart, {} was told", engine.best().weight, node.told));
        }
        Ok(())
    }

    /// Checks what a node tells.
    pub(super) fn told(
        &mut self,
        index: usize,
        node: &mut SimNode,
        event: &LedgerEvent,
        clients: &Clients,
        report: &mut Report,
    ) -> Result<(), String> {
        let Some(engine) = &node.engine else { return Ok(()) };
        match event {
            LedgerEvent::TipMoved { to, height, .. } => {
                let view = engine.view(&node.disk);
                let weight = match block_entry(&view, to) {
                    Ok(Some(entry)) => entry.total,
                    other => return Err(format!("tip {to} has no index entry: {other:?}")),
                };
                if weight < node.told {
                    return Err(format!("weight fell from {} to {weight}", node.told));
                }
                node.told = weight;
                if *to == engine.best().id {
                    self.follow(index, engine, &node.disk, *height)?;
                    clients.check(engine, &node.disk, report)?;
                }
                Ok(())
            }
            LedgerEvent::Final { height, id } => self.finalised(engine, &node.disk, *height, *id, clients),
            _ => Ok(()),
        }
    }

    /// Brings the model of a node's chain up to date. Invariant 2: no transaction is lost: what left the chain
    /// waits in the pool, is on the new branch, or cannot be valid there. Invariant 3: no bad block is on a best
    /// chain.
    fn follow(
        &mut self,
        index: usize,
        engine: &Engine,
        disk: &dyn LedgerRead,
        tip: Height,
    ) -> Result<(), String> {
        let view = engine.view(disk);
        let chain = self.chains.entry(index).or_default();
        let mut gone: Vec<Tx> = Vec::new();
        let above = chain.split_off(&Height(tip.0 + 1));
        gone.extend(above.into_values().flat_map(|(_, txs)| txs));
        let mut height = tip;
        while height > Height::ZERO {
            let id = match block_at(&view, height) {
                Ok(Some(id)) => id,
                other => return Err(format!("no block at height {height}: {other:?}")),
            };
            if chain.get(&height).is_some_and(|(known, _)| *known == id) {
                break;
            }
            if self.never.contains(&id) {
                return Err(format!("bad block {id} is on the best chain"));
            }
            let bytes = view.get(Table::Bodies, id.as_ref()).ok().flatten();
            let bytes = bytes.ok_or_else(|| format!("block {id} on the best chain has no body"))?;
            let spec = engine.spec();
            let block =
                Block::decode(&bytes).map_err(|e| e.to_string())?.check(spec).map_err(|e| e.to_string())?;
            if let Some((_, old)) = chain.insert(height, (id, block.txs().to_vec())) {
                gone.extend(old);
            }
            height = Height(height.0 - 1);
        }
        if gone.is_empty() {
            return Ok(());
        }
        let here: BTreeSet<TxId> = chain.values().flat_map(|(_, txs)| txs).map(Tx::id).collect();
        let header = &engine.best().header;
        let possible = |tx: &Tx| {
            let refused = validate::admit(engine.spec(), &view, header, header.time, tx).err();
            refused.is_none_or(|e| e.is_transient())
        };
        let missing = gone.iter().filter(|tx| !here.contains(&tx.id()) && !engine.pool().contains(&tx.id()));
        match missing.into_iter().find(|tx| possible(tx)) {
            Some(tx) => Err(format!("transaction {} left the chain and does not wait", tx.id())),
            None => Ok(()),
        }
    }

    /// Invariant 4: one block is final at a height, on all nodes for ever. Invariant 5: what was final stays.
    fn finalised(
        &mut self,
        engine: &Engine,
        disk: &dyn LedgerRead,
        height: Height,
        id: BlockId,
        clients: &Clients,
    ) -> Result<(), String> {
        let view = engine.view(disk);
        let before = self.finals.last_key_value().map_or(Height::ZERO, |(h, _)| *h);
        let mut at = height;
        let mut expected = id;
        // Everything below a final block is final too; walk down to what is known.
        loop {
            match self.finals.insert(at, expected) {
                Some(other) if other != expected => {
                    return Err(format!("{expected} is final at height {at}, {other} was before"));
                }
                Some(_) => break,
                None => {}
            }
            if at == Height::ZERO {
                break;
            }
            let entry = block_entry(&view, &expected).ok().flatten();
            expected = entry.ok_or_else(|| format!("final block {expected} has no entry"))?.header.prev;
            at = Height(at.0 - 1);
        }
        if height > before {
            for tx in clients.submitted() {
                if let Ok(Some(_)) = view.get(Table::TxIndex, tx.as_ref())
                    && Clients::height_of(&view, tx).is_some_and(|h| h <= height)
                {
                    self.acknowledged.entry(*tx).or_insert(height);
                }
            }
        }
        Ok(())
    }

    /// When everything is calm: all agree, everything acknowledged is there, and every chain, replayed from
    /// genesis, gives the same bytes of state.
    pub(super) fn at_rest(
        &self,
        world: &World,
        clients: &Clients,
        report: &mut Report,
    ) -> Result<(), String> {
        let mut tips = BTreeSet::new();
        for (index, node) in world.nodes.iter().enumerate() {
            let Some(engine) = &node.engine else { return Err(format!("node {index} is down at the end")) };
            tips.insert((engine.best().header.height, engine.best().id));
            clients.check(engine, &node.disk, report)?;
            let view = engine.view(&node.disk);
            for tx in self.acknowledged.keys() {
                if !matches!(view.get(Table::TxIndex, tx.as_ref()), Ok(Some(_))) {
                    return Err(format!("node {index} lost acknowledged transaction {tx}"));
                }
            }
            if node.disk.busy() {
                return Err(format!("node {index} still writes at the end"));
            }
        }
        if tips.len() != 1 {
            return Err(format!("nodes disagree at the end: {tips:?}"));
        }
        report.height = tips.first().map_or(0, |(h, _)| h.0);
        for (index, node) in world.nodes.iter().enumerate() {
            replay(&world.spec, node.disk.durable()).map_err(|e| format!("node {index}, replayed: {e}"))?;
        }
        let view = world.nodes.first().map(|n| n.disk.durable());
        report.on_chain = clients
            .submitted()
            .filter(|tx| view.is_some_and(|v| matches!(v.get(Table::TxIndex, tx.as_ref()), Ok(Some(_)))))
            .count() as u64;
        Ok(())
    }
}

/// Executes a stored chain from genesis into an empty store and compares every byte of state.
fn replay(spec: &ChainSpec, stored: &MemoryStore) -> Result<(), String> {
    let mut fresh = MemoryStore::default();
    fresh.commit(spec.changes()).map_err(|e| e.to_string())?;
    let mut header = spec.block().header().clone();
    let mut total = Weight::ZERO;
    let mut height = Height(1);
    while let Some(id) = block_at(stored, height).map_err(|e| e.to_string())? {
        let bytes = stored.get(Table::Bodies, id.as_ref()).map_err(|e| e.to_string())?;
        let bytes = bytes.ok_or_else(|| format!("block {id} has no body"))?;
        let block =
            Block::decode(&bytes).map_err(|e| e.to_string())?.check(spec).map_err(|e| e.to_string())?;
        let base = Base { header: &header, total };
        let executed = validate::execute(spec, &base, &fresh, &block).map_err(|e| e.to_string())?;
        fresh.commit(&executed.changes).map_err(|e| e.to_string())?;
        header = block.header().clone();
        let entry = block_entry(stored, &id).map_err(|e| e.to_string())?;
        total = entry.ok_or_else(|| format!("block {id} has no entry"))?.total;
        height = Height(height.0 + 1);
    }
    for table in [Table::State, Table::TxIndex] {
        let all = |s: &MemoryStore| s.range(table, &[], &[], usize::MAX).map_err(|e| e.to_string());
        if all(&fresh)? != all(stored)? {
            return Err(format!("{} table differs", table.name()));
        }
    }
    let root = crate::merkle::sparse::root(stored).map_err(|e| e.to_string())?;
    if root != header.state_root {
        return Err(format!("state tree has root {root}, the tip says {}", header.state_root));
    }
    Ok(())
}
