//! Who is there and votes last is not punished for it (rules BF-36 and SK-14): whole replicas, four equal validators.

use ehr_bft::Timeouts;
use ehr_bft::sim::ledger::{STAKE, Scenario, World};

/// Blocks of a window, and half of them: the ratio of the defaults.
const WINDOW: (u32, u32) = (200, 100);

/// A busy chain: a height follows the last one at once. The third validator hears and is heard 15 ms later than the
/// others.
fn busy(heights: u64) -> Scenario {
    Scenario {
        heights,
        delay_us: (5_000, 15_000),
        slow: Some((2, 15_000)),
        window: Some(WINDOW),
        tx_every_ms: 1_000,
        idle_ms: 0,
        max_events: u64::MAX,
        ..Scenario::new(21)
    }
}

fn without_wait(scenario: Scenario) -> Scenario {
    Scenario { timeouts: Timeouts { commit_ms: 0, ..scenario.timeouts }, ..scenario }
}

fn finished(world: &mut World, heights: u64) {
    let all_up = |world: &World| {
        world.machines.iter().filter(|m| m.replica.is_some()).all(|machine| machine.height() >= heights)
    };
    world.until(all_up).unwrap_or_else(|failure| panic!("{failure}"));
}

fn missed(world: &World) -> [u64; 4] {
    [0, 1, 2, 3].map(|who| world.observer.missed_by(&world.members.staked.id(who)))
}

/// How long a height took on average.
fn height_ms(world: &World, heights: u64) -> u64 {
    (world.timestamp(0).0 - world.members.staked.genesis.time.0) / heights
}

/// Who lost stake or is jailed.
fn punished(world: &World) -> [bool; 4] {
    [0, 1, 2, 3].map(|who| world.observer.stake_of(&world.members.staked.id(who)) != (STAKE, false))
}

#[test]
fn a_slow_validator_is_not_absent() {
    let scenario = busy(1_010);
    let mut world = World::new(&scenario);
    finished(&mut world, scenario.heights);
    let missed = missed(&world);
    assert_eq!(punished(&world), [false; 4], "missed {missed:?}");
    assert!(missed.iter().all(|blocks| *blocks < 50), "missed {missed:?}");
    assert!(height_ms(&world, 1_010) < 80, "the wait ends with its vote");
}

/// The control of the last one.
#[test]
fn without_the_wait_it_is_punished() {
    let scenario = without_wait(busy(250));
    let mut world = World::new(&scenario);
    finished(&mut world, scenario.heights);
    let missed = missed(&world);
    assert_eq!(punished(&world), [false, false, true, false], "missed {missed:?}");
}

#[test]
fn a_silent_validator_is_punished_and_costs_the_wait_until_then() {
    let scenario = Scenario { slow: None, ..busy(250) };
    let wait = scenario.timeouts.commit_ms;
    let silent = |scenario: &Scenario| {
        let mut world = World::new(scenario);
        world.crash(3);
        finished(&mut world, 80);
        world
    };
    let hasty = silent(&without_wait(scenario.clone()));
    let mut world = silent(&scenario);
    let longer = height_ms(&world, 80) - height_ms(&hasty, 80);
    assert!((wait * 8 / 10..=wait * 12 / 10).contains(&longer), "{longer} ms");
    finished(&mut world, 150);
    let (missed, before) = (missed(&world), world.timestamp(0).0);
    assert_eq!(punished(&world), [false, false, false, true], "missed {missed:?}");
    finished(&mut world, scenario.heights);
    assert!((world.timestamp(0).0 - before) / 100 < 45, "it is out of the set, and nobody waits for it");
}

/// Links that overtake: for some, the votes of others are there before the block, and deciding comes before voting (rule
/// BF-37; without it each misses 3 to 7).
#[test]
fn who_decides_before_it_votes_is_not_absent() {
    let base = busy(400);
    let timeouts = Timeouts { commit_ms: 150, ..base.timeouts };
    let scenario = Scenario { slow: None, delay_us: (1_000, 60_000), timeouts, ..base };
    let mut world = World::new(&scenario);
    finished(&mut world, scenario.heights);
    let missed = missed(&world);
    assert_eq!((missed, punished(&world)), ([0; 4], [false; 4]));
}
