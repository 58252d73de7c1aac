//! The search for a nonce, beside the driver's thread.

use super::{Mined, NodeError};
use ehr_core::block::WorkTemplate;
use ehr_core::engine::WorkId;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Whoever waits for a block to be mined.
pub(super) type Miner = oneshot::Sender<Result<Mined, NodeError>>;

/// How a search ended: with a nonce, or stopped.
pub(super) struct Found {
    pub(super) work: WorkId,
    pub(super) nonce: Option<u64>,
}

/// A search under way. Dropping it stops it.
pub(super) struct Mining {
    pub(super) work: WorkId,
    pub(super) template: WorkTemplate,
    pub(super) waits: Option<Miner>,
    stop: Arc<AtomicBool>,
}

impl Mining {
    /// Starts a search on so many threads; the result goes to `found`, and `tried` rises by every nonce tried.
    pub(super) fn start(
        work: WorkId,
        template: WorkTemplate,
        threads: NonZeroUsize,
        tried: Arc<AtomicU64>,
        waits: Option<Miner>,
        found: mpsc::UnboundedSender<Found>,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let nonce = ehr_miner::mine(&template, threads, &stopped, &tried);
            // The driver may be gone; then nobody wants the nonce.
            let _ = found.send(Found { work, nonce });
        });
        Self { work, template, waits, stop }
    }

    /// Tells whoever waits that this search leads to nothing.
    pub(super) fn give_up(mut self, why: NodeError) {
        if let Some(waits) = self.waits.take() {
            let _ = waits.send(Err(why));
        }
    }
}

impl Drop for Mining {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
