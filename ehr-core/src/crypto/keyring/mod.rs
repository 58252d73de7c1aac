//! Key hierarchy of an account (`docs/spec/keys.md`, rules K-1 to K-8). An institution's is the same: its members'
//! devices stand where the patient's stand.
//!
//! Devices have random keys of their own. The account's encryption key comes from a generation seed; a rotation makes
//! a new random seed, sealed to every remaining device and to the recovery key, and seals the old seed to the new
//! one. So whoever holds the newest seed holds all before it, and a removed device never sees the next.

mod account;
mod device;
mod recovery;
mod scope_key;
mod sealed;
mod seed;

pub use account::{GenerationLimit, Keyring};
pub use device::DeviceKeys;
pub use recovery::RecoveryKeys;
pub use scope_key::ScopeKey;
pub use sealed::{RestoreError, SealKeyringError, SealedKeyring};
pub use seed::GenerationSeed;
