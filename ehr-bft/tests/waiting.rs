//! The wait for late precommits between a decision and the next height (rule BF-36).

mod rig;

use ehr_bft::{Input, Message, Output};
use ehr_core::consensus::bft::VoteKind;
use ehr_core::primitives::{BlockId, Height, Timestamp};
use rig::{Rig, decided, others_height, own_height, proposal, set, vote};

const PREVOTE: VoteKind = VoteKind::Prevote;
const PRECOMMIT: VoteKind = VoteKind::Precommit;
const BODY: &[u8] = b"a block";
/// Of the default timeouts.
const WAIT: u64 = 500;

/// Decides a height with the votes of 1 to `voters`, and says that its block is stored.
fn decide(rig: &mut Rig, height: u64, voters: u8) -> BlockId {
    let (message, block) = proposal(height, 0, BODY);
    rig.message(1, &message);
    rig.step(Input::Checked { block, valid: true });
    for kind in [PREVOTE, PRECOMMIT] {
        for n in 1..=voters {
            rig.message(n, &Message::Vote(vote(n, kind, height, 0, Some(block))));
        }
    }
    assert!(rig.bft.is_decided());
    rig.step(Input::Begin(rig::start(height + 1)));
    block
}

/// Node 4 in a height of others whose follower it does not propose either.
fn waiting() -> (Rig, u64, BlockId) {
    let is_others = |h: &u64| (0..2).all(|n| set().proposer(Height(h + n), 0).account != rig::account(4));
    let height = (others_height(4)..).find(is_others).unwrap();
    let mut rig = Rig::new(4, height);
    let block = decide(&mut rig, height, 2);
    assert_eq!(rig.bft.height(), Height(height), "the third is missing");
    assert_eq!(rig.bft.poll_timeout(), Some(Timestamp(WAIT)));
    (rig, height, block)
}

#[test]
fn the_last_precommit_ends_it() {
    let (mut rig, height, block) = waiting();
    rig.message(3, &Message::Vote(vote(3, PREVOTE, height, 0, Some(block))));
    rig.message(3, &Message::Vote(vote(3, PRECOMMIT, height, 1, Some(block))));
    assert!(rig.bft.is_decided(), "neither is a precommit of the round that decided");
    rig.message(3, &Message::Vote(vote(3, PRECOMMIT, height, 0, Some(block))));
    assert_eq!((rig.bft.height(), rig.bft.is_decided()), (Height(height + 1), false));
    assert_eq!(
        rig.bft.precommits(Height(height)).iter().filter(|v| v.vote.round == 0).count(),
        4,
        "for the next block"
    );
}

/// It has voted, and will not vote for the block any more.
#[test]
fn a_precommit_for_nothing_ends_it_too() {
    let (mut rig, height, _) = waiting();
    rig.message(3, &Message::Vote(vote(3, PRECOMMIT, height, 0, None)));
    assert_eq!(rig.bft.height(), Height(height + 1));
}

#[test]
fn time_ends_it() {
    let (mut rig, height, _) = waiting();
    rig.wait(WAIT - 1);
    assert_eq!(rig.bft.height(), Height(height));
    rig.wait(1);
    assert_eq!(rig.bft.height(), Height(height + 1));
}

/// An idle chain stands still for longer than the wait, which costs it nothing.
#[test]
fn it_is_counted_from_the_decision() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let (message, block) = proposal(height, 0, BODY);
    rig.message(1, &message);
    rig.step(Input::Checked { block, valid: true });
    for n in 1..=3 {
        rig.message(n, &Message::Vote(vote(n, PREVOTE, height, 0, Some(block))));
    }
    for n in 1..=2 {
        rig.message(n, &Message::Vote(vote(n, PRECOMMIT, height, 0, Some(block))));
    }
    assert!(rig.bft.is_decided());
    assert!(rig.bft.poll_timeout().is_none_or(|at| at > Timestamp(WAIT)), "nothing waits for it so far");
    rig.wait(WAIT);
    rig.step(Input::Begin(rig::start(height + 1)));
    assert_eq!(rig.bft.height(), Height(height + 1));
}

/// Whose turn is first has chosen its certificate. Who comes later in a height must not cut the wait of the first short.
#[test]
fn the_first_proposal_ends_it_and_a_later_one_does_not() {
    let (mut rig, height, _) = waiting();
    let (later, _) = proposal(height + 1, 1, b"of round 1");
    rig.message(2, &later);
    assert_eq!(rig.bft.height(), Height(height));
    let (first, next) = proposal(height + 1, 0, b"of round 0");
    let out = rig.message(2, &first);
    assert_eq!(rig.bft.height(), Height(height + 1));
    let asked = |o: &Output| matches!(o, Output::Check { block, .. } if *block == next);
    assert!(out.iter().any(asked), "{out:?}");
}

/// Anybody can say how far it is, and a vote of another height is no proof either.
#[test]
fn talk_of_later_heights_does_not_end_it() {
    let (mut rig, height, _) = waiting();
    rig.message(2, &Message::Status { height: Height(height + 1_000) });
    rig.message(2, &Message::Vote(vote(2, PREVOTE, height + 1, 0, None)));
    rig.message(3, &Message::Vote(vote(3, PREVOTE, height + 1, 0, None)));
    assert_eq!(rig.bft.height(), Height(height));
}

#[test]
fn who_has_no_vote_waits_for_nobody() {
    let height = others_height(4);
    let mut rig = Rig::new(9, height);
    decide(&mut rig, height, 3);
    assert_eq!(rig.bft.height(), Height(height + 1));
}

/// Three sign; the fourth is this one, which was away, so nobody's vote is to come.
#[test]
fn who_is_behind_waits_for_nobody() {
    let height = own_height(4);
    let mut rig = Rig::new(4, height);
    let body = |h: u64| h.to_be_bytes();
    let id = |h: u64| BlockId(ehr_core::crypto::hash::sha256(&body(h)).0);
    rig.message(1, &Message::Status { height: Height(height + 20) });
    rig.wait(1);
    for h in height..height + 20 {
        rig.message(1, &decided(h, &[1, 2, 3], &body(h)));
    }
    for h in height..height + 20 {
        assert_eq!(rig.bft.height(), Height(h));
        rig.step(Input::Checked { block: id(h), valid: true });
        assert!(rig.bft.is_decided(), "{h}");
        rig.step(Input::Begin(rig::start(h + 1)));
    }
    assert_eq!((rig.bft.height(), rig.now), (Height(height + 20), 1));
}

/// All votes are here before the block.
fn decided_at_once(rig: &mut Rig, height: u64) -> Vec<Output> {
    let (message, block) = proposal(height, 0, BODY);
    for kind in [PREVOTE, PRECOMMIT] {
        for n in 1..=3 {
            rig.message(n, &Message::Vote(vote(n, kind, height, 0, Some(block))));
        }
    }
    rig.message(1, &message);
    let out = rig.step(Input::Checked { block, valid: true });
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    out
}

#[test]
fn who_decides_before_it_could_precommit_does_so_then() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let out = decided_at_once(&mut rig, height);
    let precommits: Vec<_> = rig::votes(&out).into_iter().filter(|vote| vote.kind == PRECOMMIT).collect();
    let (_, block) = proposal(height, 0, BODY);
    assert_eq!(precommits, [vote(4, PRECOMMIT, height, 0, Some(block)).vote]);
    assert_eq!(rig.bft.sign_guard().height(), Height(height));
    // A crash before the block is stored: the log has the vote, is whole, and decides again.
    let mut again = Rig { bft: rig::recover(4, height, &rig.saved).unwrap(), ..rig };
    let out = again.step(Input::Tick);
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    assert_eq!(again.bft.precommits(Height(height)).len(), 4);
    again.step(Input::Begin(rig::start(height + 1)));
    assert_eq!(again.bft.height(), Height(height + 1), "all are in");
}

#[test]
fn who_precommitted_otherwise_does_not_again() {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    let mut out = rig.wait(3_000);
    for n in 1..=2 {
        out.extend(rig.message(n, &Message::Vote(vote(n, PREVOTE, height, 0, None))));
    }
    let signed = |out: &[Output]| rig::votes(out).iter().filter(|vote| vote.kind == PRECOMMIT).count();
    assert_eq!(signed(&out), 1, "for nothing: {out:?}");
    let (message, block) = proposal(height, 0, BODY);
    rig.message(1, &message);
    rig.step(Input::Checked { block, valid: true });
    let mut out = Vec::new();
    for n in 1..=3 {
        out.extend(rig.message(n, &Message::Vote(vote(n, PRECOMMIT, height, 0, Some(block)))));
    }
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    assert_eq!(signed(&out), 0, "{out:?}");
}

#[test]
fn who_is_sent_a_certificate_adds_no_vote() {
    let height = own_height(4);
    let mut rig = Rig::new(4, height);
    rig.message(1, &Message::Status { height: Height(height + 2) });
    rig.wait(1);
    rig.message(1, &decided(height, &[1, 2, 3], BODY));
    let block = BlockId(ehr_core::crypto::hash::sha256(BODY).0);
    let out = rig.step(Input::Checked { block, valid: true });
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    assert!(rig::votes(&out).iter().all(|vote| vote.kind == PREVOTE), "{out:?}");
}
