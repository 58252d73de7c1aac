//! A store of sealed bodies brought by the host.

use crate::Result;

/// Sealed bodies by content id (CID text). May be slow or remote. Check an implementation with
/// [`check_blob_store`](super::check_blob_store).
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait BlobStore: Send + Sync {
    /// Keeps bytes under their id; storing the same again is no error. Durable when it returns.
    fn put(&self, id: String, bytes: Vec<u8>) -> Result<()>;
    /// The bytes of an id.
    fn get(&self, id: String) -> Result<Option<Vec<u8>>>;
    /// Forgets an id, which may be absent. `true`: it is gone. `false`: copies may remain.
    fn forget(&self, id: String) -> Result<bool>;
}
