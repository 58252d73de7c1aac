//! One validator driven by hand, and the keys of the others.
#![allow(dead_code, reason = "each test uses its part")]

use ehr_bft::{Bft, Config, HeightStart, Input, Memo, Message, Output, RecoverError, Saved, Timeouts};
use ehr_core::consensus::bft::{Certificate, Proposal, SignedVote, Validator, ValidatorSet, Vote, VoteKind};
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::signature::{Signer, SoftwareSigner};
use ehr_core::primitives::{AccountId, BlockId, ChainId, Height, Timestamp};
use ehr_core::transport::PeerId;

pub(crate) const CHAIN: ChainId = ChainId([0xc4; 32]);

pub(crate) fn account(n: u8) -> AccountId {
    AccountId([n; 32])
}

pub(crate) fn signer(n: u8) -> SoftwareSigner {
    SoftwareSigner::from_seed(&[n; 32])
}

/// Validators 1 to 4, equal.
pub(crate) fn set() -> ValidatorSet {
    ValidatorSet::new((1..=4).map(|n| Validator {
        account: account(n),
        key: signer(n).public_key(),
        power: 10,
    }))
    .unwrap()
}

pub(crate) fn start(height: u64) -> HeightStart {
    HeightStart { height: Height(height), validators: set(), next: set() }
}

pub(crate) fn config(n: u8) -> Config {
    Config {
        chain: CHAIN,
        account: account(n),
        block_id: |bytes| (bytes.len() >= 4).then(|| BlockId(sha256(bytes).0)),
        timeouts: Timeouts::default(),
        evidence_heights: 10,
        catch_up_after_ms: 100,
        catch_up_retry_ms: 500,
    }
}

pub(crate) fn recover(n: u8, height: u64, saved: &Saved) -> Result<Bft, RecoverError> {
    Bft::recover(config(n), Box::new(signer(n)), Memo::new(), start(height), saved, Timestamp(0))
}

/// A validator and its disk. Writes are acknowledged at once unless told otherwise.
pub(crate) struct Rig {
    pub(crate) bft: Bft,
    pub(crate) saved: Saved,
    pub(crate) now: u64,
    /// The disk does not answer.
    pub(crate) hangs: bool,
}

impl Rig {
    pub(crate) fn new(n: u8, height: u64) -> Self {
        let saved = Saved::default();
        Self { bft: recover(n, height, &saved).unwrap(), saved, now: 0, hangs: false }
    }

    /// What comes out but for writes, which are made.
    pub(crate) fn step(&mut self, input: Input) -> Vec<Output> {
        let (mut seen, mut inputs) = (Vec::new(), vec![input]);
        while let Some(input) = inputs.pop() {
            for output in self.bft.step(Timestamp(self.now), input) {
                match output {
                    Output::Persist { batch, write } => {
                        if write.start_over {
                            self.saved.log.clear();
                        }
                        self.saved.log.extend(&write.append);
                        self.saved.guard = write.guard.or(self.saved.guard.take());
                        if !self.hangs {
                            inputs.push(Input::Persisted(batch));
                        }
                    }
                    other => seen.push(other),
                }
            }
        }
        seen
    }

    pub(crate) fn wait(&mut self, ms: u64) -> Vec<Output> {
        self.now += ms;
        self.step(Input::Tick)
    }

    pub(crate) fn message(&mut self, from: u8, message: &Message) -> Vec<Output> {
        self.frame(from, message.to_bytes().unwrap())
    }

    pub(crate) fn frame(&mut self, from: u8, bytes: Vec<u8>) -> Vec<Output> {
        self.step(Input::Frame { from: PeerId(u64::from(from)), bytes })
    }
}

pub(crate) fn vote(n: u8, kind: VoteKind, height: u64, round: u32, block: Option<BlockId>) -> SignedVote {
    let vote = Vote { kind, height: Height(height), round, block, validator: account(n) };
    vote.sign(&CHAIN, &signer(n)).unwrap()
}

/// A proposal of whoever's turn it is, and its block.
pub(crate) fn proposal(height: u64, round: u32, body: &[u8]) -> (Message, BlockId) {
    let proposer = set().proposer(Height(height), round).account;
    let block = BlockId(sha256(body).0);
    let said = Proposal { height: Height(height), round, block, valid_round: None, proposer };
    let proposal = said.sign(&CHAIN, &signer(proposer.0[0])).unwrap();
    (Message::Proposal { proposal, block: body.to_vec() }, block)
}

/// What a peer answers who has decided a height: a block with the precommits of these.
pub(crate) fn decided(height: u64, who: &[u8], body: &[u8]) -> Message {
    let block = BlockId(sha256(body).0);
    let signed =
        who.iter().map(|n| (account(*n), vote(*n, VoteKind::Precommit, height, 0, Some(block)).signature));
    let certificate = Certificate::new((Height(height), 0, block), signed, &set()).unwrap();
    Message::Decided { certificate, block: body.to_vec() }
}

/// A height in whose round 0 it is not this validator's turn.
pub(crate) fn others_height(n: u8) -> u64 {
    (1..).find(|h| set().proposer(Height(*h), 0).account != account(n)).unwrap()
}

/// A height in whose round 0 it is this validator's turn.
pub(crate) fn own_height(n: u8) -> u64 {
    (1..).find(|h| set().proposer(Height(*h), 0).account == account(n)).unwrap()
}

/// The votes among outputs.
pub(crate) fn votes(outputs: &[Output]) -> Vec<Vote> {
    messages(outputs)
        .into_iter()
        .filter_map(|m| if let Message::Vote(v) = m { Some(v.vote) } else { None })
        .collect()
}

pub(crate) fn messages(outputs: &[Output]) -> Vec<Message> {
    let bytes = outputs.iter().filter_map(|o| match o {
        Output::Broadcast { bytes } => Some(bytes.to_vec()),
        Output::Send { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    bytes.map(|bytes| Message::from_bytes(&bytes).unwrap()).collect()
}

pub(crate) fn disconnected(outputs: &[Output]) -> Option<&ehr_bft::Offence> {
    outputs.iter().find_map(|o| if let Output::Disconnect { why, .. } = o { Some(why) } else { None })
}
