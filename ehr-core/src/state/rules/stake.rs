//! Rules ST-1 to ST-7: stake (kinds 34 to 37).

use super::Run;
use crate::state::TxError;
use crate::tx::{ReportEvidence, Stake, Unjail, Unstake};

/// Kind 34.
pub(crate) fn stake(_run: &mut Run<'_, '_, '_>, _stake: &Stake) -> Result<(), TxError> {
    Err(TxError::NoAuthority)
}

/// Kind 35.
pub(super) fn unstake(_run: &mut Run<'_, '_, '_>, _unstake: &Unstake) -> Result<(), TxError> {
    Err(TxError::NoAuthority)
}

/// Kind 36.
pub(super) fn unjail(_run: &mut Run<'_, '_, '_>, _unjail: &Unjail) -> Result<(), TxError> {
    Err(TxError::NoAuthority)
}

/// Kind 37.
pub(super) fn report(_run: &mut Run<'_, '_, '_>, _report: &ReportEvidence) -> Result<(), TxError> {
    Err(TxError::NoAuthority)
}
