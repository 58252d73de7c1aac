//! What the ledger knows, and what a transaction changes of it.
//!
//! [`apply`] is a pure function: a [`StateView`] and a transaction in, a [`StateDelta`] and a receipt out. The entries
//! are one small file each in `entries/`, the rules one named function each in `rules/` (`docs/spec/state.md`,
//! `docs/spec/transactions.md`).

mod apply;
mod claims;
mod context;
mod delta;
mod draft;
mod entries;
mod error;
mod facts;
mod genesis;
mod key;
mod name;
mod params;
mod rules;
mod stake;
#[cfg(any(test, feature = "testing"))]
pub mod testkit;
mod view;

pub use apply::apply;
pub(crate) use apply::{apply_cached, apply_claiming, credit};
pub(crate) use claims::Claims;
pub use context::BlockContext;
pub use delta::{EncodedChange, StateDelta};
pub(crate) use draft::Draft;
pub use entries::{
    Account, AccountGrants, DeviceSlot, GrantEntry, GrantStatus, Institution, LiveGrant, Liveness,
    Membership, MembershipId, Missed, Nonces, Offence, OffenceId, PendingRotation, Proposal, ProposalStatus,
    Record, Registry, Request, RequestStatus, Scope, SetEntry, SetSlot, StakeEntry, Stakers, Unbonding,
    Version, VersionId,
};
pub use error::TxError;
pub use facts::{explain_access, explain_grant};
pub(crate) use genesis::{GenesisState, genesis_state};
pub use key::Entry;
pub use params::Params;
pub use rules::signers::{Authority, signers_of};
pub use stake::{Sets, validator_sets};
pub(crate) use stake::{end_block, ranges as stake_ranges};
pub use view::{Replaced, StateRead, StateView};
