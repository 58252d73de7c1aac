//! Why stake did not change.

use crate::commands::folders::FolderError;
use crate::driver::{NodeError, StartError};
use crate::wallet::KeyStoreError;
use ehr_core::client::ClientError;
use ehr_core::crypto::signature::SignError;
use ehr_core::store::{ReadError, StoreError};
use std::path::PathBuf;

/// Something that was asked for and not done. The ledgers are as before, or hold what was decided.
#[derive(Debug, thiserror::Error)]
pub(super) enum StakeError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{}: {error}", .path.display())]
    Open { path: PathBuf, error: StoreError },
    #[error("{}: the folder holds no ledger with a genesis; `ehr verify` says more", .0.display())]
    NoChain(PathBuf),
    #[error("{}: blocks of this chain are mined: nobody puts up stake", .0.display())]
    Mined(PathBuf),
    #[error("{}: a ledger of another chain than the others here", .0.display())]
    OtherChain(PathBuf),
    #[error("no ledger folder is called {name}; there are {}", .names.join(", "))]
    NoSuch { name: String, names: Vec<String> },
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    #[error("the system's threads do not start: {0}")]
    Runtime(std::io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Read(#[from] ReadError),
}
