//! The search on several threads.

use super::search;
use ehr_core::block::WorkTemplate;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Nonces a thread takes at a time: about a millisecond, which is also how long stopping takes.
const CHUNK: u64 = 1 << 14;

/// Searches for a nonce that seals the template's block, on `threads` threads, the caller's among them. Blocks
/// until one is found or `stop` becomes true (then `None`, unless one was found just before).
///
/// `tried` rises by every nonce tried, for a hash rate display. The nonce found is not always the lowest; with
/// one thread it is.
pub fn mine(
    template: &WorkTemplate,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    tried: &AtomicU64,
) -> Option<u64> {
    let job = Job {
        template,
        stop,
        tried,
        next: AtomicU64::new(0),
        found: Mutex::new(None),
        done: AtomicBool::new(false),
    };
    // An easy block, such as the papers' difficulty 2, is found sooner than a thread starts.
    if !job.take_chunk() {
        std::thread::scope(|scope| {
            for _ in 1..threads.get() {
                scope.spawn(|| job.run());
            }
            job.run();
        });
    }
    job.found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What the threads share.
struct Job<'a> {
    template: &'a WorkTemplate,
    stop: &'a AtomicBool,
    tried: &'a AtomicU64,
    /// First nonce nobody has taken.
    next: AtomicU64,
    found: Mutex<Option<u64>>,
    done: AtomicBool,
}

impl Job<'_> {
    fn run(&self) {
        while !self.take_chunk() {}
    }

    /// Searches the next chunk; true when there is nothing left to do.
    fn take_chunk(&self) -> bool {
        if self.stop.load(Ordering::Relaxed) || self.done.load(Ordering::Relaxed) {
            return true;
        }
        let from = self.next.fetch_add(CHUNK, Ordering::Relaxed);
        let Some(to) = from.checked_add(CHUNK) else { return true };
        match search(self.template, from..to) {
            Some(nonce) => {
                self.tried.fetch_add(nonce - from + 1, Ordering::Relaxed);
                let mut found = self.found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                found.get_or_insert(nonce);
                self.done.store(true, Ordering::Relaxed);
                true
            }
            None => {
                self.tried.fetch_add(CHUNK, Ordering::Relaxed);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ehr_core::consensus::CompactTarget;
    use std::time::Duration;

    fn template(target: CompactTarget, salt: u8) -> WorkTemplate {
        WorkTemplate { first: [salt; 64], tail: [salt; 40], target }
    }

    fn threads(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    #[test]
    fn every_thread_count_finds_a_nonce_that_seals_the_block() {
        for (n, zeros) in [(1u8, 2), (1, 5), (2, 5), (3, 5), (8, 2)] {
            let t = template(CompactTarget::leading_zero_nibbles(zeros).unwrap(), n);
            let tried = AtomicU64::new(0);
            let nonce = mine(&t, threads(n.into()), &AtomicBool::new(false), &tried).unwrap();
            assert!(t.is_solved_by(nonce));
            assert!(tried.into_inner() > 0);
            if n == 1 {
                assert_eq!(Some(nonce), search(&t, 0..u64::MAX));
            }
        }
    }

    #[test]
    fn threads_share_the_nonces_without_gap() {
        // With the only solution far in, every chunk before it must have been tried. How far
        // the other thread got meanwhile is up to the scheduler.
        let t = template(CompactTarget::leading_zero_nibbles(5).unwrap(), 9);
        let lowest = search(&t, 0..u64::MAX).unwrap();
        let tried = AtomicU64::new(0);
        let nonce = mine(&t, threads(2), &AtomicBool::new(false), &tried).unwrap();
        assert!(nonce >= lowest && t.is_solved_by(nonce));
        let tried = tried.into_inner();
        assert!(tried > lowest - lowest.min(CHUNK), "{tried} of {lowest}");
    }

    #[test]
    fn stopping_ends_a_hopeless_search_soon() {
        let t = template(CompactTarget::leading_zero_nibbles(63).unwrap(), 1);
        let (stop, tried) = (AtomicBool::new(false), AtomicU64::new(0));
        let found = std::thread::scope(|scope| {
            let miner = scope.spawn(|| mine(&t, threads(2), &stop, &tried));
            while tried.load(Ordering::Relaxed) < 4 * CHUNK {
                std::thread::sleep(Duration::from_millis(1));
            }
            stop.store(true, Ordering::Relaxed);
            miner.join().unwrap()
        });
        assert_eq!(found, None);
        assert_eq!(mine(&t, threads(2), &stop, &tried), None, "already stopped");
    }
}
