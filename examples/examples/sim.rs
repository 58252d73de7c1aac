//! Runs seeds of the simulator on all cores: `cargo run --release --example sim -- --seeds 0..2000`.
//!
//! A single number replays one seed and tells what happens in it. `--bug NAME` plants a mistake, which some seed
//! must then notice. `--bugs` plants every mistake there is, one at a time, and shows the first seed that notices.
//! Exit status 0 if every seed passed and every kind of danger was met, or every mistake was noticed; 1 otherwise.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]

use ehr_core::sim::{self, Bug, Failure, Report, SimConfig, Trace};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

struct Args {
    first: u64,
    end: u64,
    bug: Bug,
    every_bug: bool,
}

/// Seeds within which a planted mistake must be noticed.
const NOTICED_WITHIN: u64 = 200;

fn all_bugs() -> impl Iterator<Item = Bug> {
    // Nobody stakes here: these are for the simulator of validators.
    let stake = Bug::SKIP_SLASH.union(Bug::EARLY_UNBOND).union(Bug::SKIP_CERTIFICATES);
    (0..32).filter_map(|bit| Bug::from_bits(1 << bit)).filter(move |bug| !stake.contains(*bug))
}

fn name(bug: Bug) -> &'static str {
    bug.names().next().unwrap_or("none")
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    let mut parsed = Args { first: 0, end: 100, bug: Bug::NONE, every_bug: false };
    while let Some(flag) = args.next() {
        if flag == "--bugs" {
            parsed.every_bug = true;
            continue;
        }
        let value = args.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number = |s: &str| s.parse::<u64>().map_err(|_| format!("{s} is not a number"));
        match flag.as_str() {
            "--seeds" => match value.split_once("..") {
                Some((from, to)) => (parsed.first, parsed.end) = (number(from)?, number(to)?),
                None => (parsed.first, parsed.end) = (number(&value)?, number(&value)?.saturating_add(1)),
            },
            "--bug" => {
                let found = all_bugs().find(|bug| name(*bug) == value);
                parsed.bug = found.ok_or_else(|| format!("no bug is called {value}"))?;
            }
            _ => return Err(format!("unknown option {flag}; known are --seeds, --bug and --bugs")),
        }
    }
    if parsed.first >= parsed.end {
        return Err("no seeds: the range is empty".into());
    }
    Ok(parsed)
}

/// What all runs together saw.
struct Outcome {
    total: Report,
    failures: Vec<Failure>,
}

/// Runs seeds on all cores; stops at the first failure if asked to.
fn run_all(seeds: core::ops::Range<u64>, bug: Bug, stop: bool, trace: Option<Trace>) -> Outcome {
    let (next, done) = (AtomicU64::new(seeds.start), AtomicU64::new(0));
    let stopped = AtomicBool::new(false);
    let outcome = Mutex::new(Outcome { total: Report::default(), failures: Vec::new() });
    let lock = || outcome.lock().unwrap_or_else(|e| e.into_inner());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads())
            .map(|_| {
                scope.spawn(|| {
                    while !stopped.load(Ordering::Relaxed) {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= seeds.end {
                            return;
                        }
                        let config = SimConfig { bugs: bug, trace, ..SimConfig::of_seed(seed) };
                        match sim::run(seed, config) {
                            Ok(report) => lock().total.add(&report),
                            Err(failure) => {
                                if !stop {
                                    println!("FAILED {failure}");
                                }
                                lock().failures.push(failure);
                                stopped.store(stop, Ordering::Relaxed);
                            }
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let mut told = Instant::now();
        while workers.iter().any(|w| !w.is_finished()) {
            std::thread::sleep(Duration::from_millis(100));
            if told.elapsed() > Duration::from_secs(10) && bug == Bug::NONE {
                told = Instant::now();
                eprintln!("  {}/{} seeds", done.load(Ordering::Relaxed), seeds.end - seeds.start);
            }
        }
    });
    let mut outcome = outcome.into_inner().unwrap_or_else(|e| e.into_inner());
    outcome.failures.sort_by_key(|f| f.seed);
    outcome
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Every planted mistake must be noticed.
fn every_bug() -> ExitCode {
    let (mut noticed, mut missed) = (0, 0);
    for bug in all_bugs() {
        let found = run_all(0..NOTICED_WITHIN, bug, true, None).failures;
        match found.first() {
            Some(failure) => println!("{:20} {failure}", name(bug)),
            None => println!("{:20} NOT NOTICED in {NOTICED_WITHIN} seeds", name(bug)),
        }
        if found.is_empty() { missed += 1 } else { noticed += 1 }
    }
    println!("{noticed} planted mistakes noticed, {missed} missed");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn main() -> ExitCode {
    let args = match parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(e) => {
            eprintln!("sim: {e}");
            return ExitCode::from(2);
        }
    };
    if args.every_bug {
        return every_bug();
    }
    let started = Instant::now();
    let seeds = args.end - args.first;
    let tell: Trace = |at, line| eprintln!("{at:>8} ms  {line}");
    let Outcome { total, failures } =
        run_all(args.first..args.end, args.bug, false, (seeds == 1).then_some(tell));
    let elapsed = started.elapsed();
    let per_minute = u128::from(seeds) * 60_000 / elapsed.as_millis().max(1) / threads() as u128;
    println!(
        "{seeds} seeds in {:.1} s on {} cores: {per_minute} a minute per core",
        elapsed.as_secs_f32(),
        threads()
    );
    println!("{total:#?}");
    if let Some(first) = failures.first() {
        println!("{} failed; the first to replay: --seeds {}", failures.len(), first.seed);
        return ExitCode::from(1);
    }
    let missed = if seeds >= 100 { total.not_met() } else { Vec::new() };
    if !missed.is_empty() {
        println!("dangers never met, so nothing was shown about them: {missed:?}");
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}
