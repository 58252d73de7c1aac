//! Checking one transaction for the mempool.

use super::execute::context;
use crate::block::{ChainSpec, Header};
use crate::primitives::Timestamp;
use crate::state::{StateView, TxError, apply};
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
    let height = tip.height.next().unwrap_or(tip.height);
    let ctx = context(spec, height, now.max(tip.time.plus(1)));
    apply(&StateView::new(read), &ctx, tx).map(|_| ())
}
