//! What institutions cosign (`docs/spec/checkpoints.md`). They sign with [`sign`](super::signing::sign) in the domain
//! `Checkpoint`.

use super::args::{decode, fixed};
use super::stake::encode;
use crate::EhrError;
use ehr_core::consensus::Weight;
use ehr_core::light::checkpoint::{Checkpoint, CosignedCheckpoint, Cosigners, SplitView};
use ehr_core::primitives::AccountId;

/// The checkpoint of a header; `weight` is that of the chain up to it, 32 bytes big-endian.
///
/// # Errors
/// `Malformed`; `InvalidArgument`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn checkpoint_of(header: Vec<u8>, weight: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let weight = Weight::from_be_bytes(fixed("weight", &weight)?);
    encode(&Checkpoint::of(&decode(&header)?, weight))
}

/// What is signed of a checkpoint (rule CP-2).
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn checkpoint_message(checkpoint: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(decode::<Checkpoint>(&checkpoint)?.message())
}

/// Checks that a checkpoint is cosigned as demanded (rule CP-5). Returns how many known institutions signed.
///
/// # Errors
/// `Malformed`; `Refused` names what is wrong.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_cosigned(cosigners: Vec<u8>, cosigned: Vec<u8>) -> Result<u32, EhrError> {
    let (known, cosigned): (Cosigners, CosignedCheckpoint) = (decode(&cosigners)?, decode(&cosigned)?);
    let signed = known.verify(&cosigned).map_err(EhrError::refused)?;
    u32::try_from(signed).map_err(EhrError::internal)
}

/// Checks that an institution vouched for two histories (rule CP-7). Returns which.
///
/// # Errors
/// `Malformed`; `Refused` names what is wrong.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_split_view(cosigners: Vec<u8>, split_view: Vec<u8>) -> Result<AccountId, EhrError> {
    decode::<SplitView>(&split_view)?.verify(&decode(&cosigners)?).map_err(EhrError::refused)
}
