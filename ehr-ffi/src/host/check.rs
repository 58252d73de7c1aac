//! The conformance suites of the core, for whoever implements a host trait in any language.

use super::{BlobStore, RecordStore, Signer, Transport};
use crate::{Result, unfinished};
use std::sync::Arc;

/// Checks a record store, which must be empty, and leaves it empty.
///
/// # Errors
/// [`EhrError::Host`](crate::EhrError::Host) naming the first rule it breaks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_record_store(store: Arc<dyn RecordStore>) -> Result<()> {
    let _ = store;
    unfinished()
}

/// Checks a blob store, which must be empty.
///
/// # Errors
/// [`EhrError::Host`](crate::EhrError::Host) naming the first rule it breaks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_blob_store(store: Arc<dyn BlobStore>) -> Result<()> {
    let _ = store;
    unfinished()
}

/// Checks two ends of a fresh connection: the first event of each must be `Up`.
///
/// # Errors
/// [`EhrError::Host`](crate::EhrError::Host) naming the first rule they break.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_transport(a: Arc<dyn Transport>, b: Arc<dyn Transport>) -> Result<()> {
    let _ = (a, b);
    unfinished()
}

/// Checks a signer: a key that may be on a ledger, and signatures that are valid under it.
///
/// # Errors
/// [`EhrError::Host`](crate::EhrError::Host) naming the first rule it breaks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_signer(signer: Arc<dyn Signer>) -> Result<()> {
    let _ = signer;
    unfinished()
}
