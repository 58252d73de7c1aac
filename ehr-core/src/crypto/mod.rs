//! Cryptography: one hash, one signature rule, one sealing format, one wrap. Randomness is always an argument.

pub mod domain;
pub mod hash;
pub(crate) mod kdf;
pub mod key_file;
mod key_pair;
pub mod keyring;
pub mod seal;
pub mod signature;
pub mod wrap;

pub use key_pair::EncryptionKeyPair;
