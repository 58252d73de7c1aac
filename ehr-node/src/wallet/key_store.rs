//! The keys of an institution that votes, in one file of its ledger's folder, sealed under a passphrase.

use super::Voter;
use ehr_core::client::{AccountKeys, ClientError};
use ehr_core::codec::{DecodeError, EncodeError, Wire};
use ehr_core::crypto::key_file::{Argon2Params, KeyFile, KeyFileError};
use rand_core::CryptoRng;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Name of the file.
pub const KEY_FILE: &str = "institution.key";
/// Bytes of the seed of the vote key, which come first.
const SEED: usize = 32;

/// Keys that cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyStoreError {
    /// The file.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is no key file.
    #[error("{}: {error}", .path.display())]
    NoKeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        error: DecodeError,
    },
    /// It does not open.
    #[error("{}: {error}", .path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeyFileError,
    },
    /// What is in it are no keys.
    #[error(transparent)]
    Keys(#[from] ClientError),
    /// They could not be encoded; not reachable.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Voter {
    /// Keeps the keys in `dir`, readable by its owner only.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, dir: &Path, passphrase: &[u8], rng: &mut impl CryptoRng) -> Result<(), KeyStoreError> {
        let path = dir.join(KEY_FILE);
        let mut content = Zeroizing::new(self.seed().to_vec());
        let keys = self.keys().to_bytes()?;
        content.reserve_exact(keys.len());
        content.extend_from_slice(&keys);
        let sealed = KeyFile::seal(passphrase, Argon2Params::default(), &content, rng);
        let sealed =
            sealed.map_err(|error| KeyStoreError::Sealed { path: path.clone(), error })?.to_bytes()?;
        let written = std::fs::create_dir_all(dir).and_then(|()| write(&path, &sealed));
        written.map_err(|error| KeyStoreError::Io { path, error })
    }

    /// Reads them back.
    ///
    /// # Errors
    /// There is no such file, the passphrase is another, or the file is damaged.
    pub fn load(dir: &Path, passphrase: &[u8]) -> Result<Self, KeyStoreError> {
        let path = dir.join(KEY_FILE);
        let bytes = std::fs::read(&path).map_err(|error| KeyStoreError::Io { path: path.clone(), error })?;
        let file = KeyFile::from_bytes(&bytes)
            .map_err(|error| KeyStoreError::NoKeyFile { path: path.clone(), error })?;
        let damaged = |error| KeyStoreError::Sealed { path: path.clone(), error };
        let content = file.open(passphrase).map_err(damaged)?;
        let (seed, keys) =
            content.split_first_chunk::<SEED>().ok_or_else(|| damaged(KeyFileError::Damaged))?;
        Ok(Self::new(Arc::new(AccountKeys::from_bytes(keys, None)?), Zeroizing::new(*seed)))
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ehr_core::tx::Role;

    #[test]
    fn keys_come_back_with_their_passphrase_only() {
        let dir = tempfile::tempdir().unwrap();
        let mut rng = crate::wallet::os_rng().unwrap();
        let keys = AccountKeys::generate(Role::Institution, &mut rng).unwrap();
        let voter = Voter::generate(keys.into(), &mut rng);
        voter.save(dir.path(), b"right", &mut rng).unwrap();
        let back = Voter::load(dir.path(), b"right").unwrap();
        assert_eq!(back.keys().id(), voter.keys().id());
        assert_eq!(back.seed(), voter.seed());
        let wrong = Voter::load(dir.path(), b"wrong").err().unwrap();
        assert!(matches!(wrong, KeyStoreError::Sealed { error: KeyFileError::WrongPassphraseOrDamaged, .. }));
        assert!(voter.save(dir.path(), b"other", &mut rng).is_err(), "keys are not written over");
        let bytes = std::fs::read(dir.path().join(KEY_FILE)).unwrap();
        assert!(!bytes.windows(32).any(|part| part == voter.seed()), "the seed is not in the file");
    }
}
