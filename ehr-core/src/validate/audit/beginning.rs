//! What a walk along the chain starts from.

use super::report::Problem;
use crate::block::{ChainSpec, Genesis};
use crate::codec::Wire as _;
use crate::engine::{GENESIS_KEY, TIP_KEY, TipEntry};
use crate::store::{LedgerRead, Table};

/// The chain's specification and the stored tip.
pub(super) fn beginning(store: &dyn LedgerRead) -> Result<(ChainSpec, TipEntry), Problem> {
    let get = |key: &[u8], what: &str| match store.get(Table::Meta, key) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Problem::general(format!("{what} is missing"))),
        Err(error) => Err(Problem::general(format!("{what}: {error}"))),
    };
    let genesis = Genesis::from_bytes(&get(GENESIS_KEY, "the genesis specification")?);
    let genesis = genesis.map_err(|e| Problem::general(e.to_string()))?;
    let spec =
        ChainSpec::new(genesis).map_err(|e| Problem::general(format!("the genesis specification: {e}")))?;
    let tip = TipEntry::from_bytes(&get(TIP_KEY, "the tip")?).map_err(|e| Problem::general(e.to_string()))?;
    Ok((spec, tip))
}
