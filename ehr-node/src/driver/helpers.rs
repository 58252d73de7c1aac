//! Threads that verify signatures while blocks are executed.

use ehr_core::crypto::signature::{Helpers, Share};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A few threads for the signatures of blocks, kept as long as this is. What they do changes how long validating takes, and
/// no verdict.
///
/// ```
/// use ehr_core::crypto::signature::SignatureCache;
/// use ehr_node::driver::SignatureThreads;
///
/// let cache = match SignatureThreads::beside_one()? {
///     Some(threads) => SignatureCache::with_helpers(threads),
///     None => SignatureCache::new(), // there is one core
/// };
/// # drop(cache);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct SignatureThreads(ThreadPool);

impl SignatureThreads {
    /// So many threads.
    ///
    /// # Errors
    /// The operating system gave none.
    pub fn start(threads: NonZeroUsize) -> io::Result<Arc<Self>> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.get())
            .thread_name(|n| format!("ehr-signatures-{n}"))
            // Whoever needs a verdict that a thread did not give verifies by itself.
            .panic_handler(drop)
            .build();
        pool.map(|pool| Arc::new(Self(pool))).map_err(io::Error::other)
    }

    /// As many as there are cores beside the one that executes blocks; none if that is the only one.
    ///
    /// # Errors
    /// As [`SignatureThreads::start`].
    pub fn beside_one() -> io::Result<Option<Arc<Self>>> {
        NonZeroUsize::new(cores_beside_one()).map(Self::start).transpose()
    }
}

impl Helpers for SignatureThreads {
    fn help(&self, share: Share) {
        self.0.spawn_fifo(move || share.verify());
    }
}

/// How many cores this process has beside the one that executes blocks.
pub(super) fn cores_beside_one() -> usize {
    std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1)
}
