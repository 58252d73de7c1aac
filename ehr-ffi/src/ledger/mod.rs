//! The ledger: an engine with its stores behind one handle.

mod at_desk;
mod blocks;
mod bodies;
mod drafts;
mod events;
mod frames;
mod infos;
mod lookup;
mod machine;
mod mine;
mod nonces;
mod open;
mod prove;
mod read;
mod recover;
mod shared;
mod submit;
mod sync;
mod sync_over;
mod sync_with;
mod talk;
mod verify;

pub(crate) use infos::{grant_info, version_info};

use self::machine::Core;
use crate::gate::{Gate, PATIENCE};
use crate::{Clock, Entropy, Result};
use ehr_core::block::ChainSpec;
use ehr_core::store::BlobStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// One ledger, open. May be shared by threads: a call waits for its turn. Dropping the last handle closes it; closing
/// loses nothing, as what was answered is stored.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Ledger {
    gate: Gate<Core>,
    /// Taken by who mines: two blocks on one tip would only race.
    mining: Gate<()>,
    spec: Arc<ChainSpec>,
    blobs: Arc<dyn BlobStore>,
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
    /// How long a call waits for its turn, milliseconds.
    patience: AtomicU64,
}

impl Ledger {
    fn patience(&self) -> Duration {
        Duration::from_millis(self.patience.load(Ordering::Relaxed))
    }

    /// Uses the engine. It is at what the store holds when `work` begins.
    fn core<R>(&self, work: impl FnOnce(&mut Core) -> Result<R>) -> Result<R> {
        self.gate.with(self.patience(), |core| {
            core.refresh()?;
            work(core)
        })?
    }

    /// That it is open, for calls that do not use the engine.
    fn check_open(&self) -> Result<()> {
        if self.gate.is_closed() { Err(crate::EhrError::Closed) } else { Ok(()) }
    }
}

const DEFAULT_PATIENCE: u64 = PATIENCE.as_secs() * 1000;
