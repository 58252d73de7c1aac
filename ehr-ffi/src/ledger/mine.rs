//! Making blocks.

use super::Ledger;
use crate::fault::call;
use crate::host::{ProgressListener, Teller};
use crate::types::Mined;
use crate::{EhrError, Result};
use ehr_core::block::WorkTemplate;
use ehr_core::codec::Wire as _;
use ehr_core::engine::{Input, Refused, WorkId, block_at};
use ehr_core::primitives::{AccountId, Height, TxId};
use ehr_core::store::{LedgerRead as _, Table};
use ehr_core::validate::TxPlace;
use ehr_miner::{mine, search};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Nonces tried on the calling thread before others are started: an easy block is found sooner than a thread starts,
/// and the nonce found is the lowest one, so that tests are reproducible.
const EASY: u64 = 1 << 14;
/// How often the listener is asked whether to go on.
const PAUSE: Duration = Duration::from_millis(20);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Makes one block of the waiting transactions, on all cores. Blocks until it is found and stored; other calls go
    /// on meanwhile. When another block comes first, it begins again on that one.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Busy` when somebody else mines on this ledger, or the storage fails.
    pub fn mine(&self, proposer: AccountId, listener: Option<Arc<dyn ProgressListener>>) -> Result<Mined> {
        call(|| {
            let mut teller = Teller::new("mine", listener);
            self.mining.with(self.patience(), |()| self.mine_one(proposer, &mut teller))?
        })
    }

    /// Makes blocks until the given transaction is final, and gives the block that holds it.
    ///
    /// # Errors
    /// As [`Ledger::mine`]; `NotFound` if it neither waits nor is mined.
    pub fn mine_until_final(
        &self,
        proposer: AccountId,
        transaction: TxId,
        listener: Option<Arc<dyn ProgressListener>>,
    ) -> Result<Mined> {
        call(|| {
            let mut teller = Teller::new("mine", listener);
            self.mining.with(self.patience(), |()| {
                loop {
                    let (found, waits, last_final) = self.core(|core| {
                        let view = core.engine.view(&core.store);
                        let place = view.get(Table::TxIndex, transaction.as_ref())?;
                        let place = place.map(|bytes| TxPlace::from_bytes(&bytes)).transpose();
                        let place =
                            place.map_err(|e| EhrError::damaged(format!("index of transactions: {e}")))?;
                        Ok((place, core.engine.pool().contains(&transaction), core.engine.final_height()))
                    })?;
                    match found {
                        Some(place) if place.height <= last_final => return self.mined_at(place.height),
                        None if !waits => return Err(EhrError::not_found("transaction", transaction)),
                        _ => self.mine_one(proposer, &mut teller)?,
                    };
                }
            })?
        })
    }
}

/// What a search ended with.
enum Search {
    Found(u64),
    Stale,
}

impl Ledger {
    fn mine_one(&self, proposer: AccountId, teller: &mut Teller) -> Result<Mined> {
        loop {
            let (work, template, stop) = self.core(|core| {
                core.feed(Input::Produce { proposer })?;
                let work = core.work.as_ref().ok_or_else(|| EhrError::internal("no work was given"))?;
                Ok((work.id, work.template, Arc::clone(&work.stop)))
            })?;
            let searched = search_on_all_cores(&template, &stop, teller);
            if searched.is_err() {
                self.give_up(work);
            }
            let Search::Found(nonce) = searched? else { continue };
            if let Some(mined) = self.found(work, &template, nonce)? {
                return Ok(mined);
            }
        }
    }

    /// Hands a nonce in; none if the work is stale.
    fn found(&self, work: WorkId, template: &WorkTemplate, nonce: u64) -> Result<Option<Mined>> {
        self.core(|core| {
            if core.work.take_if(|current| current.id == work).is_none() {
                return Ok(None);
            }
            match core.feed(Input::WorkFound { work, nonce }) {
                Err(e) if e == EhrError::from(Refused::Work) => return Ok(None),
                other => other?,
            }
            let best = core.engine.best();
            if best.id != template.id(nonce) {
                return Ok(None);
            }
            Ok(Some(Mined { height: best.header.height, id: best.id, transactions: best.header.tx_count }))
        })
    }

    /// Nobody works on it any more.
    fn give_up(&self, work: WorkId) {
        // A ledger that is closed or busy now has forgotten the work, or will at the next block.
        let _ = self.core(|core| Ok(core.work.take_if(|current| current.id == work).is_some()));
    }

    fn mined_at(&self, height: Height) -> Result<Mined> {
        self.core(|core| {
            let view = core.engine.view(&core.store);
            let id = block_at(&view, height)?.ok_or_else(|| EhrError::not_found("block", height))?;
            let entry = ehr_core::engine::block_entry(&view, &id)?;
            let header = entry.ok_or_else(|| EhrError::damaged(format!("block {id} is missing")))?.header;
            Ok(Mined { height, id, transactions: header.tx_count })
        })
    }
}

/// Searches until a nonce is found, the work is stale or the listener stops it. No thread outlives the call.
fn search_on_all_cores(template: &WorkTemplate, stale: &AtomicBool, teller: &mut Teller) -> Result<Search> {
    teller.tell(0, None)?;
    if let Some(nonce) = search(template, 0..EASY) {
        return Ok(Search::Found(nonce));
    }
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (stop, tried) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let search = scope.spawn(|| mine(template, threads, &stop, &tried));
        let mut told = Ok(());
        while !search.is_finished() {
            thread::park_timeout(PAUSE);
            told = teller.tell(tried.load(Ordering::Relaxed), None);
            if told.is_err() || stale.load(Ordering::Relaxed) {
                stop.store(true, Ordering::Relaxed);
                break;
            }
        }
        let found = search.join().map_err(|_| EhrError::internal("the search stopped"))?;
        told?;
        Ok(found.map_or(Search::Stale, Search::Found))
    })
}
