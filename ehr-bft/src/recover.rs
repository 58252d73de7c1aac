//! Start and restart (rules BF-18 to BF-20): a validator continues from its log or refuses to, and never forgets what it
//! signed.

use crate::blocks::Blocks;
use crate::catch_up::CatchUp;
use crate::config::Config;
use crate::context::{Address, Context, CoreHeight, CoreSet, Value, signed_proposal_in, signed_vote_in};
use crate::io::HeightStart;
use crate::late::Late;
use crate::log::{self, Entry, Writer};
use crate::machine::{Bft, CoreInput, Shell};
use crate::memo::Memo;
use crate::outbox::Outbox;
use crate::peers::Peers;
use crate::saved::{RecoverError, Saved, check_begin, check_complete, read_guard};
use crate::timers::{self, Timers};
use crate::verify::Verifier;
use crate::witness::Witness;
use ehr_core::consensus::bft::SignedVote;
use ehr_core::crypto::signature::{AdmittedKey, Signer};
use ehr_core::primitives::Timestamp;
use malachite_core_consensus::{Params, PeerId, ProposedValue, State, ThresholdParams};
use malachite_core_types::{PolkaCertificate, Round, Timeout, Validity, ValueOrigin, ValuePayload};
use std::collections::{BTreeMap, VecDeque};

impl Bft {
    /// Starts at the height above the last block in the store, or continues it from its log. What to do first comes
    /// out of the next [`Bft::step`].
    ///
    /// # Errors
    /// What was stored is not what this validator wrote, or not all of it; see [`LogError`](crate::LogError) for what to do.
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
        let mut guard = read_guard(config.chain, account, saved.guard.as_deref())?;
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
            late: Late::default(),
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
