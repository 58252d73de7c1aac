//! One value, used by one thread at a time, with no lock held while it is used.
//!
//! A mutex would deadlock when a callback comes back in on the thread that holds it. Here the value is checked out: the
//! same thread is told `Busy` at once, another one waits, but not for ever.

use crate::{EhrError, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// How long a call waits for its turn.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A value that can be used again after a panic.
pub(crate) trait Spoilable {
    /// A panic happened while the value was used.
    fn spoil(&mut self);
}

impl Spoilable for () {
    fn spoil(&mut self) {}
}

enum Slot<T> {
    Free(Box<T>),
    Taken(ThreadId),
    Closed,
}

pub(crate) struct Gate<T> {
    slot: Mutex<Slot<T>>,
    freed: Condvar,
}

impl<T: Spoilable> Gate<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { slot: Mutex::new(Slot::Free(Box::new(value))), freed: Condvar::new() }
    }

    fn slot(&self) -> MutexGuard<'_, Slot<T>> {
        // Nothing but assignments happens under this mutex, so what a panicked thread left is whole.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Uses the value. Given back also after a panic.
    ///
    /// # Errors
    /// `Busy`: this thread uses it already, or another one does for too long. `Closed`. `Internal`: a panic.
    pub(crate) fn with<R>(&self, patience: Duration, work: impl FnOnce(&mut T) -> R) -> Result<R> {
        let mut value = self.take(patience, |me| Slot::Taken(me))?;
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut value)));
        if done.is_err() {
            value.spoil();
        }
        self.put(Slot::Free(value));
        done.map_err(|_| EhrError::internal("a mistake in the library stopped this call"))
    }

    /// Closes the gate and gives the value out, `None` if it was closed already.
    ///
    /// # Errors
    /// `Busy`, as above.
    pub(crate) fn close(&self, patience: Duration) -> Result<Option<Box<T>>> {
        match self.take(patience, |_| Slot::Closed) {
            Ok(value) => {
                // Whoever waits is told that it is closed.
                self.freed.notify_all();
                Ok(Some(value))
            }
            Err(EhrError::Closed) => Ok(None),
            Err(busy) => Err(busy),
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.slot(), Slot::Closed)
    }

    fn take(&self, patience: Duration, leave: impl Fn(ThreadId) -> Slot<T>) -> Result<Box<T>> {
        let (me, start) = (thread::current().id(), Instant::now());
        let mut slot = self.slot();
        loop {
            match &*slot {
                Slot::Free(_) => break,
                Slot::Closed => return Err(EhrError::Closed),
                Slot::Taken(by) if *by == me => {
                    return Err(EhrError::busy("this call comes from a callback of the same object"));
                }
                Slot::Taken(_) => {}
            }
            let Some(left) = patience.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                return Err(EhrError::busy(format!(
                    "another call did not end within {} ms",
                    patience.as_millis()
                )));
            };
            slot = self.freed.wait_timeout(slot, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        match core::mem::replace(&mut *slot, leave(me)) {
            Slot::Free(value) => Ok(value),
            Slot::Taken(_) | Slot::Closed => Err(EhrError::internal("gate")),
        }
    }

    fn put(&self, free: Slot<T>) {
        *self.slot() = free;
        self.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    impl Spoilable for Vec<u8> {
        fn spoil(&mut self) {
            self.push(255);
        }
    }

    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn the_same_thread_is_told_busy_at_once_and_another_one_after_a_while() {
        let gate = Gate::new(vec![1u8]);
        gate.with(SHORT, |_| {
            let start = Instant::now();
            assert!(matches!(gate.with(PATIENCE, |_| ()), Err(EhrError::Busy { .. })));
            assert!(matches!(gate.close(PATIENCE), Err(EhrError::Busy { .. })));
            assert!(start.elapsed() < Duration::from_secs(1));
            thread::scope(|scope| {
                let other = scope.spawn(|| gate.with(SHORT, |_| ()));
                assert!(matches!(other.join().unwrap(), Err(EhrError::Busy { .. })));
            });
        })
        .unwrap();
        assert_eq!(gate.with(SHORT, |v| v.len()).unwrap(), 1);
    }

    #[test]
    fn a_panic_gives_the_value_back_spoiled() {
        let gate = Gate::new(vec![1u8]);
        let done = gate.with(SHORT, |_| panic!("planned"));
        assert!(matches!(done, Err(EhrError::Internal { .. })));
        assert_eq!(gate.with(SHORT, |v| v.clone()).unwrap(), vec![1, 255]);
    }

    #[test]
    fn closing_wakes_whoever_waits() {
        let gate = Gate::new(vec![1u8]);
        let taken = AtomicBool::new(false);
        thread::scope(|scope| {
            let closer = scope.spawn(|| {
                gate.with(PATIENCE, |_| {
                    taken.store(true, Ordering::SeqCst);
                    thread::sleep(SHORT);
                })
                .unwrap();
                gate.close(PATIENCE).unwrap();
            });
            while !taken.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            let waiters: Vec<_> =
                (0..4).map(|_| scope.spawn(|| gate.with(PATIENCE, |_| thread::sleep(SHORT)))).collect();
            closer.join().unwrap();
            for waiter in waiters {
                assert!(matches!(waiter.join().unwrap(), Ok(()) | Err(EhrError::Closed)));
            }
        });
        assert!(gate.is_closed());
        assert!(matches!(gate.close(SHORT), Ok(None)));
        assert_eq!(gate.with(SHORT, |_| ()), Err(EhrError::Closed));
    }

    #[test]
    fn threads_take_turns() {
        let gate = Gate::new(Vec::<u8>::new());
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..1000).for_each(|_| gate.with(PATIENCE, |v| v.push(0)).unwrap()));
            }
        });
        assert_eq!(gate.with(SHORT, |v| v.len()).unwrap(), 8000);
    }
}
