//! Whose ledger folder it is: a small file beside the ledger, `node.json`.

use ehr_core::primitives::AccountId;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Name of the file.
pub const FILE: &str = "node.json";

#[derive(Serialize, Deserialize)]
struct NodeFile {
    /// The institution's account, hex.
    operator: AccountId,
}

/// Notes the institution that keeps the ledger in `dir`.
///
/// # Errors
/// The file cannot be written.
pub fn write(dir: &Path, operator: AccountId) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(&NodeFile { operator })?;
    std::fs::write(dir.join(FILE), text)
}

/// The institution that keeps the ledger in `dir`; none if that is not noted.
///
/// # Errors
/// The file is there and cannot be read or understood.
pub fn read(dir: &Path) -> io::Result<Option<AccountId>> {
    match std::fs::read(dir.join(FILE)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice::<NodeFile>(&bytes)?.operator)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_broken_file_is_not_taken_for_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), None);
        write(dir.path(), AccountId([7; 32])).unwrap();
        assert_eq!(read(dir.path()).unwrap(), Some(AccountId([7; 32])));
        std::fs::write(dir.path().join(FILE), "{}").unwrap();
        assert!(read(dir.path()).is_err());
    }
}
