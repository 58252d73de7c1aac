//! State entries, one kind a file. A new kind gets a number in `namespace` and a row in
//! `docs/spec/state.md`.

mod account;
mod account_grants;
mod grant;
mod institution;
mod liveness;
mod membership;
mod nonces;
mod offence;
mod pending_rotation;
mod proposal;
mod record;
mod registry;
mod request;
mod scope;
mod stake;
mod validators;
mod version;

pub use account::{Account, DeviceSlot};
pub use account_grants::{AccountGrants, LiveGrant};
pub use grant::{GrantEntry, GrantStatus};
pub use institution::Institution;
pub use liveness::{Liveness, Missed};
pub use membership::{Membership, MembershipId};
pub use nonces::Nonces;
pub use offence::{Offence, OffenceId};
pub use pending_rotation::PendingRotation;
pub use proposal::{Proposal, ProposalStatus};
pub use record::Record;
pub use registry::Registry;
pub use request::{Request, RequestStatus};
pub use scope::Scope;
pub use stake::{StakeEntry, Stakers, Unbonding};
pub use validators::{SetEntry, SetSlot};
pub use version::{Version, VersionId};

/// First byte under the hash of a state key.
pub(crate) mod namespace {
    pub(crate) const ACCOUNT: u8 = 1;
    pub(crate) const INSTITUTION: u8 = 2;
    pub(crate) const MEMBERSHIP: u8 = 3;
    pub(crate) const SCOPE: u8 = 4;
    pub(crate) const RECORD: u8 = 5;
    pub(crate) const VERSION: u8 = 6;
    pub(crate) const PROPOSAL: u8 = 7;
    pub(crate) const GRANT: u8 = 8;
    pub(crate) const ACCOUNT_GRANTS: u8 = 9;
    pub(crate) const REQUEST: u8 = 10;
    pub(crate) const REGISTRY: u8 = 11;
    pub(crate) const PENDING_ROTATION: u8 = 12;
    pub(crate) const STAKE: u8 = 13;
    pub(crate) const STAKERS: u8 = 14;
    pub(crate) const VALIDATORS: u8 = 15;
    pub(crate) const OFFENCE: u8 = 16;
    pub(crate) const LIVENESS: u8 = 17;
}

/// Makes a type an entry: its name in errors, its namespace and its id.
macro_rules! entry {
    ($type:ty, $name:literal, $namespace:ident, $id:ty) => {
        impl $crate::codec::Wire for $type {
            const NAME: &'static str = $name;
            const MAX_BYTES: usize = $crate::codec::limits::MAX_STATE_VALUE;
        }
        impl $crate::state::Entry for $type {
            const NAMESPACE: u8 = super::namespace::$namespace;
            type Id = $id;
        }
    };
}
pub(crate) use entry;
