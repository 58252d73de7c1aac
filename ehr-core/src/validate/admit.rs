//! Checking one transaction for the mempool.

use super::execute::context;
use crate::block::{ChainSpec, Header};
use crate::crypto::signature::SignatureCache;
use crate::primitives::Timestamp;
use crate::state::{StateView, TxError, apply_cached};
use crate::store::LedgerRead;
use crate::tx::Tx;

/// Whether a transaction could be the first in the block after `tip`, signatures included. `now` is the local
/// clock; the block's time would not be before it.
///
/// # Errors
/// The rule broken. [`TxError::is_transient`] tells whether it may become valid.
pub fn admit(
    spec: &ChainSpec,
    read: &dyn LedgerRead,
    tip: &Header,
    now: Timestamp,
    tx: &Tx,
) -> Result<(), TxError> {
    admit_cached(spec, read, tip, now, tx, &SignatureCache::new())
}

/// As [`admit`], with what a node's cache knows; it learns the signatures found valid.
///
/// # Errors
/// As [`admit`].
pub fn admit_cached(
    spec: &ChainSpec,
    read: &dyn LedgerRead,
    tip: &Header,
    now: Timestamp,
    tx: &Tx,
    cache: &SignatureCache,
) -> Result<(), TxError> {
    let height = tip.height.next().unwrap_or(tip.height);
    let ctx = context(spec, height, now.max(tip.time.plus(1)));
    apply_cached(&StateView::new(read), &ctx, tx, cache).map(|_| ())
}
