//! Runs seeds of the simulator of whole replicas.
//!
//! ```text
//! cargo run --release -p ehr-bft --example ledger_sim -- --seeds 0..200     every fault at once
//! cargo run --release -p ehr-bft --example ledger_sim -- --mistakes         every planted mistake is noticed
//! cargo run --release -p ehr-bft --example ledger_sim -- --catch-up         a replica that is far behind
//! ```
#![allow(clippy::disallowed_types, reason = "a program may ask what time it is")]
#![allow(clippy::print_stdout, reason = "what this program makes is its output")]

mod catch_up;
mod disk;

use ehr_bft::sim::ledger::{Mistake, Report, Scenario, run};
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

/// As the `ehr` command has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seeds within which a planted mistake must be noticed.
const NOTICED_WITHIN: u64 = 30;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1));
    let seeds = value("--seeds").map_or(Some(0..50), |text| range(text));
    let Some(seeds) = seeds else {
        println!("--seeds takes a number or a range such as 0..200");
        return ExitCode::FAILURE;
    };
    let asked = |name: &str| args.iter().any(|a| a == name);
    let done = match () {
        () if asked("--mistakes") => mistakes(),
        () if asked("--catch-up") => catch_up::measure(),
        () => mixed(seeds),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn mixed(seeds: Range<u64>) -> bool {
    let (start, count) = (Instant::now(), seeds.end.saturating_sub(seeds.start));
    let (mut sum, mut failed) = (Report::default(), 0);
    for seed in seeds {
        let scenario = Scenario::mixed(seed);
        match run(&scenario) {
            Ok(report) => add(&mut sum, &report),
            Err(failure) => {
                failed += 1;
                println!("{failure}\n  again: --seeds {seed}\n  {scenario:?}");
            }
        }
    }
    println!(
        "replicas: {count} seeds, {failed} failed, {:.1} s: {} blocks and {} transactions final, {} crashes, {} cuts, {} \
         offences proven and punished, {} transactions refused",
        start.elapsed().as_secs_f64(),
        sum.heights,
        sum.txs,
        sum.crashes,
        sum.cuts,
        sum.offences,
        sum.refused,
    );
    failed == 0
}

fn add(sum: &mut Report, report: &Report) {
    sum.heights += report.heights;
    sum.txs += report.txs;
    sum.crashes += report.crashes;
    sum.cuts += report.cuts;
    sum.offences += report.offences;
    sum.refused += report.refused;
}

fn mistakes() -> bool {
    let mut all = true;
    for (name, mistake) in Mistake::ALL {
        let found = (0..NOTICED_WITHIN).find_map(|seed| run(&Scenario::with_mistake(seed, mistake)).err());
        match found {
            Some(failure) => println!("{name}: noticed, {failure}"),
            None => {
                all = false;
                println!("{name}: not noticed in {NOTICED_WITHIN} seeds");
            }
        }
    }
    all
}

/// `A..B`, or one seed.
fn range(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((from, to)) => Some(from.parse().ok()?..to.parse().ok()?),
        None => text.parse().ok().map(|seed: u64| seed..seed + 1),
    }
}

/// Processor time of this process, where the system tells: what counts on a machine that others use.
pub(crate) fn busy_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|ns| ns / 1e9)
}
