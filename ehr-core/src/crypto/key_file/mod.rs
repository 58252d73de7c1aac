//! Key files: secrets under a passphrase (`docs/spec/keys.md`, rules K-9 to K-12).

mod error;
mod file;
mod params;

pub use error::{KeyFileError, KeyFileParam};
pub use file::KeyFile;
pub use params::Argon2Params;
