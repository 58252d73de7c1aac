//! The pool itself.

use super::Priority;
use crate::primitives::{AccountId, Height, TxId};
use crate::tx::Tx;
use std::collections::{BTreeMap, BTreeSet};

/// How much the pool holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// Transactions.
    pub count: usize,
    /// Bytes of all transactions.
    pub bytes: usize,
    /// Transactions of one fee payer.
    pub per_sender: usize,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self { count: 20_000, bytes: 32 * 1024 * 1024, per_sender: 10_000 }
    }
}

/// Why the pool did not take a transaction. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolRefusal {
    /// It is here already.
    #[error("transaction is already waiting")]
    Known,
    /// Another transaction of the same payer and nonce pays too much to be replaced (rule MP-3).
    #[error("nonce {nonce} is taken: a replacement must pay at least {needed}, not {fee}")]
    Underpriced {
        /// The nonce both use.
        nonce: u64,
        /// Least fee that replaces.
        needed: u64,
        /// Fee offered.
        fee: u64,
    },
    /// The fee payer has as many waiting as one may have (rule MP-2).
    #[error("fee payer already has {limit} transactions waiting")]
    SenderFull {
        /// The limit.
        limit: usize,
    },
    /// The pool is full of transactions with at least this priority (rule MP-4).
    #[error("pool is full ({count} transactions, {bytes} bytes) and this one does not go before any of them")]
    Full {
        /// Transactions held.
        count: usize,
        /// Bytes held.
        bytes: usize,
    },
}

/// What taking a transaction did to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inserted {
    /// Same payer and nonce, lower fee.
    pub replaced: Option<TxId>,
    /// Pushed out to make room.
    pub evicted: Vec<TxId>,
}

#[derive(Clone, Debug)]
struct Entry {
    tx: Tx,
    priority: Priority,
}

/// Waiting transactions.
#[derive(Clone, Debug, Default)]
pub struct Mempool {
    limits: PoolLimits,
    entries: BTreeMap<TxId, Entry>,
    senders: BTreeMap<AccountId, BTreeMap<u64, TxId>>,
    by_load: BTreeSet<(usize, AccountId)>,
    by_priority: BTreeSet<Priority>,
    bytes: usize,
    arrivals: i64,
    returns: i64,
}

impl Mempool {
    /// An empty pool.
    pub fn new(limits: PoolLimits) -> Self {
        Self { limits, ..Self::default() }
    }
    /// Transactions waiting.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
    /// Bytes of all waiting transactions.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
    /// A waiting transaction.
    pub fn get(&self, id: &TxId) -> Option<&Tx> {
        self.entries.get(id).map(|e| &e.tx)
    }
    /// Whether a transaction waits.
    pub fn contains(&self, id: &TxId) -> bool {
        self.entries.contains_key(id)
    }

    /// The highest nonce among the waiting transactions of a payer.
    pub fn highest_nonce(&self, payer: &AccountId) -> Option<u64> {
        self.senders.get(payer)?.last_key_value().map(|(nonce, _)| *nonce)
    }

    /// Takes a transaction whose rules were checked by the caller.
    pub fn insert(&mut self, tx: Tx) -> Result<Inserted, PoolRefusal> {
        let arrival = self.arrivals;
        let done = self.place(tx, arrival)?;
        self.arrivals = self.arrivals.saturating_add(1);
        Ok(done)
    }

    /// Takes back transactions of blocks that were undone, in their order on that branch. At the same fee they go
    /// before all that arrived since (rule MP-6). Returns those that found no room or had to make it.
    pub fn restore(&mut self, txs: Vec<Tx>) -> Vec<TxId> {
        let mut lost = Vec::new();
        for tx in txs.into_iter().rev() {
            let id = tx.id();
            self.returns = self.returns.saturating_sub(1);
            let arrival = self.returns;
            match self.place(tx, arrival) {
                Ok(done) => lost.extend(done.replaced.into_iter().chain(done.evicted)),
                Err(PoolRefusal::Known) => {}
                Err(_) => lost.push(id),
            }
        }
        lost
    }

    fn place(&mut self, tx: Tx, arrival: i64) -> Result<Inserted, PoolRefusal> {
        let (id, payer, nonce, fee) = (tx.id(), tx.body().fee_payer, tx.body().nonce, tx.body().fee);
        if self.entries.contains_key(&id) {
            return Err(PoolRefusal::Known);
        }
        let priority = Priority::new(&tx, arrival);
        let rival = self.senders.get(&payer).and_then(|s| s.get(&nonce)).copied();
        if let Some(old) = rival.and_then(|r| self.entries.get(&r)) {
            // A tenth more, and at least one credit: replacing must cost, or it floods the network for free.
            let old_fee = old.tx.body().fee;
            let needed = old_fee.saturating_add((old_fee / 10).max(1));
            if fee < needed {
                return Err(PoolRefusal::Underpriced { nonce, needed, fee });
            }
        }
        let load = self.load(&payer);
        if rival.is_none() && load >= self.limits.per_sender {
            return Err(PoolRefusal::SenderFull { limit: self.limits.per_sender });
        }
        let evicted = self.room_for(&tx, &priority, rival)?;
        if let Some(old) = rival {
            self.remove(&old);
        }
        for e in &evicted {
            self.remove(e);
        }
        self.bytes = self.bytes.saturating_add(tx.bytes().len());
        self.by_priority.insert(priority);
        let load = self.load(&payer);
        self.by_load.remove(&(load, payer));
        self.by_load.insert((load.saturating_add(1), payer));
        self.senders.entry(payer).or_default().insert(nonce, id);
        self.entries.insert(id, Entry { tx, priority });
        Ok(Inserted { replaced: rival, evicted })
    }

    /// Which transactions must go for this one to fit (rule MP-4): first those that pay less per byte, lowest
    /// first; among equals, the newest of whoever has most waiting, so that a flood pushes out only itself.
    fn room_for(&self, tx: &Tx, priority: &Priority, rival: Option<TxId>) -> Result<Vec<TxId>, PoolRefusal> {
        let freed = rival.and_then(|r| self.entries.get(&r)).map_or(0, |e| e.tx.bytes().len());
        let mut count = self.entries.len().saturating_sub(usize::from(rival.is_some()));
        let mut bytes = self.bytes.saturating_sub(freed);
        let full = PoolRefusal::Full { count: self.entries.len(), bytes: self.bytes };
        let fits = |count: usize, bytes: usize| {
            count < self.limits.count && bytes.saturating_add(tx.bytes().len()) <= self.limits.bytes
        };
        let mut gone = Vec::new();
        let mut cheapest = self.by_priority.iter().rev();
        let own_load = self.load(&tx.body().fee_payer);
        let heaviest = self.by_load.last().copied();
        let mut newest = heaviest
            .filter(|(load, who)| *load > own_load.saturating_add(1) && *who != tx.body().fee_payer)
            .and_then(|(_, who)| self.senders.get(&who))
            .map(|s| s.values().rev());
        while !fits(count, bytes) {
            let poorer = cheapest.by_ref().find(|p| Some(p.id()) != rival).filter(|p| {
                p.rate() < priority.rate()
                    || (p.rate() == priority.rate() && priority.arrival() < 0 && p.arrival() >= 0)
            });
            let victim = match poorer {
                Some(p) => p.id(),
                None => {
                    // Its dearer ones stay: they must not shield the cheap ones below them.
                    let next = newest.as_mut().and_then(|ids| {
                        ids.find(|id| {
                            self.entries.get(id).is_some_and(|e| e.priority.rate() <= priority.rate())
                        })
                    });
                    *next.ok_or(full.clone())?
                }
            };
            if gone.contains(&victim) {
                continue;
            }
            let size = self.entries.get(&victim).map_or(0, |e| e.tx.bytes().len());
            count = count.saturating_sub(1);
            bytes = bytes.saturating_sub(size);
            gone.push(victim);
        }
        Ok(gone)
    }

    fn load(&self, payer: &AccountId) -> usize {
        self.senders.get(payer).map_or(0, BTreeMap::len)
    }

    /// Removes a transaction, if it waits.
    pub fn remove(&mut self, id: &TxId) -> Option<Tx> {
        let entry = self.entries.remove(id)?;
        let (payer, nonce) = (entry.tx.body().fee_payer, entry.tx.body().nonce);
        self.bytes = self.bytes.saturating_sub(entry.tx.bytes().len());
        self.by_priority.remove(&entry.priority);
        let load = self.load(&payer);
        self.by_load.remove(&(load, payer));
        if let Some(sender) = self.senders.get_mut(&payer) {
            sender.remove(&nonce);
            if sender.is_empty() {
                self.senders.remove(&payer);
            } else {
                self.by_load.insert((load.saturating_sub(1), payer));
            }
        }
        Some(entry.tx)
    }

    /// A block was connected: its transactions leave, with rivals for their nonces and those whose window of
    /// heights has ended (rule MP-5). Returns those that left without being in the block.
    pub fn connected<'a>(&mut self, txs: impl Iterator<Item = &'a Tx>, height: Height) -> Vec<TxId> {
        let mut dropped = Vec::new();
        for tx in txs {
            let rival = self.senders.get(&tx.body().fee_payer).and_then(|s| s.get(&tx.body().nonce)).copied();
            if let Some(id) = rival {
                self.remove(&id);
                dropped.extend(Some(id).filter(|id| *id != tx.id()));
            }
        }
        let expired: Vec<TxId> =
            self.entries.values().filter(|e| e.tx.body().valid_until <= height).map(|e| e.tx.id()).collect();
        for id in &expired {
            self.remove(id);
        }
        dropped.extend(expired);
        dropped
    }

    /// Waiting transactions in the order a block takes them: by priority, but each payer's by nonce.
    pub fn candidates(&self) -> impl Iterator<Item = &Tx> {
        let mut heads: BTreeSet<(Priority, AccountId, u64)> = BTreeSet::new();
        for (payer, by_nonce) in &self.senders {
            if let Some((nonce, id)) = by_nonce.first_key_value()
                && let Some(e) = self.entries.get(id)
            {
                heads.insert((e.priority, *payer, *nonce));
            }
        }
        core::iter::from_fn(move || {
            let (priority, payer, nonce) = heads.pop_first()?;
            let after = (core::ops::Bound::Excluded(nonce), core::ops::Bound::Unbounded);
            if let Some((next, id)) = self.senders.get(&payer).and_then(|s| s.range(after).next())
                && let Some(e) = self.entries.get(id)
            {
                heads.insert((e.priority, payer, *next));
            }
            self.entries.get(&priority.id()).map(|e| &e.tx)
        })
    }
}
