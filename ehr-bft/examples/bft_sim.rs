//! Runs seeds of the consensus simulator.
//!
//! ```text
//! cargo run --release -p ehr-bft --example bft_sim -- --seeds 0..2000            every fault at once
//! cargo run --release -p ehr-bft --example bft_sim -- --scenario crashes --seeds 0..30
//! cargo run --release -p ehr-bft --example bft_sim -- --controls                 what must go wrong does
//! cargo run --release -p ehr-bft --example bft_sim -- --throughput
//! ```
#![allow(clippy::disallowed_types, reason = "a program may ask what time it is")]
#![allow(clippy::print_stdout, reason = "what this program makes is its output")]

use ehr_bft::sim::named::{CONTROLS, Make, SCENARIOS, without_catch_up, without_log};
use ehr_bft::sim::{Report, Scenario, run};
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1));
    let seeds = value("--seeds").map_or(Some(0..100), |text| range(text));
    let Some(seeds) = seeds else {
        println!("--seeds takes a number or a range such as 0..2000");
        return ExitCode::FAILURE;
    };
    if args.iter().any(|a| a == "--throughput") {
        return throughput();
    }
    if args.iter().any(|a| a == "--controls") {
        return controls(seeds);
    }
    let name = value("--scenario").map_or("mixed", String::as_str);
    let mut chosen: Vec<_> = SCENARIOS.iter().filter(|(n, _)| name == "all" || *n == name).collect();
    chosen.extend(CONTROLS.iter().filter(|(n, _)| *n == name));
    if chosen.is_empty() {
        let names: Vec<_> = SCENARIOS.iter().map(|(n, _)| *n).collect();
        println!("no scenario {name}; there are {} and all", names.join(", "));
        return ExitCode::FAILURE;
    }
    let mut failed = 0;
    for (name, make) in chosen {
        failed += many(name, *make, seeds.clone());
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a scenario for every seed; how many failed.
fn many(name: &str, make: Make, seeds: Range<u64>) -> usize {
    let (start, count) = (Instant::now(), seeds.end.saturating_sub(seeds.start));
    let (mut sum, mut failed, mut heights) = (Report::default(), 0, 0);
    for seed in seeds {
        let scenario = make(seed);
        heights += scenario.heights;
        match run(&scenario) {
            Ok(report) => add(&mut sum, &report),
            Err(failure) => {
                failed += 1;
                println!("{name}: {failure}\n  again: --scenario {name} --seeds {seed}\n  {scenario:?}");
            }
        }
    }
    let wall = start.elapsed().as_secs_f64();
    println!(
        "{name:15} {count} seeds, {heights} heights, {failed} failed, {wall:.1} s ({:.0} heights/s): {} crashes, {} torn \
         logs, {} blocks served, {} decisions above round 0 (up to {}), {} of {} provable offences delivered, {} \
         abstentions, {} disconnections",
        heights as f64 / wall,
        sum.crashes,
        sum.torn,
        sum.served,
        sum.late_rounds,
        sum.max_round,
        sum.provable.intersection(&sum.evidence).count(),
        sum.provable.len(),
        sum.abstained,
        sum.disconnected.values().sum::<u64>(),
    );
    failed
}

fn add(sum: &mut Report, report: &Report) {
    sum.crashes += report.crashes;
    sum.torn += report.torn;
    sum.served += report.served;
    sum.late_rounds += report.late_rounds;
    sum.max_round = sum.max_round.max(report.max_round);
    sum.abstained += report.abstained;
    for (peer, n) in &report.disconnected {
        *sum.disconnected.entry(*peer).or_default() += n;
    }
    // Slots of different seeds are different offences.
    let base = sum.provable.len() as u64 * 1_000_000;
    sum.provable.extend(report.provable.iter().map(|(n, h, r, k)| (*n, h + base, *r, *k)));
    sum.evidence.extend(report.evidence.iter().map(|(n, h, r, k)| (*n, h + base, *r, *k)));
}

/// What happens without the log and without catching up, which is why both are there.
fn controls(seeds: Range<u64>) -> ExitCode {
    let count = seeds.end.saturating_sub(seeds.start);
    let (mut twice, mut forks, mut stuck) = (0, 0, Vec::new());
    for seed in seeds {
        let (report, fork) = match run(&without_log(seed)) {
            Ok(report) => (report, false),
            Err(failure) => (*failure.report, failure.what.contains("fork")),
        };
        twice += u64::from(!report.accused.is_empty());
        forks += u64::from(fork);
        if run(&without_catch_up(seed)).is_err_and(|failure| failure.stuck) {
            stuck.push(seed);
        }
    }
    println!("without the log: honest validators sign twice in {twice} of {count} seeds, {forks} fork");
    println!("without catching up: {} of {count} seeds are stuck for good: {stuck:?}", stuck.len());
    if twice > 0 && !stuck.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn throughput() -> ExitCode {
    let measured = Scenario { verify_certificates: false, max_events: u64::MAX, ..Scenario::new(1) };
    for (what, shared_memo) in [("one memo for all", true), ("a memo each", false)] {
        let heights = 3000;
        let scenario = Scenario { heights, shared_memo, ..measured.clone() };
        let (start, busy) = (Instant::now(), busy_seconds());
        if let Err(failure) = run(&scenario) {
            println!("{failure}");
            return ExitCode::FAILURE;
        }
        let rate = heights as f64 / start.elapsed().as_secs_f64();
        let busy = busy_seconds().zip(busy).map(|(now, then)| heights as f64 / (now - then));
        println!(
            "4 validators in one process, {what}: {rate:.0} heights/s, {:.0} a second of processor time",
            busy.unwrap_or(f64::NAN)
        );
    }
    let behind = 1000;
    let scenario =
        Scenario { joins: Some((3, behind)), heights: behind + 50, shared_memo: false, ..measured };
    match run(&scenario).map(|report| report.joined_ms) {
        Ok(Some((from, to))) => {
            let rate = behind * 1000 / to.saturating_sub(from).max(1);
            println!(
                "a validator {behind} blocks behind catches up at {rate} blocks a second of virtual time"
            );
            ExitCode::SUCCESS
        }
        other => {
            println!("{other:?}");
            ExitCode::FAILURE
        }
    }
}

/// Processor time of this process, where the system tells: what counts on a machine that others use.
fn busy_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}

/// `A..B`, or one seed.
fn range(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((from, to)) => Some(from.parse().ok()?..to.parse().ok()?),
        None => text.parse().ok().map(|seed: u64| seed..seed + 1),
    }
}
