//! A store of sealed bodies brought by the host.

use crate::Result;
use crate::fault::{ask, garbage};
use ehr_core::primitives::ContentId;
use ehr_core::store::{BlobError, BlobStore as CoreBlobStore, Forgotten};
use std::sync::Arc;

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

const WHO: &str = "blob store";

/// A host's blob store as the core sees it.
pub(crate) struct Blobs(pub(crate) Arc<dyn BlobStore>);

impl CoreBlobStore for Blobs {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> core::result::Result<(), BlobError> {
        if !id.matches(bytes) {
            return Err(BlobError::Mismatch(*id));
        }
        ask(WHO, "put", || self.0.put(id.to_string(), bytes.to_vec())).map_err(BlobError::Io)
    }

    fn get(&self, id: &ContentId) -> core::result::Result<Option<Vec<u8>>, BlobError> {
        let found = ask(WHO, "get", || self.0.get(id.to_string())).map_err(BlobError::Io)?;
        if found.as_ref().is_some_and(|bytes| !id.matches(bytes)) {
            garbage(WHO, "gave bytes that are not what their id names");
            return Err(BlobError::Damaged(*id));
        }
        Ok(found)
    }

    fn forget(&self, id: &ContentId) -> core::result::Result<Forgotten, BlobError> {
        match ask(WHO, "forget", || self.0.forget(id.to_string())) {
            Ok(true) => Ok(Forgotten::Yes),
            Ok(false) => Ok(Forgotten::CannotPromise),
            Err(why) => Err(BlobError::Io(why)),
        }
    }
}
