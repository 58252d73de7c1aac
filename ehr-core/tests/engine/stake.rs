//! The engine of a chain of stake: what it proposes, what it lets validators vote for, and what it takes.

use ehr_core::block::{Block, Header, Seal};
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::{
    Certificate, CertificateError, PowerRules, SignedVote, ValidatorSet, Vote, VoteKind,
};
use ehr_core::consensus::{MAX_PROPOSAL_AHEAD_MS, SealError, StakeParams, TimeError, Weight};
use ehr_core::engine::{
    ChainError, Engine, EngineConfig, Input, LedgerEvent, Message, Output, PROTOCOL, Refused, certificate_of,
};
use ehr_core::primitives::{AccountId, BlockId, Hash32, Height, Timestamp};
use ehr_core::state::testkit::{Consortium, Staked};
use ehr_core::state::{Liveness, StateRead, StateView};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryBlobs, MemoryStore, Table};
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;
use ehr_core::validate::BlockError;
use ehr_core::validate::audit::{Audited, Expected, Report, audit};
use std::ops::ControlFlow;

/// A node whose blocks are decided here, with everybody's keys.
struct Staker {
    kit: Staked,
    disk: MemoryStore,
    engine: Engine,
    now: Timestamp,
    events: Vec<LedgerEvent>,
}

fn rules() -> StakeParams {
    StakeParams { power: PowerRules::NONE, epoch_blocks: 5, min_stake: 100, ..StakeParams::default() }
}

impl Staker {
    /// Four validators with 1,000 credits each, and two institutions without stake.
    fn new() -> Self {
        let kit = Staked::new(&[1_000; 4], 2, rules());
        let disk = MemoryStore::new();
        let engine = Engine::recover(kit.spec(), EngineConfig::default(), &disk).unwrap();
        let now = kit.genesis.time.plus(10_000);
        let mut node = Self { kit, disk, engine, now, events: Vec::new() };
        node.drain();
        node
    }

    fn drain(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Persist { batch, changes } => {
                    self.disk.commit(&changes).unwrap();
                    self.engine.handle(self.now, &self.disk, Input::Persisted { batch }).unwrap();
                }
                Output::Event(event) => self.events.push(event),
                _ => {}
            }
        }
    }

    fn give(&mut self, input: Input) -> Result<(), Refused> {
        let done = self.engine.handle(self.now, &self.disk, input);
        self.drain();
        done
    }

    fn submit(&mut self, tx: &Tx) {
        self.give(Input::Submit { bytes: tx.bytes().to_vec() }).unwrap();
    }

    fn current(&self) -> ValidatorSet {
        self.engine.sets(&self.disk).unwrap().unwrap().current
    }

    fn height(&self) -> Height {
        self.engine.best().header.height
    }

    /// What the proposer of a round builds.
    fn propose(&mut self, round: u32) -> Vec<u8> {
        let who = self.current().proposer(self.height().plus(1), round).account;
        self.engine.propose(self.now, &self.disk, who, round, &[]).unwrap()
    }

    /// A certificate of a block with the precommits of these institutions, over a set that may be an old one.
    fn certify(&self, block: &[u8], round: u32, who: &[usize], set: &ValidatorSet) -> Certificate {
        let block = Block::decode(block).unwrap();
        let place = (block.header().height, round, block.id());
        let votes = who.iter().map(|n| {
            let vote = Vote {
                kind: VoteKind::Precommit,
                height: place.0,
                round,
                block: Some(place.2),
                validator: self.kit.id(*n),
            };
            (vote.validator, vote.sign(&self.kit.chain_id, &self.kit.keys[*n]).unwrap().signature)
        });
        Certificate::new(place, votes, set).unwrap()
    }

    fn everybody(&self) -> Vec<usize> {
        let set = self.current();
        (0..self.kit.people.len()).filter(|n| set.power_of(&self.kit.id(*n)) > 0).collect()
    }

    fn finalise(&mut self, bytes: Vec<u8>, certificate: Certificate) -> Result<(), Refused> {
        self.give(Input::Finalise { bytes, certificate })
    }

    /// One block that everybody agrees on, ten seconds later.
    fn block(&mut self) -> Vec<u8> {
        self.now = self.now.plus(10_000);
        let bytes = self.propose(0);
        let certificate = self.certify(&bytes, 0, &self.everybody(), &self.current());
        self.finalise(bytes.clone(), certificate).unwrap();
        bytes
    }

    fn audit(&self) -> Report {
        let blobs = MemoryBlobs::new();
        let audited = Audited {
            store: &self.disk,
            blobs: &blobs,
            expected: Expected::None,
            now: Timestamp::ZERO,
            helpers: None,
        };
        audit(audited, &mut MemoryStore::new(), &mut |_, _| ControlFlow::Continue(())).unwrap()
    }

    fn with(&mut self, change: impl FnOnce(&mut ChangeSet)) {
        let mut changes = ChangeSet::new();
        change(&mut changes);
        self.disk.commit(&changes).unwrap();
    }
}

#[test]
fn a_decided_block_is_the_tip_and_final_at_once() {
    let mut node = Staker::new();
    let tx = node.kit.stake_tx(4, 500);
    node.submit(&tx);
    let bytes = node.block();
    let block = Block::decode(&bytes).unwrap();
    assert_eq!(node.engine.final_height(), Height(1));
    let told = &node.events[node.events.len() - 2..];
    let (id, height) = (block.id(), Height(1));
    assert!(matches!(told[0], LedgerEvent::TipMoved { to, undone: 0, connected: 1, .. } if to == id));
    assert_eq!(told[1], LedgerEvent::Final { height, id });
    assert!(node.engine.pool().is_empty() && block.header().tx_count == 1);
    let stored = certificate_of(&node.disk, &id).unwrap().unwrap();
    let next = Block::decode(&node.block()).unwrap();
    assert_eq!(next.last_commit(), Some(&stored));
    assert_eq!(next.header().last_commit_hash, stored.hash());
    // Two heights after the stake it is in the set that decides.
    node.block();
    assert_eq!(node.current().power_of(&node.kit.id(4)), 500);
    // A restart shows the same.
    let engine = Engine::recover(node.kit.spec(), EngineConfig::default(), &node.disk).unwrap();
    assert_eq!((engine.best(), engine.final_height()), (node.engine.best(), Height(3)));
}

#[test]
fn what_is_final_is_taken_again_and_nothing_else_of_its_height() {
    let mut node = Staker::new();
    let other = node.propose(1);
    let first = node.block();
    let set = node.current();
    let certificate = node.certify(&first, 0, &[0, 1, 2], &set);
    node.events.clear();
    assert_eq!(node.finalise(first.clone(), certificate), Ok(()));
    assert!(node.events.is_empty(), "nothing happened");
    let forked = node.certify(&other, 1, &[0, 1, 2, 3], &set);
    let id = Block::decode(&first).unwrap().id();
    let refused = Refused::Block(ChainError::Final { height: Height(1), id });
    assert_eq!(node.finalise(other.clone(), forked.clone()), Err(refused));
    // A certificate of another block.
    node.now = node.now.plus(10_000);
    let next = node.propose(0);
    let wrong = node.finalise(next.clone(), forked);
    assert!(matches!(wrong, Err(Refused::Block(ChainError::OtherCertificate { height: Height(1), .. }))));
    // Not enough, and wrong, signatures.
    let few = node.certify(&next, 0, &[0, 1], &set);
    let too_few = CertificateError::NotEnough { signed: 2_000, total: 4_000 };
    assert_eq!(node.finalise(next.clone(), few), Err(ChainError::Certificate(too_few).into()));
    let mut late = node.certify(&next, 0, &[0, 1, 2], &set);
    late.round = 1;
    assert!(matches!(
        node.finalise(next, late),
        Err(Refused::Block(ChainError::Certificate(CertificateError::Signatures(bad)))) if bad.len() == 3
    ));
    assert_eq!(node.height(), Height(1));
}

/// Keys that were worth two thirds once sign another history; it is worth nothing to who knows the later one.
/// Blocks are decided by the first votes that are enough; who voted last is no less there.
#[test]
fn late_votes_for_the_tip_go_into_its_certificate() {
    let mut node = Staker::new();
    let set = node.current();
    let first = node.propose(0);
    let certificate = node.certify(&first, 0, &[0, 1, 2], &set);
    node.finalise(first.clone(), certificate).unwrap();
    node.now = node.now.plus(10_000);
    let tip = Block::decode(&first).unwrap();
    let cast = |who: usize, height: u64, round, block| {
        let kind = VoteKind::Precommit;
        let vote = Vote { kind, height: Height(height), round, block, validator: node.kit.id(who) };
        vote.sign(&node.kit.chain_id, &node.kit.keys[who]).unwrap()
    };
    let good = cast(3, 1, 0, Some(tip.id()));
    let mut others = vec![
        cast(3, 1, 1, Some(tip.id())),
        cast(3, 2, 0, Some(tip.id())),
        cast(3, 1, 0, None),
        cast(3, 1, 0, Some(BlockId([1; 32]))),
        cast(4, 1, 0, Some(tip.id())),
    ];
    others.push(SignedVote { signature: others[0].signature, ..good });
    others.push(SignedVote { vote: Vote { kind: VoteKind::Prevote, ..good.vote }, ..good });
    let who = set.proposer(Height(2), 0).account;
    let mut signers = |late: &[SignedVote]| {
        let bytes = node.engine.propose(node.now, &node.disk, who, 0, late).unwrap();
        node.engine.check_proposal(node.now, &node.disk, &bytes).unwrap();
        let block = Block::decode(&bytes).unwrap();
        let signers = block.last_commit().unwrap().signers(&set).unwrap().len();
        (signers, bytes)
    };
    assert_eq!(signers(&others).0, 3, "votes for anything else");
    others.push(good);
    others.push(good);
    let (all, bytes) = signers(&others);
    assert_eq!(all, 4);
    let certificate = node.certify(&bytes, 0, &[0, 1, 2], &set);
    node.finalise(bytes, certificate).unwrap();
    let missed = StateView::new(&node.disk).get::<Liveness>(Liveness::ID).unwrap();
    assert_eq!(missed.map(|counted| counted.missed.len()), None, "nobody was absent");
}

#[test]
fn keys_of_withdrawn_stake_rewrite_nothing() {
    let mut node = Staker::new();
    let past = node.current();
    let rewritten = node.propose(1);
    let mut coming = vec![node.kit.stake_tx(4, 5_000), node.kit.stake_tx(5, 5_000)];
    coming.extend((0..3).map(|n| node.kit.unstake_tx(n, 1_000)));
    coming.iter().for_each(|tx| node.submit(tx));
    for _ in 0..4 {
        node.block();
    }
    assert_eq!(node.everybody(), [3, 4, 5], "0, 1 and 2 have left");
    // The first height again: at that time the signatures were enough.
    let proof = node.certify(&rewritten, 1, &[0, 1, 2], &past);
    assert!(proof.verify(&node.kit.chain_id, &past).is_ok());
    let refused = node.finalise(rewritten, proof);
    assert!(matches!(refused, Err(Refused::Block(ChainError::Final { height: Height(1), .. }))));
    // The next height, with their certificate over the old set.
    node.now = node.now.plus(10_000);
    let next = node.propose(0);
    let proof = node.certify(&next, 0, &[0, 1, 2], &past);
    let refused = node.finalise(next.clone(), proof);
    assert!(matches!(refused, Err(Refused::Block(ChainError::Certificate(_)))), "{refused:?}");
    // Those who decide now still can.
    let good = node.certify(&next, 0, &[4, 5], &node.current());
    assert_eq!(node.finalise(next, good), Ok(()));
}

#[test]
fn only_decisions_move_the_tip() {
    let mut node = Staker::new();
    let block = node.propose(0);
    let refused = |r: Result<(), Refused>| matches!(r, Err(Refused::OtherConsensus { .. }));
    assert!(refused(node.give(Input::Import { bytes: block.clone() })));
    assert!(refused(node.give(Input::Produce { proposer: AccountId::ZERO })));
    let peer = PeerId(1);
    node.give(Input::PeerUp(peer)).unwrap();
    node.engine.handle(node.now, &node.disk, Input::PeerUp(PeerId(2))).unwrap();
    let best = node.engine.best().clone();
    let hello = Message::Hello {
        protocol: PROTOCOL,
        chain_id: node.kit.chain_id,
        tip: BlockId([9; 32]),
        height: Height(9),
        weight: Weight::ONE,
    };
    let bytes = hello.to_bytes().unwrap();
    node.engine.handle(node.now, &node.disk, Input::Frame { from: peer, bytes }).unwrap();
    while let Some(output) = node.engine.poll_output() {
        if let Output::Send { bytes, .. } = output {
            let message = Message::from_bytes(&bytes).unwrap();
            assert!(matches!(message, Message::Hello { .. }), "asks a peer for {message:?}");
        }
    }
    let header = Message::Announce { header: (Block::decode(&block).unwrap().header()).into() };
    let bytes = header.to_bytes().unwrap();
    node.give(Input::Frame { from: peer, bytes }).unwrap();
    assert_eq!(node.engine.best(), &best);
    // And decisions move nothing where blocks are mined.
    let kit = Consortium::new(0);
    let disk = MemoryStore::new();
    let mut mined = Engine::recover(kit.spec(), EngineConfig::default(), &disk).unwrap();
    let certificate = node.certify(&block, 0, &[0, 1, 2], &node.current());
    let input = Input::Finalise { bytes: block, certificate };
    assert!(refused(mined.handle(kit.genesis.time, &disk, input)));
    assert!(mined.propose(kit.genesis.time, &disk, AccountId::ZERO, 0, &[]).is_err());
}

#[test]
fn a_vote_needs_everything_and_a_decision_needs_no_clock() {
    let mut node = Staker::new();
    node.block();
    node.now = node.now.plus(10_000);
    let good = node.propose(2);
    let check = |node: &mut Staker, bytes: &[u8]| node.engine.check_proposal(node.now, &node.disk, bytes);
    assert_eq!(check(&mut node, &good), Ok(()));
    assert_eq!(check(&mut node, &good), Ok(()), "asked again");
    // Whose turn it was not.
    let header = Block::decode(&good).unwrap().header().clone();
    let certificate = Block::decode(&good).unwrap().last_commit().cloned();
    let build = |header: Header, certificate: Option<Certificate>| {
        Block::assemble_certified(header, [], certificate).unwrap().bytes().to_vec()
    };
    let usurped = build(Header { seal: Seal::Stake { round: 1 }, ..header.clone() }, certificate.clone());
    assert!(matches!(
        check(&mut node, &usurped),
        Err(Refused::Block(ChainError::Body(BlockError::NotProposer { round: 1, .. })))
    ));
    // Without the certificate, or with one that the header does not name.
    let bare = build(header.clone(), None);
    assert!(matches!(
        check(&mut node, &bare),
        Err(Refused::Block(ChainError::Body(BlockError::Field { .. })))
    ));
    let zero = Hash32::ZERO;
    let bare = build(Header { last_commit_hash: zero, ..header.clone() }, None);
    assert_eq!(check(&mut node, &bare), Err(ChainError::Body(BlockError::NoCertificate).into()));
    // With too few signatures.
    let set = node.engine.sets(&node.disk).unwrap().unwrap().last;
    let tip = node.engine.best().id;
    let tip = node.disk.get(Table::Bodies, tip.as_ref()).unwrap().unwrap();
    let few = node.certify(&tip, 0, &[0, 1], &set);
    let poor = build(Header { last_commit_hash: few.hash(), ..header.clone() }, Some(few));
    assert!(matches!(
        check(&mut node, &poor),
        Err(Refused::Block(ChainError::Body(BlockError::Certificate(CertificateError::NotEnough { .. }))))
    ));
    // Another set.
    let strange = build(Header { next_validators_hash: zero, ..header }, certificate);
    assert!(matches!(
        check(&mut node, &strange),
        Err(Refused::Block(ChainError::Body(BlockError::Root { .. })))
    ));
    // A proposal of the future waits; one that is decided does not.
    let real = node.now;
    node.now = Timestamp(real.0 - MAX_PROPOSAL_AHEAD_MS - 1);
    let mut slow = Staker::new();
    let (first, proof) = {
        let tip = node.engine.best().id;
        let bytes = node.disk.get(Table::Bodies, tip.as_ref()).unwrap();
        (bytes.unwrap(), certificate_of(&node.disk, &tip).unwrap().unwrap())
    };
    slow.finalise(first, proof).unwrap();
    let at = |node: &mut Staker, now| node.engine.check_proposal(now, &node.disk, &good);
    let early = at(&mut slow, node.now).unwrap_err();
    assert!(matches!(
        &early,
        Refused::Block(ChainError::Header(SealError::Time(TimeError::TooFarAhead { .. })))
    ));
    assert_eq!(slow.engine.check_decided(node.now, &slow.disk, &good), Ok(()));
    assert_eq!(at(&mut slow, node.now.plus(1)), Ok(()));
}

#[test]
fn an_audit_proves_every_block_and_the_tip() {
    let mut node = Staker::new();
    let tx = node.kit.unstake_tx(0, 100);
    node.submit(&tx);
    let blocks: Vec<Vec<u8>> = (0..4).map(|_| node.block()).collect();
    let found = node.audit();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!(found.height, Height(4));
    let ids: Vec<_> = blocks.iter().map(|bytes| Block::decode(bytes).unwrap().id()).collect();
    let certificate = |node: &Staker, n: usize| certificate_of(&node.disk, &ids[n]).unwrap().unwrap();
    let put = |node: &mut Staker, n: usize, certificate: &Certificate| {
        let bytes = certificate.to_bytes().unwrap();
        node.with(|changes| changes.put(Table::Certificates, ids[n].as_ref(), bytes));
    };
    let problem = |node: &Staker| node.audit().problems.first().map(|p| (p.height, p.what.clone()));
    // Nothing else proves the tip.
    let tip = certificate(&node, 3);
    node.with(|changes| changes.delete(Table::Certificates, ids[3].as_ref()));
    assert_eq!(problem(&node), Some((Some(Height(4)), "its certificate is missing".into())));
    let few = node.certify(&blocks[3], 0, &[0, 1], &node.engine.sets(&node.disk).unwrap().unwrap().last);
    put(&mut node, 3, &few);
    assert!(problem(&node).unwrap().1.contains("more than two thirds needed"));
    let mut other = tip.clone();
    other.height = Height(3);
    put(&mut node, 3, &other);
    assert!(problem(&node).unwrap().1.contains("another block"));
    put(&mut node, 3, &tip);
    assert_eq!(problem(&node), None);
    // The certificate that another block has.
    let of_another = certificate(&node, 1);
    put(&mut node, 2, &of_another);
    assert_eq!(problem(&node).unwrap().0, Some(Height(3)));
}
