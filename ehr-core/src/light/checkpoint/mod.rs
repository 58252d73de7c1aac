//! Checkpoints that institutions cosign: a way to start, to agree on one history beside the work behind it, and to
//! convict who shows different histories to different people (`docs/spec/checkpoints.md`).
//!
//! The idea is that of the witnesses of transparency logs (C2SP `tlog-witness` and `tlog-cosignature`): somebody
//! independent signs one line about the log, and whoever reads the log demands some of these signatures.

mod cosigned;
mod cosigners;
mod error;
mod pin;
mod split_view;
mod statement;

pub use cosigned::{Cosignature, CosignedCheckpoint};
pub use cosigners::Cosigners;
pub use error::CheckpointError;
pub(super) use pin::Demand;
pub use split_view::SplitView;
pub use statement::{Checkpoint, SignedCheckpoint};
