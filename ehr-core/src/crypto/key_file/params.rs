//! What deriving a key from a passphrase costs.

use super::{KeyFileError, KeyFileParam};
use crate::codec::limits;
use argon2::{Algorithm, Argon2, Params, Version};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Cost of Argon2id (RFC 9106). The default is that RFC's second recommended choice, for machines without 2 GiB to
/// spare (section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Argon2Params {
    /// Memory in KiB, at least eight for each lane.
    pub memory: u32,
    /// Passes over the memory, at least one.
    pub passes: u32,
    /// Lanes, at least one.
    pub lanes: u32,
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self { memory: 64 * 1024, passes: 3, lanes: 4 }
    }
}

impl Argon2Params {
    /// The derivation, if its cost is within the limits (rule K-10).
    pub(super) fn argon2(self) -> Result<Argon2<'static>, KeyFileError> {
        let Self { memory, passes, lanes } = self;
        let within = |param, got, floor, limit| match got {
            got if got > limit => Err(KeyFileError::TooExpensive { param, limit, got }),
            got if got < floor => Err(KeyFileError::TooLow { param, floor, got }),
            _ => Ok(()),
        };
        within(KeyFileParam::Lanes, lanes, Params::MIN_P_COST, limits::MAX_ARGON2_LANES)?;
        within(KeyFileParam::Passes, passes, Params::MIN_T_COST, limits::MAX_ARGON2_PASSES)?;
        within(KeyFileParam::Memory, memory, lanes.saturating_mul(8), limits::MAX_ARGON2_MEMORY)?;
        let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| KeyFileError::OutOfMemory)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}
