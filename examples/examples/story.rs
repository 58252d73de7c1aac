//! The story of `docs/story.md`, over the handle that Python, Kotlin and Swift use as well: the reference that they
//! must end like.

use ehr_ffi::{
    ChainConfig, Clock, Draft, EhrError, Entropy, Genesis, Keyring, Ledger, LightClient, OpenedVersion, Section, Storage,
};
use ehr_core::policy::{Actions, Purposes, Resource, StaffRoles};
use ehr_core::primitives::{AccountId, RecordId, Timestamp, VersionNo};
use ehr_core::tx::Role;
use std::error::Error;
use std::sync::Arc;

/// The first millisecond of 2026 (UTC).
const START: u64 = 1_767_225_600_000;
const MINUTE: u64 = 60_000;
const YEAR: u64 = 31_536_000_000;
const NOTE: &str = r#"{"resourceType":"Observation","status":"preliminary"}"#;
const FINAL: &str = r#"{"resourceType":"Observation","status":"final"}"#;
const ADVICE: &str = "telephone advice";

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    println!("{}", tell()?);
    Ok(())
}
