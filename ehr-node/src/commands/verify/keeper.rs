//! Whose ledger it is: which bodies must be in its folder depends on it.

use super::Problem;
use crate::operator;
use ehr_core::primitives::AccountId;
use ehr_core::state::{Institution, StateRead as _, StateView};
use ehr_core::store::LedgerRead;
use std::fmt::Display;
use std::path::Path;

/// The institution that keeps the ledger in `dir`, as its folder says; none if it does not say. Anybody who can write to
/// the folder can name another account there, so that no body would be missed: it must be an admitted institution. The
/// stored state knows which are; if it is wrong itself, it does not pass the comparison with the state computed again.
pub(super) fn keeper(dir: &Path, store: &dyn LedgerRead) -> Result<Option<AccountId>, Problem> {
    let problem = |what: &dyn Display| Problem::general(format!("{}: {what}", operator::FILE));
    let Some(named) = operator::read(dir).map_err(|error| problem(&error))? else { return Ok(None) };
    match StateView::new(store).get::<Institution>(&named) {
        Ok(Some(_)) => Ok(Some(named)),
        Ok(None) => Err(problem(&format!("{named} is no admitted institution of this chain"))),
        Err(error) => Err(problem(&error)),
    }
}
