//! What the driver runs: an engine whose blocks are mined, or a replica whose blocks are voted for.

use super::NodeError;
use ehr_bft::replica::{self, InputError, Replica};
use ehr_core::block::WorkTemplate;
use ehr_core::crypto::signature::Helpers;
use ehr_core::engine::{self, BatchId, Engine, Input, LedgerEvent, WorkId};
use ehr_core::primitives::Timestamp;
use ehr_core::store::{ChangeSet, LedgerRead};
use ehr_core::transport::PeerId;
use std::sync::Arc;

/// One of the two, with one face.
pub(super) enum Machine {
    Work(Box<Engine>),
    Stake(Box<Replica>),
}

/// What the driver is to do.
pub(super) enum Task {
    Persist(BatchId, Arc<ChangeSet>),
    Send(PeerId, Vec<u8>),
    Disconnect(PeerId),
    StartWork(WorkId, WorkTemplate),
    StopWork(WorkId),
    Event(LedgerEvent),
    /// Something about this validator or another one.
    Notice(Notice),
}

/// What a node of a chain of stake tells about validators.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Another validator signed two conflicting messages. In words: whom, where, and whether it was reported.
    Convicted(String),
    /// This validator did not sign, or did not propose, and why.
    Abstained(String),
    /// This validator stopped, why, and what to do.
    Stopped(String),
}

impl Machine {
    /// The ledger.
    pub(super) fn engine(&self) -> &Engine {
        match self {
            Self::Work(engine) => engine,
            Self::Stake(replica) => replica.engine(),
        }
    }

    /// Who verifies signatures as well.
    pub(super) fn set_helpers(&mut self, helpers: Arc<dyn Helpers>) {
        match self {
            Self::Work(engine) => engine.set_helpers(helpers),
            Self::Stake(replica) => replica.set_helpers(helpers),
        }
    }

    /// Whether blocks are mined.
    pub(super) const fn mines(&self) -> bool {
        matches!(self, Self::Work(_))
    }

    /// Whether its validator stopped: the ledger in memory may be ahead of the disk for good.
    pub(super) fn is_stopped(&self) -> bool {
        matches!(self, Self::Stake(replica) if replica.is_stopped())
    }

    pub(super) fn handle(
        &mut self,
        now: Timestamp,
        disk: &dyn LedgerRead,
        input: Input,
    ) -> Result<(), NodeError> {
        match self {
            Self::Work(engine) => Ok(engine.handle(now, disk, input)?),
            Self::Stake(replica) => {
                let input = match input {
                    Input::Frame { from, bytes } => replica::Input::Frame { from, bytes },
                    Input::Submit { bytes } => replica::Input::Submit { bytes },
                    Input::Persisted { batch } => replica::Input::Persisted { batch },
                    Input::PersistFailed { batch } => replica::Input::PersistFailed { batch },
                    Input::PeerUp(peer) => replica::Input::PeerUp(peer),
                    Input::PeerDown(peer) => replica::Input::PeerDown(peer),
                    _ => return Err(NodeError::OtherConsensus),
                };
                Ok(replica.handle(now, disk, input)?)
            }
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp, disk: &dyn LedgerRead) -> Result<(), NodeError> {
        match self {
            Self::Work(engine) => Ok(engine.handle_timeout(now, disk)?),
            Self::Stake(replica) => Ok(replica.handle_timeout(now, disk)?),
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Timestamp> {
        match self {
            Self::Work(engine) => engine.poll_timeout(),
            Self::Stake(replica) => replica.poll_timeout(),
        }
    }

    pub(super) fn poll_task(&mut self) -> Option<Task> {
        match self {
            Self::Work(engine) => engine.poll_output().map(Task::from),
            Self::Stake(replica) => replica.poll_output().map(Task::from),
        }
    }

    /// How many batches are not known to be on disk, and the newest of them.
    pub(super) fn unwritten(&self) -> (usize, Option<BatchId>) {
        match self {
            Self::Work(engine) => {
                engine.unwritten_batches().fold((0, None), |(count, _), batch| (count + 1, Some(batch)))
            }
            Self::Stake(replica) => {
                replica.unwritten_batches().fold((0, None), |(count, _), batch| (count + 1, Some(batch)))
            }
        }
    }
}

impl From<engine::Output> for Task {
    fn from(output: engine::Output) -> Self {
        match output {
            engine::Output::Persist { batch, changes } => Self::Persist(batch, changes),
            engine::Output::Send { to, bytes } => Self::Send(to, bytes),
            engine::Output::Disconnect { peer, .. } => Self::Disconnect(peer),
            engine::Output::StartWork { work, template } => Self::StartWork(work, template),
            engine::Output::StopWork { work } => Self::StopWork(work),
            engine::Output::Event(event) => Self::Event(event),
        }
    }
}

impl From<replica::Output> for Task {
    fn from(output: replica::Output) -> Self {
        match output {
            replica::Output::Persist { batch, changes } => Self::Persist(batch, changes),
            replica::Output::Send { to, bytes } => Self::Send(to, bytes.to_vec()),
            replica::Output::Disconnect { peer, .. } => Self::Disconnect(peer),
            replica::Output::Event(event) => Self::Event(event),
            replica::Output::Convicted { evidence, report } => {
                let (who, height, round) = (evidence.offender(), evidence.height(), evidence.round());
                let done = match report {
                    Some(tx) => format!("reported in transaction {tx}"),
                    None => "to be reported by whoever runs this node".to_owned(),
                };
                Self::Notice(Notice::Convicted(format!(
                    "validator {who} signed two conflicting messages at height {height} round {round}: {done}"
                )))
            }
            replica::Output::Abstained { height, round, step, why } => Self::Notice(Notice::Abstained(
                format!("height {height} round {round}: {step:?} was not signed: {why}"),
            )),
            replica::Output::NotProposed { height, round, why } => Self::Notice(Notice::Abstained(format!(
                "height {height} round {round}: no block was proposed: {why}"
            ))),
            replica::Output::Stopped(why) => Self::Notice(Notice::Stopped(why.to_string())),
        }
    }
}

impl From<InputError> for NodeError {
    fn from(error: InputError) -> Self {
        match error {
            InputError::Refused(refused) => Self::Refused(refused),
            InputError::Stopped => Self::ValidatorStopped,
            other => Self::Validator(other.to_string()),
        }
    }
}
