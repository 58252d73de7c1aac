//! Waiting for something to become true of the ledger.

use super::{Node, NodeError, Snapshot};
use ehr_core::codec::Wire;
use ehr_core::engine::LedgerEvent;
use ehr_core::primitives::{BlockId, Height, TxId};
use ehr_core::store::{ReadError, Table};
use ehr_core::validate::TxPlace;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

impl Node {
    /// Waits until a transaction is in a block of the best chain, and says where. It may still be reorganised away:
    /// [`Node::wait_final`] waits for that to pass.
    ///
    /// # Errors
    /// It was dropped, the store takes nothing, or it was not mined within `limit`.
    pub async fn wait_tx(&self, id: TxId, limit: Duration) -> Result<TxPlace, NodeError> {
        let dropped = move |event: &LedgerEvent| match event {
            LedgerEvent::TxDropped(gone) if *gone == id => Err(NodeError::Dropped(id)),
            _ => Ok(()),
        };
        self.wait("the transaction's block", limit, dropped, move |snapshot| {
            let Some(bytes) = snapshot.ledger().get(Table::TxIndex, id.as_ref())? else { return Ok(None) };
            let damaged = |e| ReadError::Corrupt { what: format!("place of transaction {id}: {e}") };
            TxPlace::from_bytes(&bytes).map(Some).map_err(damaged)
        })
        .await
    }

    /// Waits until the block at a height has the confirmations the chain asks for, and gives its id.
    ///
    /// # Errors
    /// Not within `limit`, or the store takes nothing.
    pub async fn wait_final(&self, height: Height, limit: Duration) -> Result<(), NodeError> {
        self.wait(
            "finality",
            limit,
            |_| Ok(()),
            move |snapshot| Ok((snapshot.final_height() >= height).then_some(())),
        )
        .await
    }

    /// Waits until a block is on the best chain and everything below it is, too.
    ///
    /// # Errors
    /// Not within `limit`, or the store takes nothing.
    pub async fn wait_block(&self, id: BlockId, height: Height, limit: Duration) -> Result<(), NodeError> {
        self.wait(
            "the block's arrival",
            limit,
            |_| Ok(()),
            move |snapshot| {
                let found = ehr_core::engine::block_at(snapshot.ledger(), height)?;
                Ok((found == Some(id)).then_some(()))
            },
        )
        .await
    }

    /// Asks at first and after every event, until the answer is there.
    async fn wait<T: Send + 'static>(
        &self,
        what: &'static str,
        limit: Duration,
        hopeless: impl Fn(&LedgerEvent) -> Result<(), NodeError>,
        answer: impl Fn(&Snapshot<'_>) -> Result<Option<T>, ReadError> + Clone + Send + 'static,
    ) -> Result<T, NodeError> {
        // Before the first question, so that nothing happens in between unseen.
        let mut events = self.subscribe();
        let asking = async {
            loop {
                let answer = answer.clone();
                if let Some(found) = self.read(move |snapshot| answer(snapshot)).await?? {
                    return Ok(found);
                }
                // A disk that takes nothing will not make it true; it is tried again by whoever asks next.
                let failure = self.failure.borrow().clone();
                if let Some(error) = failure {
                    return Err(NodeError::Store(error));
                }
                match events.recv().await {
                    Ok(event) => hopeless(&event)?,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Err(NodeError::Stopped),
                }
            }
        };
        tokio::time::timeout(limit, asking).await.unwrap_or(Err(NodeError::TimedOut { what, limit }))
    }
}
