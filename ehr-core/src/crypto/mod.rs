//! Cryptography: one hash, one signature rule, one sealing format, one wrap. Randomness is always an argument.

pub mod domain;
pub mod hash;
pub mod signature;
