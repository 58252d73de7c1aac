//! Ours and the raw primitive in turn, compared within each round; then each sampled by criterion.

use criterion::Criterion;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Seconds a call takes.
pub fn seconds<T>(call: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(call());
    start.elapsed().as_secs_f64()
}

/// Processor time of this process so far, all threads. On a machine that others use as well, the time that counts is not
/// the time that passes.
pub fn processor_seconds() -> f64 {
    let of_thread = |entry: std::io::Result<std::fs::DirEntry>| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<f64>().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").ok();
    threads.map_or(f64::NAN, |threads| threads.filter_map(of_thread).sum::<f64>() / 1e9)
}

/// Seconds of processor time a call takes.
pub fn worked<T>(call: impl FnOnce() -> T) -> f64 {
    let start = processor_seconds();
    black_box(call());
    processor_seconds() - start
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A measurement beside its raw primitive. The machine's speed changes between rounds more than within one, so the
/// ratio is taken in each round and the median of those is told.
pub struct Beside {
    raw: Vec<f64>,
    ours: Vec<f64>,
}

impl Beside {
    /// Runs both once unmeasured, then in turn for so many rounds. Each gives the seconds that count.
    pub fn timed(rounds: usize, mut raw: impl FnMut() -> f64, mut ours: impl FnMut() -> f64) -> Self {
        raw();
        ours();
        let pairs: Vec<(f64, f64)> = (0..rounds).map(|_| (raw(), ours())).collect();
        let (raw, ours) = pairs.into_iter().unzip();
        Self { raw, ours }
    }

    /// As [`Self::timed`], counting all of both calls.
    pub fn new<A, B>(rounds: usize, mut raw: impl FnMut() -> A, mut ours: impl FnMut() -> B) -> Self {
        Self::timed(rounds, || seconds(&mut raw), || seconds(&mut ours))
    }

    /// As [`Self::new`]; then criterion samples both, for its own reports and comparisons with earlier runs.
    pub fn sampled<A, B>(
        c: &mut Criterion,
        what: &str,
        rounds: usize,
        mut raw: impl FnMut() -> A,
        mut ours: impl FnMut() -> B,
    ) -> Self {
        let beside = Self::new(rounds, &mut raw, &mut ours);
        let mut group = c.benchmark_group(what);
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_millis(800));
        group.bench_function("raw", |b| b.iter(&mut raw));
        group.bench_function("ours", |b| b.iter(&mut ours));
        group.finish();
        beside
    }

    /// Speed of ours as a share of the raw primitive's: 1 is as fast.
    pub fn ratio(&self) -> f64 {
        median(self.raw.iter().zip(&self.ours).map(|(raw, ours)| raw / ours).collect())
    }

    /// Median seconds of ours.
    pub fn ours(&self) -> f64 {
        median(self.ours.clone())
    }

    /// Prints one line: what, both speeds in `unit` a second where one call does `work` of them, ratio and goal.
    pub fn print(&self, what: &str, work: f64, unit: &str, goal: Option<f64>) {
        let (raw, ours) = (work / median(self.raw.clone()), work / self.ours());
        let goal = goal.map_or_else(String::new, |goal| format!(" (goal {goal})"));
        println!(
            "{what:<52} {ours:>11.2} {unit}/s, raw {raw:>11.2} {unit}/s: {:.2} of raw{goal}",
            self.ratio()
        );
    }
}
