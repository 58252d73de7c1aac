//! The validator: inputs to the consensus core, and everything round it.

use crate::blocks::Blocks;
use crate::catch_up::CatchUp;
use crate::config::Config;
use crate::context::Context;
use crate::guard::SignGuard;
use crate::io::{Fatal, Input, Output};
use crate::late::Late;
use crate::log::Entry;
use crate::message::Message;
use crate::outbox::Outbox;
use crate::peers::{Offence, Peers};
use crate::timers::Timers;
use crate::verify::Verifier;
use crate::witness::Witness;
use ehr_core::codec::EncodeError;
use ehr_core::consensus::bft::{Evidence, SignedVote, ValidatorSet};
use ehr_core::crypto::signature::{AdmittedKey, Signer};
use ehr_core::primitives::{AccountId, Height, Timestamp};
use ehr_core::transport::PeerId;
use malachite_core_consensus::{Error, State, process};
use std::collections::{BTreeMap, VecDeque};

pub(crate) type CoreInput = malachite_core_consensus::Input<Context>;

/// One validator, or one that follows without voting. Not a clock, a disk or a network in sight: see the crate's
/// documentation for what its host does.
pub struct Bft {
    pub(crate) core: State<Context>,
    pub(crate) shell: Shell,
}

/// Everything but the consensus core: what the core's effects change.
pub(crate) struct Shell {
    pub(crate) config: Config,
    pub(crate) signer: Box<dyn Signer + Send>,
    pub(crate) key: AdmittedKey,
    /// Multihash of nothing: the core wants to know which libp2p peer answered, and there is none.
    pub(crate) nobody: malachite_core_consensus::PeerId,
    pub(crate) verifier: Verifier,
    pub(crate) now: Timestamp,
    pub(crate) height: Height,
    pub(crate) round: u32,
    /// This height is decided, and the host commits its block.
    pub(crate) decided: bool,
    pub(crate) halted: bool,
    pub(crate) validators: ValidatorSet,
    pub(crate) next: ValidatorSet,
    pub(crate) guard: SignGuard,
    pub(crate) outbox: Outbox,
    pub(crate) timers: Timers,
    pub(crate) blocks: Blocks,
    /// Authenticated messages of the next height, one a slot.
    pub(crate) early: BTreeMap<(AccountId, u8, u32), Message>,
    pub(crate) witness: Witness,
    pub(crate) peers: Peers,
    pub(crate) catch_up: CatchUp,
    pub(crate) late: Late,
    /// For the core, in order.
    pub(crate) pending: VecDeque<CoreInput>,
    /// The log is being read back: own messages it holds, and none of its entries, are written again.
    pub(crate) replaying: Option<Vec<Entry>>,
}

impl Bft {
    /// Takes an input and returns what to do, in order. A clock that goes back counts as standing still.
    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Output> {
        if self.shell.halted {
            return Vec::new();
        }
        self.shell.now = self.shell.now.max(now);
        self.shell.take(input);
        self.run();
        if let Some(start) = self.shell.take_start() {
            self.shell.begin(start);
            self.run();
        }
        while let Some(timeout) = self.shell.timers.pop_due(self.shell.now) {
            self.shell.pending.push_back(CoreInput::TimeoutElapsed(timeout));
            self.run();
        }
        self.shell.ask_peers();
        self.shell.outbox.take()
    }

    /// When [`Bft::step`] must be called again at the latest.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        if self.shell.halted {
            return None;
        }
        let ours = [self.shell.timers.next(), self.shell.ask_again_at(), self.shell.late_until()];
        ours.into_iter().flatten().min()
    }

    /// The height being decided, or decided last while its block is committed.
    pub const fn height(&self) -> Height {
        self.shell.height
    }

    /// The round of that height.
    pub const fn round(&self) -> u32 {
        self.shell.round
    }

    /// Whether this height is decided and the next has not begun: the host has not said [`Input::Begin`], or late votes are
    /// waited for.
    pub const fn is_decided(&self) -> bool {
        self.shell.decided
    }

    /// Whether a peer speaks of a later height than this.
    pub fn is_behind(&self) -> bool {
        self.shell.peers.0.values().any(|peer| peer.claim > self.shell.standing())
    }

    /// Precommits of a height that were seen, also after it was decided, as long as they would be evidence.
    pub fn precommits(&self, height: Height) -> Vec<SignedVote> {
        self.shell.witness.precommits(height).collect()
    }

    /// The sign-protection record as it is now.
    pub const fn sign_guard(&self) -> &SignGuard {
        &self.shell.guard
    }

    /// Feeds the core until nothing waits for it.
    pub(crate) fn run(&mut self) {
        while let Some(input) = self.shell.pending.pop_front() {
            self.feed(input);
        }
    }

    pub(crate) fn feed(&mut self, input: CoreInput) {
        let shell = &mut self.shell;
        if shell.halted {
            return;
        }
        // `()`, or a struct if any crate of the build turns Malachite's `metrics` feature on.
        #[allow(clippy::let_unit_value, reason = "not every build makes it a unit")]
        let metrics = Default::default();
        let result: Result<(), Error<Context>> = process!(
            input: input,
            state: &mut self.core,
            metrics: &metrics,
            with: effect => Ok::<_, core::convert::Infallible>(shell.perform(effect))
        );
        if let Err(error) = result {
            self.shell.halt(Fatal::Core(error.to_string()));
        }
    }
}

impl Shell {
    fn take(&mut self, input: Input) {
        match input {
            Input::Begin(start) => self.begin_later(start),
            Input::Frame { from, bytes } => self.frame(from, &bytes),
            Input::Built { height, round, block } => self.built(height, round, block),
            Input::Checked { block, valid } => self.checked(&block, valid),
            Input::Persisted(batch) => self.outbox.persisted(batch),
            Input::PersistFailed(batch) => self.halt(Fatal::LogFailed(batch)),
            Input::PeerDown(peer) => {
                self.peers.forget(peer);
                self.catch_up.asked.take_if(|asked| asked.peer == peer);
            }
            Input::Tick => {}
        }
    }

    /// Stops for good; nothing that waits may leave any more.
    pub(crate) fn halt(&mut self, why: Fatal) {
        if !self.halted {
            self.halted = true;
            self.pending.clear();
            self.outbox.close();
            self.outbox.now(Output::Halted(why));
        }
    }

    /// Values within their limits always encode.
    pub(crate) fn check(&mut self, encoded: Result<(), EncodeError>) {
        if let Err(error) = encoded {
            self.halt(Fatal::Core(error.to_string()));
        }
    }

    pub(crate) fn offend(&mut self, peer: PeerId, why: Offence) {
        if self.peers.punish(peer, &why, self.now) {
            self.outbox.now(Output::Disconnect { peer, why });
        }
    }

    /// A validator said two things.
    pub(crate) fn convict(&mut self, evidence: Option<Evidence>) {
        let Some(evidence) = evidence else { return };
        if evidence.offender() == self.config.account {
            let (height, round) = (evidence.height(), evidence.round());
            return self.halt(Fatal::KeyInUse { height, round });
        }
        self.outbox.now(Output::Evidence(evidence));
    }
}
