//! Why the demonstration stopped. Holds ids, counts and paths, never what is in a record.

use crate::commands::verify::VerifyError;
use crate::driver::{NodeError, StartError};
use crate::wallet::KeyStoreError;
use ehr_core::block::GenesisError;
use ehr_core::client::ClientError;
use ehr_core::crypto::signature::SignError;
use ehr_core::crypto::wrap::WrapError;
use ehr_core::primitives::ContentId;
use ehr_core::store::{BlobError, ReadError, StoreError};
use std::path::PathBuf;

/// Something that should have worked did not.
#[derive(Debug, thiserror::Error)]
pub(super) enum DemoError {
    #[error("{} holds a ledger already: choose another folder, or remove it", .0.display())]
    FolderInUse(PathBuf),
    #[error("{}: {error}", .path.display())]
    Folder { path: PathBuf, error: std::io::Error },
    #[error("{}: {error}", .path.display())]
    Open { path: PathBuf, error: StoreError },
    #[error("{}: {error}", .path.display())]
    Bodies { path: PathBuf, error: BlobError },
    #[error("no input could be read")]
    NoInput,
    #[error("the operating system gives no randomness: {0}")]
    Random(#[from] getrandom::Error),
    #[error("the system's threads do not start: {0}")]
    Runtime(std::io::Error),
    #[error("new ledger: {0}")]
    Genesis(#[from] GenesisError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    #[error(transparent)]
    Wrap(#[from] WrapError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{0} is in no blob store that was asked")]
    NoBlob(ContentId),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A claim of the story that turned out false.
    #[error("should not happen: {0}")]
    Broken(String),
}

/// Makes a failed expectation an error.
pub(super) fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<(), DemoError> {
    if holds { Ok(()) } else { Err(DemoError::Broken(what())) }
}
