//! The measured scenarios as tests. Agreement, validity and certificates are asserted by the simulator at every
//! decision; here is what else each must show. More seeds: `make sim CONSENSUS=bft SEEDS=0..2000`.

use ehr_bft::sim::named::{self, SCENARIOS};
use ehr_bft::sim::{Report, Scenario, run};

fn all(make: fn(u64) -> Scenario, seeds: std::ops::Range<u64>) -> Vec<Report> {
    seeds.map(|seed| run(&make(seed)).unwrap_or_else(|failure| panic!("{failure}"))).collect()
}

#[test]
fn calm_heights_take_one_round_and_a_seed_is_a_run() {
    let reports = all(Scenario::new, 0..3);
    assert!(reports.iter().all(|r| r.late_rounds == 0 && r.served == 0 && r.abstained == 0));
    let again = run(&Scenario::new(0)).unwrap();
    assert_eq!(again.trace, reports[0].trace, "the same seed");
    assert_ne!(again.trace, reports[1].trace, "another seed");
}

/// Rotation within a height: a dead validator costs one round, never two running.
#[test]
fn a_silent_quarter_costs_one_round_at_a_time() {
    for report in all(named::silent_quarter, 0..3) {
        assert!(report.max_round <= 1 && report.late_rounds > 0, "{report:?}");
    }
}

#[test]
fn reordering_up_to_300_ms() {
    all(named::delays, 0..4);
}

#[test]
fn reordering_up_to_1500_ms_with_catching_up() {
    let reports = all(named::long_delays, 0..3);
    assert!(reports.iter().any(|r| r.served > 0 && r.max_round > 3), "a case worth testing");
}

#[test]
fn a_fifth_of_frames_lost() {
    all(named::loss, 0..5);
}

#[test]
fn a_crash_every_40_ms_with_the_unsynced_log_lost() {
    let reports = all(named::crashes, 0..8);
    let crashes: u64 = reports.iter().map(|r| r.crashes).sum();
    let torn: u64 = reports.iter().map(|r| r.torn).sum();
    assert!(crashes > 200 && torn > 0, "{crashes} crashes, {torn} torn logs");
    assert!(
        reports.iter().all(|r| r.evidence.is_empty() && r.abstained == 0),
        "nobody signs twice or tries to"
    );
}

#[test]
fn stakes_decide_who_proposes_how_often() {
    let report = run(&Scenario { heights: 200, ..named::stakes(1) }).unwrap();
    let shares = [0, 1, 2, 3].map(|maker| report.makers[&maker]);
    assert_eq!(shares, [20, 40, 60, 80], "10:20:30:40, exactly");
}

#[test]
fn membership_and_stake_change_at_every_height() {
    let reports = all(named::changing_set, 0..3);
    assert!(reports.iter().all(|r| r.makers.len() == 5), "everybody is in at some height");
}

#[test]
fn everything_an_equivocator_signs_twice_is_delivered() {
    for make in [named::equivocator, named::late_copies] {
        for report in all(make, 0..2) {
            assert!(report.provable.len() > 100, "a case worth testing: {}", report.provable.len());
            let missed: Vec<_> = report.provable.difference(&report.evidence).collect();
            assert!(missed.is_empty(), "{missed:?}");
        }
    }
}

/// What the core's own evidence would have been worth: copies that come after the height was decided convict nobody
/// unless somebody still watches it.
#[test]
fn without_memory_of_old_heights_late_copies_convict_nobody() {
    let report = run(&Scenario { evidence_heights: 0, heights: 30, ..named::late_copies(0) }).unwrap();
    assert!(report.evidence.is_empty(), "{:?}", report.evidence.len());
    assert!(report.offences.len() > 50);
}

#[test]
fn invalid_blocks_are_voted_down_and_the_next_round_decides() {
    for report in all(named::invalid_blocks, 0..3) {
        assert!(!report.makers.contains_key(&1), "no block of the liar is decided");
        assert!(report.max_round <= 1);
    }
}

#[test]
fn less_than_a_third_may_split_withhold_delay_forget_or_send_garbage() {
    for name in ["split", "withhold", "delay", "amnesia", "garbage"] {
        let (_, make) = SCENARIOS.iter().find(|(n, _)| *n == name).unwrap();
        let reports = all(*make, 0..2);
        let disconnected: u64 = reports.iter().flat_map(|r| r.disconnected.values()).sum();
        assert_eq!(disconnected > 0, name == "garbage", "{name}: only garbage is an offence of a peer");
    }
}

#[test]
fn every_fault_at_once() {
    let reports = all(Scenario::mixed, 0..30);
    assert!(reports.iter().any(|r| r.crashes > 0) && reports.iter().any(|r| !r.evidence.is_empty()));
}

#[test]
fn a_late_validator_catches_up() {
    let scenario = Scenario { joins: Some((3, 200)), heights: 260, ..Scenario::new(1) };
    let report = run(&scenario).unwrap_or_else(|failure| panic!("{failure}"));
    let (from, to) = report.joined_ms.unwrap();
    let rate = 200 * 1000 / (to - from);
    assert!(rate >= 500, "{rate} blocks a second of virtual time");
}

/// Found by seeds above 2,000: whoever decided last is no validator at the next height, so none of its votes tell the
/// others that they are behind.
#[test]
fn who_is_out_of_the_next_set_still_helps_the_others() {
    for seed in [6589, 6745, 7480] {
        run(&Scenario::mixed(seed)).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

/// Negative control: honest validators that forget sign twice.
#[test]
fn without_the_log_honest_validators_sign_twice() {
    let accused = (0..3).filter(|seed| match run(&named::without_log(*seed)) {
        Ok(report) => !report.accused.is_empty(),
        Err(failure) => !failure.report.accused.is_empty(),
    });
    let accused = accused.count();
    assert_eq!(accused, 3, "the simulator notices in {accused} of 3 seeds");
}

/// Negative control: the consensus core forgets tallies, so votes alone do not always free a validator. These are
/// two of the four seeds in 400 that are stuck for good within 8 heights; all messages of agreement arrive.
#[test]
fn without_catching_up_some_seeds_are_stuck() {
    for seed in [63, 76] {
        let without = Scenario { heights: 8, max_events: 30_000, ..named::without_catch_up(seed) };
        let failure = run(&without).expect_err("stuck");
        assert!(failure.stuck, "{failure}");
        let with = Scenario { catch_up: true, ..without };
        run(&with).unwrap_or_else(|failure| panic!("{failure}"));
    }
}
