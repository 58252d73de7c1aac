//! Restarts: a validator continues as if nothing had happened, or refuses and says what to do.

mod rig;

use ehr_bft::{Bft, Input, LogError, Memo, Message, Output, RecoverError, Saved, SignGuard};
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::VoteKind;
use ehr_core::primitives::{BlockId, ChainId, Height, Timestamp};
use rig::{
    CHAIN, Rig, account, config, messages, others_height, own_height, proposal, recover, signer, start, vote,
    votes,
};

/// A validator that has prevoted a block of another, and the block.
fn voted() -> (Rig, u64, BlockId) {
    let height = others_height(4);
    let mut rig = Rig::new(4, height);
    rig.step(Input::Tick);
    let (message, block) = proposal(height, 0, b"a block");
    rig.message(1, &message);
    let out = rig.step(Input::Checked { block, valid: true });
    assert_eq!(votes(&out).len(), 1);
    (rig, height, block)
}

fn refused(n: u8, height: u64, saved: &Saved) -> RecoverError {
    recover(n, height, saved).err().expect("refused")
}

#[test]
fn a_restart_repeats_the_same_votes_and_goes_on() {
    let (rig, height, block) = voted();
    let bft = recover(4, height, &rig.saved).unwrap();
    let mut again = Rig { bft, ..rig };
    let out = again.step(Input::Tick);
    assert_eq!(votes(&out).iter().map(|v| v.block).collect::<Vec<_>>(), [Some(block)], "the recorded vote");
    for n in 1..=2 {
        again.message(n, &Message::Vote(vote(n, VoteKind::Prevote, height, 0, Some(block))));
    }
    again.message(1, &Message::Vote(vote(1, VoteKind::Precommit, height, 0, Some(block))));
    let out = again.message(2, &Message::Vote(vote(2, VoteKind::Precommit, height, 0, Some(block))));
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "with the block from the log: {out:?}");
}

#[test]
fn a_proposer_proposes_the_same_block_again() {
    let height = own_height(4);
    let mut rig = Rig::new(4, height);
    rig.step(Input::Tick);
    let out = rig.step(Input::Built { height: Height(height), round: 0, block: b"my block".to_vec() });
    let before = messages(&out);
    let bft = recover(4, height, &rig.saved).unwrap();
    let mut again = Rig { bft, ..rig };
    let out = again.step(Input::Tick);
    assert!(!out.iter().any(|o| matches!(o, Output::Build { .. })), "no other block is built");
    assert_eq!(messages(&out), before);
}

#[test]
fn a_log_of_a_decided_height_is_done_with() {
    let (rig, height, _) = voted();
    assert!(recover(4, height + 1, &rig.saved).is_ok());
}

#[test]
fn a_torn_tail_is_cut_where_the_error_says() {
    let (rig, height, _) = voted();
    let whole = rig.saved.log.len();
    let mut saved = rig.saved.clone();
    saved.log.extend([0, 0, 0, 9, 1, 2, 3]);
    let error = refused(4, height, &saved);
    assert_eq!(error, RecoverError::Log(LogError::Torn { keep: whole }));
    assert!(error.to_string().contains(&format!("cut it to {whole} bytes")));
    saved.log.truncate(whole);
    assert!(recover(4, height, &saved).is_ok());
}

/// The record convicts a log that lost what was signed, however it was cut.
#[test]
fn a_truncated_log_is_refused() {
    let (rig, height, _) = voted();
    let mut truncated = 0;
    for cut in 0..rig.saved.log.len() {
        let saved = Saved { log: rig.saved.log[..cut].to_vec(), ..rig.saved.clone() };
        match refused(4, height, &saved) {
            RecoverError::Log(LogError::Torn { keep }) => assert!(keep <= cut),
            RecoverError::Log(LogError::Truncated { height: at, round: 0 }) if at.0 == height => {
                truncated += 1
            }
            other => panic!("{cut}: {other}"),
        }
    }
    assert!(truncated >= 3, "one for each end of a record: {truncated}");
}

/// What the refusal says to do works: the validator follows without voting, and votes again in the next height.
#[test]
fn a_skipped_height_is_followed_without_voting() {
    let (rig, height, block) = voted();
    let mut guard = SignGuard::new(CHAIN, account(4));
    guard.skip(Height(height));
    let saved = Saved { log: Vec::new(), guard: Some(guard.to_bytes().unwrap()) };
    let bft = recover(4, height, &saved).unwrap();
    let mut again = Rig { bft, saved, ..rig };
    again.step(Input::Tick);
    let (message, _) = proposal(height, 0, b"a block");
    again.message(1, &message);
    let out = again.step(Input::Checked { block, valid: true });
    assert!(
        messages(&out).is_empty() && out.iter().any(|o| matches!(o, Output::Abstained { .. })),
        "{out:?}"
    );
    let own = vote(4, VoteKind::Prevote, height, 0, Some(block));
    let others = [1, 2].map(|n| vote(n, VoteKind::Prevote, height, 0, Some(block)));
    let polka = Message::Polka(vec![own, others[0], others[1]]);
    let out = again.message(1, &polka);
    assert!(!out.iter().any(|o| matches!(o, Output::Halted(_))), "its own vote from before is no stranger's");
    for n in 1..=3 {
        again.message(n, &Message::Vote(vote(n, VoteKind::Precommit, height, 0, Some(block))));
    }
    again.step(Input::Begin(start(height + 1)));
    again.wait(3000);
    let out = again.step(Input::Built { height: Height(height + 1), round: 0, block: b"mine".to_vec() });
    let later = [votes(&out), votes(&again.wait(60_000))].concat();
    assert!(later.iter().all(|v| v.height.0 == height + 1));
    let voted_next =
        again.bft.sign_guard().to_bytes().unwrap() != again.saved.guard.clone().unwrap_or_default();
    assert!(!later.is_empty() || voted_next || again.saved.log.len() > 12, "it takes part again");
}

/// The block store went back and the log is gone: the record knows that something was signed, and not what was locked.
/// Voting in a later round of that height could be for another block than the lock.
#[test]
fn a_height_that_was_signed_for_is_not_voted_for_in_another_life() {
    let (rig, height, _) = voted();
    let saved = Saved { log: Vec::new(), guard: rig.saved.guard.clone() };
    let bft = recover(4, height - 1, &saved).unwrap();
    let mut again = Rig { bft, saved, ..rig };
    again.message(1, &Message::Vote(vote(1, VoteKind::Prevote, height + 1, 0, None)));
    again.message(1, &rig::decided(height - 1, &[1, 2, 3], b"the one below"));
    let below = BlockId(ehr_core::crypto::hash::sha256(b"the one below").0);
    let out = again.step(Input::Checked { block: below, valid: true });
    assert!(out.iter().any(|o| matches!(o, Output::Decided { .. })), "{out:?}");
    let mut out = again.step(Input::Begin(start(height)));
    for kind in [VoteKind::Prevote, VoteKind::Precommit] {
        for n in 1..=3 {
            out.extend(again.message(n, &Message::Vote(vote(n, kind, height, 0, None))));
        }
    }
    (0..9).for_each(|_| out.extend(again.wait(2_000)));
    assert!(again.bft.round() > 0, "it follows");
    assert_eq!(votes(&out), [], "and signs nothing");
    again.message(1, &rig::decided(height, &[1, 2, 3], b"the block"));
    let guard = SignGuard::from_bytes(again.saved.guard.as_ref().unwrap()).unwrap();
    assert_eq!(guard.height(), Height(height));
    assert!(recover(4, height, &again.saved).is_ok(), "another restart is no different");
}

#[test]
fn every_damage_is_noticed() {
    let (rig, height, _) = voted();
    for at in 0..rig.saved.log.len() {
        let mut saved = rig.saved.clone();
        saved.log[at] ^= 0x10;
        match refused(4, height, &saved) {
            RecoverError::Log(LogError::Torn { .. } | LogError::Damaged { .. }) => {}
            other => panic!("byte {at}: {other}"),
        }
    }
}

#[test]
fn what_belongs_to_others_is_refused() {
    let (rig, height, _) = voted();
    let saved = &rig.saved;
    assert_eq!(refused(3, height, saved), RecoverError::OtherGuard { found: account(4) });
    let no_guard = Saved { guard: None, ..saved.clone() };
    let other_validator = RecoverError::Log(LogError::OtherValidator { found: account(4) });
    assert_eq!(refused(3, height, &no_guard), other_validator);
    let ahead = LogError::Ahead { log: Height(height), height: Height(height - 1) };
    assert_eq!(refused(4, height - 1, saved), RecoverError::Log(ahead));
    let recover_with = |config, key, start, saved| {
        Bft::recover(config, Box::new(signer(key)), Memo::new(), start, saved, Timestamp(0)).err()
    };
    let other_chain = ehr_bft::Config { chain: ChainId([7; 32]), ..config(4) };
    assert_eq!(
        recover_with(other_chain, 4, start(height), &no_guard),
        Some(RecoverError::Log(LogError::OtherChain))
    );
    let wrong_key = RecoverError::WrongKey { account: account(4) };
    assert_eq!(recover_with(config(4), 5, start(height), saved), Some(wrong_key));
    let fewer = ehr_core::consensus::bft::ValidatorSet::new(rig::set().iter().take(3).copied()).unwrap();
    let other_set = ehr_bft::HeightStart { validators: fewer, ..start(height) };
    let others = LogError::OtherValidators { height: Height(height) };
    assert_eq!(recover_with(config(4), 4, other_set, saved), Some(RecoverError::Log(others)));
    let mut damaged = saved.clone();
    damaged.guard = Some(vec![1, 2, 3]);
    assert!(matches!(refused(4, height, &damaged), RecoverError::Guard(_)));
}

/// A log that is ahead of its record, as after a crash between the two writes, moves the record on.
#[test]
fn a_record_that_is_behind_its_log_is_moved_on() {
    let (rig, height, block) = voted();
    let saved = Saved { guard: None, ..rig.saved.clone() };
    let bft = recover(4, height, &saved).unwrap();
    assert_eq!(bft.sign_guard().to_bytes().unwrap(), rig.bft.sign_guard().to_bytes().unwrap());
    let mut again = Rig { bft, saved, ..rig };
    assert_eq!(votes(&again.step(Input::Tick))[0].block, Some(block));
}
