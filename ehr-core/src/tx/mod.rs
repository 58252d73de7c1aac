//! Transactions: what is signed, and who must sign it.
//!
//! A signed transaction is `[body bytes, [[account, key id, signature], …]]`: signatures cover the carried bytes,
//! so nobody re-encodes to verify (rule T-1). One file per family of kinds; a new kind is a new variant of
//! [`Payload`], a row in `docs/spec/transactions.md` and a rule in `state/rules`.

mod account;
mod envelope;
mod institution;
mod named;
mod record;
mod scope;
mod sharing;
mod signed;
mod stake;

pub use account::{Caps, DeviceKey, EnrolAccount, KeyRotate, Role};
pub use envelope::{Payload, TX_VERSION, TxBody};
pub use institution::{AdmitInstitution, Rekey, SetMembership};
pub use record::{
    CoSign, Proposed, RecordCreate, RecordPropose, RecordReject, RejectReason, VersionAppend, VersionContent,
};
pub use scope::{RotateReason, ScopeCreate, ScopeRotate};
pub use sharing::{
    AccessRequest, Acknowledge, DenyCode, DenyRequest, Grant, ReleaseReceipt, Revoke, RevokeTarget,
};
pub use signed::{KeyId, SignatureEntry, SignedTx, Tx};
pub use stake::{ReportEvidence, Stake, Unjail, Unstake};
