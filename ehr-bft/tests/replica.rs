//! Whole replicas: ledger, validator and store together.

use ehr_bft::replica::{Input, InputError, Misconduct, Output, Stop, give_up_height};
use ehr_bft::sim::ledger::{Lie, Mistake, Scenario, World, run};
use ehr_bft::{Message, Offence, SignGuard};
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::{Vote, VoteKind};
use ehr_core::engine::{TIP_KEY, TipEntry, certificate_of};
use ehr_core::primitives::{BlockId, ChainId, Height};
use ehr_core::state::{Liveness, StateRead, StateView};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Table};
use ehr_core::transport::PeerId;

fn until(world: &mut World, done: impl Fn(&World) -> bool) {
    world.until(done).unwrap_or_else(|failure| panic!("{failure}"));
}

/// Everybody has this height.
fn all_at(height: u64) -> impl Fn(&World) -> bool {
    move |world| world.machines.iter().all(|machine| machine.height() >= height)
}

#[test]
fn four_replicas_finalise_transactions_and_a_seed_is_a_run() {
    let report = run(&Scenario::new(1)).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.txs > 10, "{report:?}");
    let again = run(&Scenario::new(1)).unwrap();
    assert_eq!(again.trace, report.trace, "the same seed");
    assert_ne!(run(&Scenario::new(2)).unwrap().trace, report.trace, "another seed");
}

#[test]
fn an_idle_chain_makes_a_block_now_and_then() {
    let idle = Scenario { tx_every_ms: 1_000_000, idle_ms: 1_000, heights: 6, ..Scenario::new(3) };
    let report = run(&idle).unwrap();
    // The first height waits for nothing.
    assert!((5_000..6_500).contains(&report.virtual_ms), "{report:?}");
    let busy = Scenario { tx_every_ms: 20, ..idle };
    assert!(run(&busy).unwrap().virtual_ms < 1_500, "who has something to do does not wait");
}

#[test]
fn a_late_joiner_and_a_follower_have_the_same_ledger() {
    let mut world = World::new(&Scenario { followers: 1, ..Scenario::new(4) });
    world.crash(3);
    world.machines[3].disk = MemoryStore::new();
    until(&mut world, |world| [0, 1, 2, 4].iter().all(|n| world.machines[*n].height() >= 25));
    assert_eq!(world.machines[3].height(), 0);
    world.boot(3);
    until(&mut world, |world| world.machines[3].height() >= 25);
    until(&mut world, |world| all_at(26)(world) && world.machines.iter().all(|m| !m.is_writing()));
    let state = |n: usize, height: u64| {
        let disk = &world.machines[n].disk;
        let id = disk.get(Table::Heights, &Height(height).0.to_be_bytes()).unwrap().unwrap();
        let certified = certificate_of(disk, &BlockId::try_from(id.as_slice()).unwrap()).unwrap();
        assert!(certified.is_some(), "machine {n} can prove height {height}");
        (disk.get(Table::Bodies, &id).unwrap().unwrap(), id)
    };
    for height in 1..=25 {
        assert!((1..5).all(|n| state(n, height) == state(0, height)), "height {height}");
    }
}

/// A block is decided by three of four; who is the fourth in every block has voted like the others.
#[test]
fn nobody_is_absent_for_being_the_last_to_vote() {
    let mut world = World::new(&Scenario { tx_every_ms: 1_000_000, ..Scenario::new(6) });
    until(&mut world, |world| all_at(12)(world) && world.machines.iter().all(|m| !m.is_writing()));
    let disk = &world.machines[0].disk;
    let missed = StateView::new(disk).get::<Liveness>(Liveness::ID).unwrap();
    let missed: u32 = missed.iter().flat_map(|counted| &counted.missed).map(|one| one.blocks).sum();
    assert!(missed <= 1, "{missed} absences in 11 certificates of validators that are all there");
}

#[test]
fn all_stop_and_start_again() {
    let mut world = World::new(&Scenario::new(5));
    for stop in [3, 7, 8, 15] {
        until(&mut world, all_at(stop));
        (0..4).for_each(|n| world.crash(n));
        (0..4).for_each(|n| world.boot(n));
    }
    until(&mut world, all_at(20));
}

#[test]
fn crashes_that_lose_what_was_not_synced() {
    for seed in 0..3 {
        let crashes = Scenario { crash_every_ms: Some(150), heights: 25, ..Scenario::new(seed) };
        let report = run(&crashes).unwrap_or_else(|failure| panic!("{failure}"));
        assert!(report.crashes > 5, "{report:?}");
    }
}

#[test]
fn what_is_signed_twice_costs_stake() {
    for late_ms in [0, 200] {
        let liar = Some(Lie::Equivocate { late_ms });
        let report = run(&Scenario { liar, heights: 25, ..Scenario::new(7) });
        let report = report.unwrap_or_else(|failure| panic!("{failure}"));
        assert!(report.offences > 1 && report.convictions > 1, "{report:?}");
    }
}

#[test]
fn every_fault_at_once() {
    for seed in 0..4 {
        run(&Scenario::mixed(seed)).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

/// Negative controls: the observer can see what it should.
#[test]
fn planted_mistakes_are_noticed() {
    for (name, mistake) in Mistake::ALL {
        let found = (0..10).find_map(|seed| run(&Scenario::with_mistake(seed, mistake)).err());
        assert!(found.as_ref().is_some_and(|failure| !failure.stuck), "{name}: {found:?}");
    }
}

/// Its own clock keeps it from voting for what comes from its future, and not from following.
#[test]
fn a_validator_with_a_slow_clock_follows() {
    let mut world = World::new(&Scenario::new(8));
    world.crash(2);
    world.machines[2].behind_ms = 3_600_000;
    world.boot(2);
    until(&mut world, all_at(10));
    assert!(!world.machines[2].replica.as_ref().unwrap().is_stopped());
}

/// Hands a replica an input with the disk at rest and gives what comes out.
fn outputs(world: &mut World, machine: usize, input: Input) -> Vec<Output> {
    until(world, |world| !world.machines[machine].is_writing());
    let now = world.timestamp(machine);
    let node = &mut world.machines[machine];
    let replica = node.replica.as_mut().unwrap();
    replica.handle(now, &node.disk, input).unwrap();
    core::iter::from_fn(|| replica.poll_output()).collect()
}

#[test]
fn votes_of_another_chain_or_height_are_refused() {
    let mut world = World::new(&Scenario::new(9));
    until(&mut world, all_at(3));
    let height = world.machines[0].replica.as_ref().unwrap().validator().height();
    let vote = |height: Height, chain: ChainId| {
        let (kind, validator) = (VoteKind::Precommit, world.members.staked.id(1));
        let vote = Vote { kind, height, round: 0, block: Some(BlockId([7; 32])), validator };
        let signed = vote.sign(&chain, &world.members.staked.keys[1]).unwrap();
        [&[1], Message::Vote(signed).to_bytes().unwrap().as_slice()].concat()
    };
    let frames = [vote(height, ChainId([9; 32])), vote(height.plus(5), world.members.staked.chain_id)];
    let [other_chain, far] = frames;
    let from = PeerId(1);
    let out = outputs(&mut world, 0, Input::Frame { from, bytes: far });
    assert!(!out.iter().any(|o| matches!(o, Output::Disconnect { .. })), "it may be ahead: {out:?}");
    let out = outputs(&mut world, 0, Input::Frame { from, bytes: other_chain });
    let why = Misconduct::Votes(Offence::BadSignature);
    assert!(out.contains(&Output::Disconnect { peer: from, why }), "{out:?}");
    let out = outputs(&mut world, 0, Input::Frame { from: PeerId(2), bytes: vec![2, 1] });
    let why = Misconduct::Kind;
    assert!(out.contains(&Output::Disconnect { peer: PeerId(2), why }), "{out:?}");
    // Neither moved anything: the others go on, and so does this one.
    until(&mut world, |world| world.machines[3].height() >= 6);
}

#[test]
fn a_disk_that_fails_stops_the_replica() {
    let mut world = World::new(&Scenario::new(10));
    until(&mut world, |world| world.machines[0].height() >= 3 && !world.machines[0].is_writing());
    let now = world.timestamp(0);
    let node = &mut world.machines[0];
    let replica = node.replica.as_mut().unwrap();
    let mut clock = now;
    let batch = loop {
        clock = clock.plus(50);
        replica.handle_timeout(clock, &node.disk).unwrap();
        let persist = core::iter::from_fn(|| replica.poll_output()).find_map(|output| match output {
            Output::Persist { batch, .. } => Some(batch),
            _ => None,
        });
        if let Some(batch) = persist {
            break batch;
        }
    };
    assert!(replica.poll_output().is_none(), "nothing leaves before the write has ended");
    replica.handle(clock, &node.disk, Input::PersistFailed { batch }).unwrap();
    assert_eq!(replica.poll_output(), Some(Output::Stopped(Stop::StoreFailed(batch))));
    assert!(replica.poll_output().is_none() && replica.poll_timeout().is_none());
    let after = replica.handle(clock, &node.disk, Input::PeerUp(PeerId(9)));
    assert_eq!(after, Err(InputError::Stopped));
    assert!(Stop::StoreFailed(batch).to_string().contains("repair the disk, then restart"));
    // Which is enough: it goes on from what is on the disk.
    world.crash(0);
    world.boot(0);
    until(&mut world, all_at(8));
}

/// An empty disk and the old key: its own votes come back in certificates, and look like those of another process.
#[test]
fn a_validator_that_lost_its_disk_stops_and_can_come_back() {
    let mut world = World::new(&Scenario::new(13));
    until(&mut world, all_at(5));
    world.crash(3);
    world.machines[3].disk = MemoryStore::new();
    world.boot(3);
    let stopped = world.until(all_at(9)).map_err(|failure| failure.what);
    assert!(stopped.as_ref().is_err_and(|what| what.contains("SignGuard::skip")), "{stopped:?}");
    world.crash(3);
    // Above everything the key can have signed.
    let (chain, account) = (world.members.staked.chain_id, world.members.staked.id(3));
    let signed_at_most = world.observer.height().plus(3);
    let disk = &mut world.machines[3].disk;
    let changes = give_up_height(disk, chain, account, signed_at_most).unwrap();
    disk.commit(&changes).unwrap();
    world.machines[3].may_abstain = true;
    world.boot(3);
    until(&mut world, |world| {
        let signed = world.machines[3].replica.as_ref().map(|r| r.validator().sign_guard().height());
        all_at(12)(world) && signed > Some(signed_at_most)
    });
}

#[test]
fn giving_up_a_height_forgets_no_signature() {
    let mut world = World::new(&Scenario::new(12));
    until(&mut world, |world| world.machines[1].height() >= 4 && !world.machines[1].is_writing());
    let (chain, account) = (world.members.staked.chain_id, world.members.staked.id(1));
    let disk = &mut world.machines[1].disk;
    let record = |disk: &MemoryStore| disk.get(Table::Consensus, b"guard").unwrap().unwrap();
    let signed = SignGuard::from_bytes(&record(disk)).unwrap().height();
    assert!(signed >= Height(4));
    // As if the ledger had come back from an old copy.
    let changes = give_up_height(disk, chain, account, Height(2)).unwrap();
    disk.commit(&changes).unwrap();
    assert_eq!(SignGuard::from_bytes(&record(disk)).unwrap().height(), signed);
    let other = give_up_height(disk, chain, world.members.staked.id(2), Height(9)).unwrap_err();
    assert!(other.to_string().contains("belongs to validator"), "{other}");
    let mut damage = ChangeSet::new();
    damage.put(Table::Consensus, b"guard", vec![1, 2, 3]);
    disk.commit(&damage).unwrap();
    let unreadable = give_up_height(disk, chain, account, Height(9)).unwrap_err();
    assert!(unreadable.to_string().contains("must not sign again"), "{unreadable}");
}

#[test]
fn a_lost_log_is_noticed_and_its_height_can_be_given_up() {
    let mut world = World::new(&Scenario::new(11));
    // It has signed something of the height it is at.
    until(&mut world, |world| {
        let machine = &world.machines[1];
        let signed = machine.replica.as_ref().map_or(0, |r| r.validator().sign_guard().height().0);
        machine.height() >= 4 && !machine.is_writing() && signed > machine.height()
    });
    world.crash(1);
    // The log is lost and the record is not.
    let rows = world.machines[1].disk.range(Table::Consensus, b"log", b"loh", 99).unwrap();
    let mut changes = ChangeSet::new();
    rows.iter().for_each(|(key, _)| changes.delete(Table::Consensus, key));
    world.machines[1].disk.commit(&changes).unwrap();
    let (chain, account) = (world.members.staked.chain_id, world.members.staked.id(1));
    world.boot(1);
    let refused = world.until(|_| true).map_err(|failure| failure.what);
    assert!(refused.as_ref().is_err_and(|what| what.contains("the log lacks")), "{refused:?}");
    let disk = &mut world.machines[1].disk;
    let tip = TipEntry::from_bytes(&disk.get(Table::Meta, TIP_KEY).unwrap().unwrap()).unwrap();
    let changes = give_up_height(disk, chain, account, tip.height.plus(1)).unwrap();
    disk.commit(&changes).unwrap();
    // It abstains in that height, which the simulator would take for a mistake.
    world.machines[1].may_abstain = true;
    world.boot(1);
    until(&mut world, all_at(12));
}
