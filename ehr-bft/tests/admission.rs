//! What peers may not do: each message is dropped, counted, and leaves nothing behind.

mod rig;

use ehr_bft::{Fatal, Input, Message, Offence, Output};
use ehr_core::codec::limits;
use ehr_core::consensus::bft::{SignedVote, VoteKind};
use ehr_core::primitives::{BlockId, ChainId, Height, Signature, Timestamp};
use ehr_core::transport::PeerId;
use rig::{
    CHAIN, Rig, account, disconnected, messages, others_height, own_height, proposal, set, signer, vote,
    votes,
};

const PREVOTE: VoteKind = VoteKind::Prevote;
const PRECOMMIT: VoteKind = VoteKind::Precommit;
const BODY: &[u8] = b"a block";

#[test]
fn a_height_is_decided_by_hand() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let (message, block) = proposal(height, 0, BODY);
    let out = rig.message(1, &message);
    assert!(matches!(&out[..], [Output::Check { block: asked, .. }] if *asked == block), "{out:?}");
    let out = rig.step(Input::Checked { block, valid: true });
    assert_eq!(votes(&out)[0].block, Some(block));
    for n in 1..=2 {
        rig.message(n, &Message::Vote(vote(n, PREVOTE, height, 0, Some(block))));
    }
    rig.message(1, &Message::Vote(vote(1, PRECOMMIT, height, 0, Some(block))));
    let out = rig.message(2, &Message::Vote(vote(2, PRECOMMIT, height, 0, Some(block))));
    let decided = out.iter().find_map(|o| match o {
        Output::Decided { certificate, bytes } => Some((certificate, bytes)),
        _ => None,
    });
    let (certificate, bytes) = decided.unwrap();
    assert_eq!((certificate.block, &bytes[..]), (block, BODY));
    assert_eq!(certificate.verify(&CHAIN, &set()), Ok(30));
}

#[test]
fn an_invalid_block_gets_a_vote_for_none() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let (message, block) = proposal(height, 0, BODY);
    rig.message(1, &message);
    let out = rig.step(Input::Checked { block, valid: false });
    assert_eq!(votes(&out)[0].block, None);
}

/// Nothing that depends on a write leaves before it is known to be on disk.
#[test]
fn nothing_leaves_before_the_log_is_on_disk() {
    let height = own_height(4);
    let mut rig = Rig::new(4, height);
    rig.hangs = true;
    let out = rig.step(Input::Tick);
    assert!(matches!(out[..], [Output::Build { .. }]));
    let built = Input::Built { height: Height(height), round: 0, block: BODY.to_vec() };
    let out = rig.step(built);
    assert!(out.is_empty(), "proposal and prevote wait: {out:?}");
    assert!(!rig.saved.log.is_empty() && rig.saved.guard.is_some(), "what is to be written came out");
    assert!(rig.wait(60_000).is_empty(), "and nothing follows while the disk hangs");
    let batch = ehr_bft::BatchId(1);
    let out = rig.bft.step(Timestamp(rig.now), Input::Persisted(batch));
    let sent = messages(&out);
    assert!(sent.iter().any(|m| matches!(m, Message::Proposal { .. })), "{sent:?}");
    assert!(sent.iter().any(|m| matches!(m, Message::Vote(_))), "{sent:?}");
}

#[test]
fn a_failed_write_stops_the_validator() {
    let mut rig = Rig::new(4, own_height(4));
    rig.hangs = true;
    rig.step(Input::Tick);
    rig.step(Input::Built { height: Height(own_height(4)), round: 0, block: BODY.to_vec() });
    let out = rig.step(Input::PersistFailed(ehr_bft::BatchId(1)));
    assert!(matches!(out[..], [Output::Halted(Fatal::LogFailed(_))]), "{out:?}");
    assert!(rig.wait(100_000).is_empty() && rig.bft.poll_timeout().is_none());
}

#[test]
fn each_bad_message_costs_what_it_should() {
    let height = others_height(4);
    let block = BlockId([1; 32]);
    let good = vote(1, PREVOTE, height, 0, Some(block));
    let with = |change: fn(&mut SignedVote)| {
        let mut vote = good;
        change(&mut vote);
        Message::Vote(vote).to_bytes().unwrap()
    };
    let elsewhere = good.vote.sign(&ChainId([9; 32]), &signer(1)).unwrap();
    let (Message::Proposal { proposal: mut said, block: body }, _) = proposal(height, 0, BODY) else {
        panic!()
    };
    let other_body = Message::Proposal { proposal: said, block: b"another".to_vec() };
    said.signature = Signature([1; 64]);
    let bad_proposal = Message::Proposal { proposal: said, block: body };
    let (Message::Proposal { proposal: mut turn, block: body }, _) = proposal(height, 0, BODY) else {
        panic!()
    };
    turn.proposal.proposer = (1..=3).map(account).find(|a| *a != turn.proposal.proposer).unwrap();
    turn = turn.proposal.sign(&CHAIN, &signer(turn.proposal.proposer.0[0])).unwrap();
    let not_proposer = Message::Proposal { proposal: turn, block: body };
    let prevotes =
        |who: &[u8]| who.iter().map(|n| vote(*n, PREVOTE, height, 0, Some(block))).collect::<Vec<_>>();
    let bytes = |m: Message| m.to_bytes().unwrap();
    let at_once = [
        (vec![0xff; 40], "do not decode"),
        (vec![], "do not decode"),
        (bytes(Message::Vote(good))[..50].to_vec(), "do not decode"),
        (with(|v| v.vote.round = limits::MAX_ROUND + 1), "impossible round"),
        (with(|v| v.vote.block = None), "wrong signature"),
        (with(|v| v.vote.round = 1), "wrong signature"),
        (with(|v| v.vote.validator = account(2)), "wrong signature"),
        (bytes(Message::Vote(elsewhere)), "wrong signature"),
        (bytes(bad_proposal), "wrong signature"),
        (bytes(not_proposer), "turn it is not"),
        (bytes(Message::Polka(prevotes(&[1, 2]))), "certificate"),
        (bytes(Message::Polka(prevotes(&[1, 2, 2]))), "certificate"),
        (bytes(Message::Polka(vec![])), "certificate"),
        (bytes(Message::RoundOver(prevotes(&[1, 2, 3]))), "certificate"),
        (bytes(Message::RoundSkip(prevotes(&[1]))), "certificate"),
    ];
    for (frame, word) in at_once {
        let mut rig = Rig::new(4, height);
        rig.step(Input::Tick);
        let out = rig.frame(1, frame);
        let why = disconnected(&out).unwrap_or_else(|| panic!("{word}: {out:?}"));
        assert!(why.to_string().contains(word), "{why}, not {word}");
        assert!(messages(&out).is_empty());
    }
    let in_the_end = [
        (bytes(other_body), Offence::BadBlock, 5),
        (bytes(Message::Vote(vote(9, PREVOTE, height, 0, None))), Offence::NotValidator, 10),
        (bytes(Message::Request { from: Height(0), count: 0 }), Offence::TooMuch, 10),
        (bytes(Message::Request { from: Height(0), count: 999 }), Offence::TooMuch, 10),
    ];
    for (frame, offence, times) in in_the_end {
        let mut rig = Rig::new(4, height);
        for _ in 1..times {
            assert_eq!(disconnected(&rig.frame(1, frame.clone())), None);
        }
        assert_eq!(disconnected(&rig.frame(1, frame)), Some(&offence));
    }
}

/// A peer that is ahead of us is not punished for each of its messages, only for claiming and never showing.
#[test]
fn the_far_future_is_dropped_and_asked_about() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let far = Message::Vote(vote(1, PREVOTE, height + 1000, 0, None));
    let out = rig.message(1, &far);
    assert_eq!(messages(&out), [Message::Request { from: Height(height), count: 32 }]);
    for _ in 0..1000 {
        assert_eq!(disconnected(&rig.message(1, &far)), None, "a burst is one offence");
    }
    let far_round = Message::Vote(vote(2, PREVOTE, height, 11, None));
    assert!(rig.message(2, &far_round).is_empty());
    let in_the_end = (0..400).any(|_| {
        let out = [rig.message(1, &far), rig.wait(500)].concat();
        disconnected(&out).is_some()
    });
    assert!(in_the_end, "a peer that only claims is disconnected");
}

/// Early messages of the next height are kept, one a slot; nothing of later heights is.
#[test]
fn messages_of_the_next_height_count_when_it_comes() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let (message, block) = proposal(height, 0, BODY);
    // The next height is decided before this one is.
    let (next_message, next_block) = proposal(height + 1, 0, b"the next block");
    rig.message(1, &next_message);
    for n in 1..=3 {
        rig.message(n, &Message::Vote(vote(n, PREVOTE, height + 1, 0, Some(next_block))));
        rig.message(n, &Message::Vote(vote(n, PRECOMMIT, height + 1, 0, Some(next_block))));
    }
    rig.message(1, &message);
    rig.step(Input::Checked { block, valid: true });
    for n in 1..=3 {
        rig.message(n, &Message::Vote(vote(n, PRECOMMIT, height, 0, Some(block))));
    }
    let start = rig::start(height + 1);
    let out = rig.step(Input::Begin(start));
    assert!(out.iter().any(|o| matches!(o, Output::Check { block, .. } if *block == next_block)), "{out:?}");
    let out = rig.step(Input::Checked { block: next_block, valid: true });
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
}

#[test]
fn a_vote_that_carries_our_signature_and_is_not_ours_stops_us() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let out = rig.message(1, &Message::Vote(vote(4, PREVOTE, height, 0, None)));
    assert!(matches!(out[..], [Output::Halted(Fatal::KeyInUse { .. })]), "{out:?}");
}

#[test]
fn two_votes_of_one_validator_are_evidence_once() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    rig.step(Input::Tick);
    let cast = |block| Message::Vote(vote(1, PREVOTE, height, 0, block));
    assert!(rig.message(1, &cast(None)).is_empty());
    let out = rig.message(1, &cast(Some(BlockId([1; 32]))));
    let Some(Output::Evidence(evidence)) = out.first() else { panic!("{out:?}") };
    assert_eq!(evidence.verify(&CHAIN, &set()).unwrap().account, account(1));
    assert!(rig.message(1, &cast(Some(BlockId([2; 32])))).is_empty(), "one offence, one delivery");
}

/// A decided block is taken only if it was asked for and its certificate holds.
#[test]
fn decided_blocks_of_peers_are_checked() {
    let height = others_height(4);
    let block = ehr_core::crypto::hash::sha256(BODY);
    let decided = |who: &[u8], body: &[u8]| rig::decided(height, who, body);
    let behind = || {
        let mut rig = Rig::new(4, height);
        rig.message(1, &Message::Vote(vote(1, PREVOTE, height + 2, 0, None)));
        rig
    };
    let mut rig = behind();
    assert!(rig.message(2, &decided(&[1, 2, 3], BODY)).is_empty(), "nobody asked peer 2");
    let out = rig.message(1, &decided(&[1, 2, 3], BODY));
    assert!(matches!(out[..], [Output::Check { .. }]), "{out:?}");
    let out = rig.step(Input::Checked { block: BlockId(block.0), valid: true });
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    let Message::Decided { certificate, .. } = decided(&[1, 2, 3], BODY) else { panic!() };
    let other_block = Message::Decided { certificate, block: b"another block".to_vec() };
    for bad in [decided(&[1, 2], BODY), other_block] {
        let out = behind().message(1, &bad);
        assert_eq!(disconnected(&out), Some(&Offence::BadCertificate));
    }
    let mut rig = behind();
    rig.message(1, &decided(&[1, 2, 3], BODY));
    let out = rig.step(Input::Checked { block: BlockId(block.0), valid: false });
    assert!(matches!(out[..], [Output::Halted(Fatal::Contradiction { .. })]), "{out:?}");
}

/// The next blocks come while the first ones are executed, and no more than can wait.
#[test]
fn the_next_blocks_are_asked_for_while_these_are_executed() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let request = |from: u64| Message::Request { from: Height(from), count: 32 };
    let out = rig.message(1, &Message::Vote(vote(1, PREVOTE, height + 500, 0, None)));
    assert_eq!(messages(&out), [request(height)]);
    let come = |rig: &mut Rig, h: u64| rig.message(1, &rig::decided(h, &[1, 2, 3], &h.to_be_bytes()));
    for later in height + 1..height + 32 {
        assert_eq!(come(&mut rig, later), []);
    }
    let out = come(&mut rig, height);
    assert!(out.iter().any(|o| matches!(o, Output::Check { decided: true, .. })), "{out:?}");
    assert_eq!(messages(&out), [request(height + 32)], "before the first one is executed");
    for later in height + 32..height + 64 {
        assert_eq!(come(&mut rig, later), [], "enough wait");
    }
    assert!(rig.bft.poll_timeout() > Some(Timestamp(rig.now)), "and nobody is woken in vain");
    // One that has less than is missing is not asked, though it is ahead.
    rig.message(2, &Message::Vote(vote(2, PREVOTE, height + 3, 0, None)));
    let mut asked = Vec::new();
    for h in height..height + 40 {
        let block = BlockId(ehr_core::crypto::hash::sha256(&h.to_be_bytes()).0);
        let out = rig.step(Input::Checked { block, valid: true });
        assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{h}: {out:?}");
        asked.extend(messages(&rig.step(Input::Begin(rig::start(h + 1)))));
    }
    asked.retain(|message| matches!(message, Message::Request { .. }));
    assert_eq!(asked, [request(height + 64)]);
}

#[test]
fn more_peers_than_are_counted_are_turned_away() {
    let mut rig = Rig::new(4, 1);
    let bytes = Message::Request { from: Height(1), count: 1 }.to_bytes().unwrap();
    for peer in 0..256 {
        let out = rig.step(Input::Frame { from: PeerId(peer), bytes: bytes.clone() });
        assert_eq!(disconnected(&out), None);
    }
    let out = rig.step(Input::Frame { from: PeerId(256), bytes: bytes.clone() });
    assert_eq!(disconnected(&out), Some(&Offence::Crowded));
    rig.step(Input::PeerDown(PeerId(0)));
    let out = rig.step(Input::Frame { from: PeerId(256), bytes });
    assert_eq!(disconnected(&out), None);
}
