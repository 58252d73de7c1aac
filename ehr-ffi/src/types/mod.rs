//! Plain values that cross.

mod chain;
mod info;
mod people;
mod proof;
mod verify;

pub use chain::{BlockInfo, ChainConfig, Mined, OutFrame, Tip, TransactionInfo};
pub use ehr_core::client::GrantTerms;
pub use info::{GrantInfo, OpenedVersion, ProposalInfo, RequestInfo, ScopeInfo, Section, VersionInfo};
pub use people::{AccountInfo, DeviceInfo, MembershipInfo};
pub use proof::ProvenFacts;
pub use verify::{Problem, VerifyReport};
