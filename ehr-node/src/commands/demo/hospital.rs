//! A hospital: its account, its staff, its node and its sealed bodies.

use super::error::DemoError;
use super::mining::Progress;
use crate::driver::{Mined, Node, NodeConfig, NodeError, Snapshot, StartError};
use crate::wallet::{Payer, Voter};
use ehr_core::block::ChainSpec;
use ehr_core::client::{AccountKeys, ClientError, Desk, Draft};
use ehr_core::primitives::{AccountId, ContentId, Height, TxId};
use ehr_core::store::{BlobError, BlobStore as _};
use ehr_core::transport::MemoryTransport;
use ehr_core::tx::Tx;
use ehr_store_disk::{DiskLayout, FileBlobs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long anything on one machine may take before the story gives up.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);
/// Threads that store sealed bodies: they mostly wait for the disk.
const WRITERS: usize = 8;

/// Transactions after which a block is mined without being asked for.
const BLOCK_TXS: usize = 256;

/// A body and its name.
pub(super) type Blob = (ContentId, Vec<u8>);

pub(super) struct Hospital {
    /// As the story calls it.
    pub(super) name: &'static str,
    pub(super) payer: Payer,
    pub(super) doctors: Vec<Arc<AccountKeys>>,
    pub(super) node: Node,
    pub(super) blobs: Arc<FileBlobs>,
    pub(super) dir: PathBuf,
    /// Under proof of work.
    progress: Option<Progress>,
    /// Transactions submitted since the last block.
    queued: usize,
}

impl Hospital {
    /// Opens the hospital's folder and starts its node.
    pub(super) fn start(
        name: &'static str,
        dir: &Path,
        spec: ChainSpec,
        payer: Payer,
        transport: MemoryTransport,
        voter: Option<Voter>,
        progress: Option<Progress>,
    ) -> Result<Self, DemoError> {
        let open = |error| DemoError::Open { path: dir.to_owned(), error };
        let (store, blobs) = DiskLayout::new(dir).open().map_err(open)?;
        crate::operator::write(dir, payer.keys().id())
            .map_err(|error| DemoError::Folder { path: dir.to_owned(), error })?;
        let validator = voter.map(|voter| voter.validator(&spec));
        let config = NodeConfig { validator, ..NodeConfig::new(spec, store, Some(Box::new(transport))) };
        let node = Node::start(config).map_err(|error| match error {
            StartError::Store(error) => DemoError::Open { path: dir.to_owned(), error },
            error => error.into(),
        })?;
        let (blobs, dir) = (Arc::new(blobs), dir.to_owned());
        Ok(Self { name, payer, doctors: Vec::new(), node, blobs, dir, progress, queued: 0 })
    }

    /// The institution's own account.
    pub(super) fn keys(&self) -> &Arc<AccountKeys> {
        self.payer.keys()
    }

    /// The institution's account.
    pub(super) fn id(&self) -> AccountId {
        self.keys().id()
    }

    /// Does something at a desk that looks at the newest state, on the node's thread.
    pub(super) async fn desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk<'_>) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, DemoError> {
        let blobs = Arc::clone(&self.blobs);
        let at_desk = move |snapshot: &Snapshot<'_>| {
            let (state, bodies, best) = (snapshot.state(), &*blobs, &snapshot.best().header);
            work(&Desk { spec: snapshot.spec(), state, bodies, height: best.height, time: best.time })
        };
        Ok(self.node.read(at_desk).await??)
    }

    /// Height of the tip.
    pub(super) async fn height(&self) -> Result<Height, DemoError> {
        Ok(self.node.read(|snapshot| snapshot.best().header.height).await?)
    }

    /// Stores the bodies of a draft, then submits it as [`Hospital::submit_stored`] does.
    pub(super) async fn submit(&mut self, draft: Draft, others: &[&AccountKeys]) -> Result<TxId, DemoError> {
        self.store_all(&draft.bodies)?;
        self.submit_stored(draft, others).await
    }

    /// Signs a transaction this hospital pays for, with the hospital's signature and those of `others`, and submits it.
    /// Its bodies are stored.
    pub(super) async fn submit_stored(
        &mut self,
        draft: Draft,
        others: &[&AccountKeys],
    ) -> Result<TxId, DemoError> {
        let now = self.height().await?;
        let tx = self.payer.sign(now, draft, others)?;
        self.queue(&tx).await
    }

    /// Submits, and mines when a block's worth of transactions waits.
    async fn queue(&mut self, tx: &Tx) -> Result<TxId, DemoError> {
        let id = self.node.submit(tx).await.map_err(|error| self.placed(error))?;
        self.queued += 1;
        if self.queued >= BLOCK_TXS {
            self.mine().await?;
        }
        Ok(id)
    }

    /// Has what waits put into a block: mined here, or decided by validators.
    pub(super) async fn mine(&mut self) -> Result<Mined, DemoError> {
        self.queued = 0;
        let mined = self.node.mine_block(self.id());
        let mined = match &self.progress {
            Some(progress) => progress.of(mined, || self.node.hashes()).await,
            None => mined.await,
        };
        mined.map_err(|error| self.placed(error))
    }

    /// Mines until what was mined so far is final.
    pub(super) async fn confirm(&mut self) -> Result<Height, DemoError> {
        let height = self.height().await?;
        while self.node.read(|snapshot| snapshot.final_height()).await? < height {
            self.mine().await?;
        }
        self.node.wait_final(height, PATIENCE).await.map_err(|error| self.placed(error))?;
        Ok(height)
    }

    /// What went wrong, with the folder if it was the disk: there are two hospitals.
    pub(super) fn placed(&self, error: NodeError) -> DemoError {
        match error {
            NodeError::Store(error) => DemoError::Open { path: self.dir.clone(), error },
            error => error.into(),
        }
    }

    /// Stores sealed bodies, several at a time.
    pub(super) fn store_all(&self, blobs: &[Blob]) -> Result<(), DemoError> {
        let share = blobs.len().div_ceil(WRITERS).max(1);
        let stored: Result<(), BlobError> = std::thread::scope(|scope| {
            let writers: Vec<_> = blobs
                .chunks(share)
                .map(|part| scope.spawn(|| part.iter().try_for_each(|(id, bytes)| self.blobs.put(id, bytes))))
                .collect();
            let ended = |_| Err(BlobError::Io("a writing thread ended".to_owned()));
            writers.into_iter().try_for_each(|writer| writer.join().unwrap_or_else(ended))
        });
        stored.map_err(|error| DemoError::Bodies { path: self.dir.clone(), error })
    }

    /// A body that must be here.
    pub(super) fn blob(&self, id: &ContentId) -> Result<Vec<u8>, DemoError> {
        self.blobs.get(id)?.ok_or(DemoError::NoBlob(*id))
    }
}

/// Waits until two hospitals have the same tip.
pub(super) async fn agree(a: &Hospital, b: &Hospital) -> Result<(), DemoError> {
    let tip = |snapshot: &Snapshot<'_>| snapshot.best().clone();
    let (of_a, of_b) = (a.node.read(tip).await?, b.node.read(tip).await?);
    let (behind, best) = if of_a.weight >= of_b.weight { (b, of_a) } else { (a, of_b) };
    let arrived = behind.node.wait_block(best.id, best.header.height, PATIENCE).await;
    arrived.map_err(|error| behind.placed(error))
}
