//! Two ledgers of one process.

use super::Ledger;
use super::talk::{Said, Talk};
use crate::fault::call;
use crate::host::{ProgressListener, Teller};
use crate::types::Tip;
use crate::{EhrError, Result};
use ehr_core::primitives::ContentId;
use ehr_core::tx::Tx;
use std::collections::VecDeque;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Exchanges with another ledger of this process until both have the same tip, offers each the transactions that
    /// wait at the other, and copies the sealed bodies that are missing here or there.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `InvalidArgument` for a ledger of another chain, `Refused` if one of the ledgers
    /// breaks the protocol, or a storage fails.
    pub fn sync_with(&self, other: Arc<Ledger>, listener: Option<Arc<dyn ProgressListener>>) -> Result<Tip> {
        call(|| {
            self.check_open()?;
            other.check_open()?;
            if self.spec.chain_id() != other.spec.chain_id() {
                return Err(EhrError::argument("other", "is a ledger of another chain"));
            }
            if !core::ptr::eq(self, &*other) {
                let mut teller = Teller::new("sync", listener);
                teller.tell(0, None)?;
                converse(self, &other, &mut teller)?;
                offer_waiting(self, &other)?;
                offer_waiting(&other, self)?;
                copy_bodies(self, &other, &mut teller)?;
                copy_bodies(&other, self, &mut teller)?;
            }
            self.core(|core| Ok(core.tip()))
        })
    }
}

/// Carries frames until both are silent.
fn converse(one: &Ledger, two: &Ledger, teller: &mut Teller) -> Result<()> {
    let (mut carried, mut to_two, mut to_one) = (0u64, VecDeque::new(), VecDeque::new());
    let (talk_one, said) = Talk::begin(one)?;
    to_two.extend(said.frames);
    let (talk_two, said) = Talk::begin(two)?;
    to_one.extend(said.frames);
    let mut closed = false;
    let mut noted = |said: Said, queue: &mut VecDeque<Vec<u8>>| {
        closed |= said.closed;
        queue.extend(said.frames);
    };
    loop {
        if let Some(frame) = to_two.pop_front() {
            noted(talk_two.hear(frame)?, &mut to_one);
        } else if let Some(frame) = to_one.pop_front() {
            noted(talk_one.hear(frame)?, &mut to_two);
        } else {
            noted(talk_one.tick()?, &mut to_two);
            noted(talk_two.tick()?, &mut to_one);
            if to_one.is_empty() && to_two.is_empty() {
                break;
            }
        }
        carried = carried.saturating_add(1);
        teller.tell(carried, None)?;
    }
    if closed { Err(EhrError::refused("one of the ledgers broke the protocol")) } else { Ok(()) }
}

/// Offers what waits at one ledger to another; what that one has or refuses it does without.
fn offer_waiting(from: &Ledger, to: &Ledger) -> Result<()> {
    let waiting = from.core(|core| {
        Ok(core.engine.pool().candidates().map(|tx| (tx.bytes().to_vec(), named(tx))).collect::<Vec<_>>())
    })?;
    for (bytes, bodies) in waiting {
        match to.submit_bytes(bytes) {
            Ok(_) => {
                for id in bodies {
                    copy_with_sections(from, to, &id)?;
                }
            }
            Err(EhrError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn named(tx: &Tx) -> Vec<ContentId> {
    tx.body().payload.named_bodies()
}

fn copy_bodies(from: &Ledger, to: &Ledger, teller: &mut Teller) -> Result<()> {
    let mut copied = 0u64;
    for id in to.missing(usize::MAX)? {
        copied = copied.saturating_add(copy_with_sections(from, to, &id)?);
        teller.tell(copied, None)?;
    }
    Ok(())
}

/// Copies a body and, if it is a manifest, the sections it names. Gives the number copied.
fn copy_with_sections(from: &Ledger, to: &Ledger, id: &ContentId) -> Result<u64> {
    let Some(bytes) = from.blobs.get(id)? else { return Ok(0) };
    to.blobs.put(id, &bytes)?;
    let mut copied = 1u64;
    for section in super::bodies::sections(id, &bytes) {
        if let Some(bytes) = from.blobs.get(&section)? {
            to.blobs.put(&section, &bytes)?;
            copied = copied.saturating_add(1);
        }
    }
    Ok(copied)
}
