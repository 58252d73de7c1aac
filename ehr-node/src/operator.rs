//! Whose ledger folder it is: a small file beside the ledger, `node.json`.

use ehr_core::primitives::AccountId;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Name of the file.
pub const FILE: &str = "node.json";

#[derive(Serialize, Deserialize)]
struct NodeFile {
    /// The institution's account, hex.
    operator: AccountId,
}

/// Notes the institution that keeps the ledger in `dir`, which must be open: nobody else may write there. The file comes
/// into its place complete and synced, so that a crash leaves the old one or the new one.
///
/// # Errors
/// The file cannot be written.
pub fn write(dir: &Path, operator: AccountId) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(&NodeFile { operator })?;
    let new = dir.join(format!("{FILE}.new"));
    let mut file = File::create(&new)?;
    file.write_all(&text)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&new, dir.join(FILE))?;
    // Windows cannot open a folder as a file, and writes names through.
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
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

    #[test]
    fn writing_replaces_the_file_and_does_not_change_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("old");
        write(dir.path(), AccountId([7; 32])).unwrap();
        let before = std::fs::read(dir.path().join(FILE)).unwrap();
        std::fs::hard_link(dir.path().join(FILE), &old).unwrap();
        // What a crash left unfinished does not matter.
        std::fs::write(dir.path().join("node.json.new"), "longer than what is written over it".repeat(9))
            .unwrap();
        write(dir.path(), AccountId([8; 32])).unwrap();
        assert_eq!(read(dir.path()).unwrap(), Some(AccountId([8; 32])));
        assert_eq!(std::fs::read(old).unwrap(), before);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
