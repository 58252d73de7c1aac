//! Why something cannot be shown.

use crate::commands::folders::FolderError;
use ehr_core::primitives::{Height, ParseHexError};
use ehr_core::store::ReadError;

/// Something that was asked for and is not there, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShowError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{what}: not an id: ids have {} hex digits; --json prints them in full", .error.expected)]
    Id { what: &'static str, error: ParseHexError },
    #[error("no block at height {height}: the chain ends at {tip}")]
    NoHeight { height: u64, tip: Height },
    #[error("no {what} {id} on this chain")]
    Unknown { what: &'static str, id: String },
    #[error("block {height}: {why}; `ehr verify` says more")]
    Damaged { height: Height, why: String },
    #[error("blocks of this chain are mined: it has no validators")]
    NoValidators,
    #[error("the folder holds a ledger without genesis or tip; `ehr verify` says more")]
    NoChain,
}

/// Reads an id as it was typed.
pub(super) fn parse<T: std::str::FromStr<Err = ParseHexError>>(
    what: &'static str,
    text: &str,
) -> Result<T, ShowError> {
    text.to_ascii_lowercase().parse().map_err(|error| ShowError::Id { what, error })
}
