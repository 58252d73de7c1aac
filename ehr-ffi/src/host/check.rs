//! The conformance suites (`ehr-conformance`), for whoever implements a host trait in any language.

use super::{
    BlobStore, Blobs, HostSigner, Link, RecordStore, Records, SendAnswer, Signer, Transport, TransportEvent,
};
use crate::fault::call;
use crate::{EhrError, Result};
use ehr_conformance::Broken;
use ehr_core::crypto::signature::Signer as _;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore as _, Pair, Table};
use ehr_core::transport::{self, PeerId, SendError, check_frame_len};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Milliseconds a transport may wait at a time.
const WAIT_MS: u32 = 5;

/// A broken rule.
fn host(broken: Broken) -> EhrError {
    EhrError::host(broken)
}

/// Checks a record store, which must be empty, and leaves it empty.
///
/// # Errors
/// [`EhrError::Host`] naming the first rule it breaks; `InvalidArgument` if it is not empty.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_record_store(store: Arc<dyn RecordStore>) -> Result<()> {
    call(|| {
        if everything(&Records(Arc::clone(&store)))?.next().is_some() {
            return Err(EhrError::argument("store", "is not empty, and would be emptied"));
        }
        let mut failed = Ok(());
        // Each check begins with an empty store.
        let found = ehr_conformance::ledger::check(|| {
            let mut records = Records(Arc::clone(&store));
            if failed.is_ok() {
                failed = empty(&mut records);
            }
            records
        });
        failed?;
        empty(&mut Records(Arc::clone(&store)))?;
        found.map_err(host)
    })
}

fn everything(store: &dyn LedgerRead) -> Result<impl Iterator<Item = (Table, Pair)> + use<>> {
    let mut all = Vec::new();
    for table in Table::ALL {
        all.extend(store.range(*table, b"", b"", usize::MAX)?.into_iter().map(|pair| (*table, pair)));
    }
    Ok(all.into_iter())
}

fn empty(store: &mut Records) -> Result<()> {
    let mut changes = ChangeSet::new();
    everything(store)?.for_each(|(table, (key, _))| changes.delete(table, &key));
    if changes.is_empty() { Ok(()) } else { Ok(store.commit(&changes)?) }
}

/// Checks a blob store, which must be empty.
///
/// # Errors
/// [`EhrError::Host`] naming the first rule it breaks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_blob_store(store: Arc<dyn BlobStore>) -> Result<()> {
    call(|| ehr_conformance::blob::check(|| Blobs(Arc::clone(&store))).map_err(host))
}

/// Checks two ends of a fresh connection: the first event of each must be `Up`.
///
/// # Errors
/// [`EhrError::Host`] naming the first rule they break.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_transport(a: Arc<dyn Transport>, b: Arc<dyn Transport>) -> Result<()> {
    call(|| ehr_conformance::transport::check_connection((End(Link(a)), End(Link(b)))).map_err(host))
}

/// One end of a host's connection as the core sees it.
struct End(Link);

impl transport::Transport for End {
    fn send(&mut self, to: PeerId, frame: &[u8]) -> core::result::Result<(), SendError> {
        check_frame_len(frame.len())?;
        match self.0.send(to.0, frame.to_vec()) {
            Ok(SendAnswer::Sent) => Ok(()),
            Ok(SendAnswer::Full) => Err(SendError::Full),
            // What the host threw is told when the check ends.
            Ok(SendAnswer::Gone) | Err(_) => Err(SendError::Gone),
        }
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<transport::TransportEvent> {
        let peer = PeerId;
        match self.0.receive(WAIT_MS) {
            Ok(Some(TransportEvent::Up { peer: p })) => Poll::Ready(transport::TransportEvent::Up(peer(p))),
            Ok(Some(TransportEvent::Down { peer: p })) => {
                Poll::Ready(transport::TransportEvent::Down(peer(p)))
            }
            Ok(Some(TransportEvent::Ready { peer: p })) => {
                Poll::Ready(transport::TransportEvent::Ready(peer(p)))
            }
            Ok(Some(TransportEvent::Frame { peer: p, bytes })) => {
                Poll::Ready(transport::TransportEvent::Frame { from: peer(p), bytes })
            }
            Ok(None) => {
                // It waited already.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            // No event will come.
            Err(_) => Poll::Ready(transport::TransportEvent::Down(peer(u64::MAX))),
        }
    }
}

/// Checks a signer: a key that may be on a ledger, and signatures that are valid under it.
///
/// # Errors
/// [`EhrError::Host`] naming the first rule it breaks.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn check_signer(signer: Arc<dyn Signer>) -> Result<()> {
    call(|| {
        let first = HostSigner::new(Arc::clone(&signer))?;
        let again = HostSigner::new(signer)?;
        if first.public_key() != again.public_key() {
            return Err(EhrError::host("the signer has another public key the second time"));
        }
        ehr_conformance::signer::check(&first).map_err(host)
    })
}
