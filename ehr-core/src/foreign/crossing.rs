//! How ids, numbers and sets cross to Kotlin and Swift: ids as text, numbers as numbers, sets as lists of names.

use super::{SetOfNames, parse, set_of_names};
use crate::engine::BatchId;
use crate::policy::{Actions, Obligations, Purposes, StaffRoles};
use crate::primitives::{
    AccountId, BlockId, ChainId, ContentId, Epoch, GrantId, Hash32, Height, RecordId, RequestId, ScopeId,
    Timestamp, TxId, VersionNo,
};

macro_rules! as_text {
    ($($name:ident),+ $(,)?) => {$(
        uniffi::custom_type!($name, String, {
            lower: |id| id.to_string(),
            try_lift: |text| Ok(parse(stringify!($name), &text)?),
        });
    )+};
}

macro_rules! as_number {
    ($($name:ident($inner:ty)),+ $(,)?) => {$(
        uniffi::custom_type!($name, $inner, {
            lower: |n| n.0,
            try_lift: |n| Ok($name(n)),
        });
    )+};
}

macro_rules! as_names {
    ($($name:ident),+ $(,)?) => {$(
        uniffi::custom_type!($name, Vec<String>, {
            lower: |set| set.to_names(),
            try_lift: |names| Ok(set_of_names(&names)?),
        });
    )+};
}

as_text!(AccountId, BlockId, ChainId, ContentId, GrantId, Hash32, RecordId, RequestId, ScopeId, TxId,);
as_number!(Height(u64), Timestamp(u64), Epoch(u32), VersionNo(u32), BatchId(u64));
as_names!(Actions, Purposes, StaffRoles, Obligations);
