//! What a host may bring: stores, transports, signers, listeners. Arguments are owned, calls may come from any
//! thread, and every answer is checked.
//!
//! A callback may call the ledger it serves only where its page says so; anywhere else the answer is
//! [`EhrError::Busy`](crate::EhrError::Busy), at once.

mod blob_store;
mod check;
mod progress;
mod record_store;
mod signer;
mod transport;

pub use blob_store::BlobStore;
pub use check::{check_blob_store, check_record_store, check_signer, check_transport};
pub use progress::{Progress, ProgressListener};
pub use record_store::{RecordStore, Row, RowChange};
pub use signer::Signer;
pub use transport::{SendAnswer, Transport, TransportEvent};

pub(crate) use blob_store::Blobs;
pub(crate) use progress::Teller;
pub(crate) use record_store::Records;
pub(crate) use signer::HostSigner;
pub(crate) use transport::Link;
