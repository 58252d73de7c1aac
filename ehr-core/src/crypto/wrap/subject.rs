//! What a wrapped secret opens.

use crate::primitives::{AccountId, Epoch, RecordId, ScopeId, VersionNo, tagged_enum};

tagged_enum! {
    /// What the secret inside a wrap is for.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    WrapSubject: u8 {
        /// Data keys of sections of one record version.
        Version {
            /// The record.
            record: RecordId,
            /// The version.
            version: VersionNo,
        } = 1,
        /// The private half of a scope's epoch key.
        Scope {
            /// The scope.
            scope: ScopeId,
            /// The epoch.
            epoch: Epoch,
        } = 2,
        /// A generation seed of an account's keyring.
        Seed {
            /// The account.
            account: AccountId,
            /// The generation, the first is 0.
            generation: u32,
        } = 3,
    }
}

impl Copy for WrapSubject {}
