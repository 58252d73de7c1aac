//! Runs seeds of the simulator on all cores: `cargo run --release --example sim -- --seeds 0..2000`.
//!
//! A single number replays one seed. `--bug NAME` plants a mistake, which some seed must then notice.
//! Exit status 0 if every seed passed and every kind of danger was met, 1 otherwise.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]

use ehr_core::sim::{self, Bug, Failure, Report, SimConfig};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

struct Args {
    first: u64,
    end: u64,
    bug: Bug,
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Args, String> {
    let mut parsed = Args { first: 0, end: 100, bug: Bug::NONE };
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number = |s: &str| s.parse::<u64>().map_err(|_| format!("{s} is not a number"));
        match flag.as_str() {
            "--seeds" => match value.split_once("..") {
                Some((from, to)) => (parsed.first, parsed.end) = (number(from)?, number(to)?),
                None => (parsed.first, parsed.end) = (number(&value)?, number(&value)?.saturating_add(1)),
            },
            "--bug" => {
                let all = (0..32).filter_map(|bit| Bug::from_bits(1 << bit));
                let found = all.into_iter().find(|b| b.names().any(|n| n == value));
                parsed.bug = found.ok_or_else(|| format!("no bug is called {value}"))?;
            }
            _ => return Err(format!("unknown option {flag}; known are --seeds and --bug")),
        }
    }
    if parsed.first >= parsed.end {
        return Err("no seeds: the range is empty".into());
    }
    Ok(parsed)
}

fn main() -> ExitCode {
    let args = match parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(e) => {
            eprintln!("sim: {e}");
            return ExitCode::from(2);
        }
    };
    let started = Instant::now();
    let (next, done) = (AtomicU64::new(args.first), AtomicU64::new(0));
    let total = Mutex::new(Report::default());
    let failures: Mutex<Vec<Failure>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= args.end {
                        return;
                    }
                    let config = SimConfig { bugs: args.bug, ..SimConfig::of_seed(seed) };
                    match sim::run(seed, config) {
                        Ok(report) => total.lock().unwrap_or_else(|e| e.into_inner()).add(&report),
                        Err(failure) => {
                            println!("FAILED {failure}");
                            failures.lock().unwrap_or_else(|e| e.into_inner()).push(failure);
                        }
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        scope.spawn(|| {
            let all = args.end - args.first;
            let mut told = Instant::now();
            while done.load(Ordering::Relaxed) < all {
                std::thread::sleep(Duration::from_millis(200));
                if told.elapsed() > Duration::from_secs(10) {
                    told = Instant::now();
                    eprintln!("  {}/{all} seeds", done.load(Ordering::Relaxed));
                }
            }
        });
    });
    let seeds = args.end - args.first;
    let elapsed = started.elapsed();
    let report = *total.lock().unwrap_or_else(|e| e.into_inner());
    let failures = failures.into_inner().unwrap_or_else(|e| e.into_inner());
    let per_minute = u128::from(seeds) * 60_000 / elapsed.as_millis().max(1) / threads as u128;
    println!("{seeds} seeds in {:.1} s on {threads} cores: {per_minute} a minute per core", elapsed.as_secs_f32());
    println!("{report:#?}");
    if let Some(first) = failures.iter().min_by_key(|f| f.seed) {
        println!("{} failed; the first to replay: --seeds {}", failures.len(), first.seed);
        return ExitCode::from(1);
    }
    let missed = if seeds >= 100 { report.not_met() } else { Vec::new() };
    if !missed.is_empty() {
        println!("dangers never met, so nothing was shown about them: {missed:?}");
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}
