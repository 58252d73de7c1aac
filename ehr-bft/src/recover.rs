//! Start and restart (rules BF-18 to BF-20): a validator continues from its log or refuses to, and never forgets what it
//! signed.

use crate::blocks::Blocks;
use crate::catch_up::CatchUp;
use crate::config::Config;
use crate::context::{Address, Context, CoreHeight, CoreSet, Value, signed_proposal_in, signed_vote_in};
use crate::guard::{SignGuard, Step};
use crate::io::HeightStart;
use crate::log::{self, Begin, Entry, LogError, Writer};
use crate::machine::{Bft, CoreInput, Shell};
use crate::memo::Memo;
use crate::outbox::Outbox;
use crate::peers::Peers;
use crate::timers::{self, Timers};
use crate::verify::Verifier;
use crate::witness::Witness;
use ehr_core::codec::{DecodeError, Wire};
use ehr_core::consensus::bft::{SignedVote, VoteKind};
use ehr_core::crypto::signature::{AdmittedKey, KeyError, Signer};
use ehr_core::primitives::{AccountId, Height, Timestamp};
use malachite_core_consensus::{Params, PeerId, ProposedValue, State, ThresholdParams};
use malachite_core_types::{PolkaCertificate, Round, Timeout, Validity, ValueOrigin, ValuePayload};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What the host stored: everything that [`Output::Persist`](crate::Output::Persist) asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The log.
    pub log: Vec<u8>,
    /// The sign-protection record, if any was stored.
    pub guard: Option<Vec<u8>>,
}

/// A validator that cannot start. Nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The sign-protection record is unreadable.
    #[error("sign-protection record: {0}: restore it; without it this key must not sign again")]
    Guard(DecodeError),
    /// The sign-protection record is of another validator or chain.
    #[error("the sign-protection record belongs to validator {found} or to another chain: give each its own")]
    OtherGuard {
        /// Whose it is.
        found: AccountId,
    },
    /// The signer holds another key than the validator set names.
    #[error("the signer's key is not the one of validator {account}: use the key that was staked")]
    WrongKey {
        /// The validator.
        account: AccountId,
    },
    /// The signer's key is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The consensus core did not start.
    #[error("consensus core: {0}")]
    Core(String),
}

impl Bft {
    /// Starts at the height above the last block in the store, or continues it from its log. What to do first comes
    /// out of the next [`Bft::step`].
    ///
    /// # Errors
    /// What was stored is not what this validator wrote, or not all of it; see [`LogError`] for what to do.
    pub fn recover(
        config: Config,
        signer: Box<dyn Signer + Send>,
        memo: Memo,
        start: HeightStart,
        saved: &Saved,
        now: Timestamp,
    ) -> Result<Self, RecoverError> {
        let key = AdmittedKey::admitted_before(&signer.public_key())?;
        let account = config.account;
        for set in [&start.validators, &start.next] {
            if set.get(&account).is_some_and(|(_, staked)| *staked != key) {
                return Err(RecoverError::WrongKey { account });
            }
        }
        let mut guard = read_guard(&config, saved)?;
        let (mut entries, mut writer) = log::read(&saved.log)?;
        if !check_begin(entries.first(), &config, &start)? {
            (entries, writer) = (Vec::new(), Writer::default());
        }
        check_complete(&mut guard, &entries, &config, start.height)?;

        let no_core = || RecoverError::Core("a validator set is empty".into());
        let set = CoreSet::new(&start.validators).ok_or_else(no_core)?;
        let params = Params {
            address: Address(account),
            threshold_params: ThresholdParams::default(),
            // The other mode accepts proposals without asking the host.
            value_payload: ValuePayload::ProposalAndParts,
            enabled: true,
        };
        // Its own queue for future heights takes messages unchecked, so it has no room.
        let core = State::new(Context, CoreHeight(start.height), set, params, 0, 0);
        let nobody = PeerId::from_bytes(&[0, 0]).map_err(|e| RecoverError::Core(e.to_string()))?;
        let continued = !entries.is_empty();
        let shell = Shell {
            verifier: Verifier { chain: config.chain, memo },
            config,
            signer,
            key,
            nobody,
            now,
            height: start.height,
            round: 0,
            decided: false,
            halted: false,
            validators: start.validators.clone(),
            next: start.next.clone(),
            guard,
            outbox: Outbox::continuing(writer),
            timers: Timers::default(),
            blocks: Blocks::default(),
            early: BTreeMap::new(),
            witness: Witness::default(),
            peers: Peers::default(),
            catch_up: CatchUp::default(),
            pending: VecDeque::new(),
            replaying: None,
        };
        let mut bft = Self { core, shell };
        bft.shell.enter(start);
        if continued {
            bft.replay(entries);
        } else {
            let written = bft.shell.outbox.start_over(&Entry::Begin(bft.shell.log_begin()));
            bft.shell.check(written);
        }
        bft.run();
        Ok(bft)
    }

    /// Feeds the log back: the core votes as it voted, and takes the recorded signatures.
    fn replay(&mut self, entries: Vec<Entry>) {
        let shell = &mut self.shell;
        for entry in &entries {
            shell.remember(entry);
        }
        let inputs: Vec<CoreInput> = entries.iter().filter_map(|entry| shell.core_input(entry)).collect();
        shell.replaying = Some(entries);
        let started = shell.pending.pop_front();
        if let Some(start) = started {
            self.feed(start);
        }
        self.core.index_wal_entries(inputs.iter());
        for input in inputs {
            self.feed(input);
        }
        self.core.reset_entries_index();
        let entries = self.shell.replaying.take().unwrap_or_default();
        self.shell.propose_again(&entries);
    }
}

impl Shell {
    /// Takes from an entry what is kept outside the core: blocks and who said what.
    fn remember(&mut self, entry: &Entry) {
        match entry {
            Entry::Vote(vote) => self.remember_vote(vote),
            Entry::Polka(votes) => votes.iter().for_each(|vote| self.remember_vote(vote)),
            Entry::Proposal(proposal) => {
                let found = self.witness.proposal(proposal);
                self.convict(found);
            }
            Entry::Block(block) => {
                if let Some(bytes) = &block.bytes {
                    let body = self.blocks.keep(block.block, bytes.as_slice().into());
                    body.logged = true;
                    body.verdict = Some(block.valid);
                }
                if block.proposer == self.config.account {
                    self.blocks.built.entry(block.round).or_insert(block.block);
                }
            }
            Entry::Begin(_) | Entry::Timeout(_) => {}
        }
    }

    /// Sends the proposal of the current round again, as the crash may have come before it left. The core sends its
    /// votes again but not this.
    fn propose_again(&mut self, entries: &[Entry]) {
        let own = entries.iter().find_map(|entry| match entry {
            Entry::Proposal(p) if p.proposal.proposer == self.config.account => {
                (p.proposal.round == self.round).then_some(p)
            }
            _ => None,
        });
        if let Some(proposal) = own {
            self.publish_proposal(*proposal);
        }
    }

    /// What the log convicts comes out again: the host may not have stored it before the crash.
    fn remember_vote(&mut self, vote: &SignedVote) {
        let found = self.witness.vote(vote);
        self.convict(found);
    }

    fn core_input(&self, entry: &Entry) -> Option<CoreInput> {
        let height = CoreHeight(self.height);
        Some(match entry {
            Entry::Begin(_) => return None,
            Entry::Vote(vote) => CoreInput::Vote(signed_vote_in(vote)),
            Entry::Proposal(proposal) => CoreInput::Proposal(signed_proposal_in(proposal)),
            Entry::Polka(votes) => {
                let first = votes.first()?.vote;
                let (round, block) = (Round::new(first.round), Value(first.block?));
                let votes = votes.iter().map(signed_vote_in).collect();
                CoreInput::PolkaCertificate(PolkaCertificate::new(height, round, block, votes))
            }
            Entry::Timeout(timeout) => CoreInput::TimeoutElapsed(Timeout::new(
                Round::new(timeout.round),
                timers::kind(timeout.kind)?,
            )),
            Entry::Block(block) => {
                let value = ProposedValue {
                    height,
                    round: Round::new(block.round),
                    valid_round: Round::Nil,
                    proposer: Address(block.proposer),
                    value: Value(block.block),
                    validity: Validity::from_bool(block.valid),
                };
                CoreInput::ProposedValue(value, ValueOrigin::Consensus)
            }
        })
    }
}

fn read_guard(config: &Config, saved: &Saved) -> Result<SignGuard, RecoverError> {
    let Some(bytes) = &saved.guard else { return Ok(SignGuard::new(config.chain, config.account)) };
    let guard = SignGuard::from_bytes(bytes).map_err(RecoverError::Guard)?;
    if (guard.chain, guard.account) != (config.chain, config.account) {
        return Err(RecoverError::OtherGuard { found: guard.account });
    }
    Ok(guard)
}

/// Whether the log is of this height; one of a height that was decided since is done with.
fn check_begin(first: Option<&Entry>, config: &Config, start: &HeightStart) -> Result<bool, LogError> {
    let Some(entry) = first else { return Ok(false) };
    let Entry::Begin(Begin { chain, account, height, validators }) = entry else {
        return Err(LogError::Damaged { at: 0 });
    };
    if *chain != config.chain {
        return Err(LogError::OtherChain);
    }
    if *account != config.account {
        return Err(LogError::OtherValidator { found: *account });
    }
    if *height > start.height {
        return Err(LogError::Ahead { log: *height, height: start.height });
    }
    if *height == start.height && *validators != start.validators.hash() {
        return Err(LogError::OtherValidators { height: *height });
    }
    Ok(*height == start.height)
}

/// Whether the log holds what the record says was signed last (rule BF-20). A log that knows more than the record moves it
/// on: the log is written first.
fn check_complete(
    guard: &mut SignGuard,
    entries: &[Entry],
    config: &Config,
    height: Height,
) -> Result<(), LogError> {
    let recorded = (guard.height, guard.round, guard.step);
    let mut found = BTreeSet::new();
    for entry in entries {
        let (at, message) = match entry {
            Entry::Vote(vote) if vote.vote.validator == config.account => {
                let step = if vote.vote.kind == VoteKind::Prevote { Step::Prevote } else { Step::Precommit };
                ((vote.vote.height, vote.vote.round, step), vote.vote.message(&config.chain))
            }
            Entry::Proposal(proposal) if proposal.proposal.proposer == config.account => {
                let said = &proposal.proposal;
                ((said.height, said.round, Step::Propose), said.message(&config.chain))
            }
            _ => continue,
        };
        found.insert((at.0, at.1, at.2 as u8));
        guard.admit(at.0, at.1, at.2, &message);
    }
    if recorded.0 == height && recorded.2 != 0 && !guard.is_skipped() && !found.contains(&recorded) {
        return Err(LogError::Truncated { height: recorded.0, round: recorded.1 });
    }
    Ok(())
}
