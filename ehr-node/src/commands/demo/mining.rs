//! Progress of a block that takes long to mine.

use crate::ui::Screen;
use std::pin::pin;
use std::time::Duration;
use tokio::time::timeout;

/// A block that is found by then needs no bar.
const LONG: Duration = Duration::from_millis(500);
/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(100);

/// How hard blocks are, and where to say how far one is.
pub(super) struct Progress {
    pub(super) screen: Screen,
    /// Hashes that a block takes on average.
    pub(super) expected: u64,
}

impl Progress {
    /// Waits for a block to be mined and shows how many hashes were tried for it, if that takes long. There is no end to
    /// count towards: it takes as many as it takes, on average `expected`.
    pub(super) async fn of<T>(&self, mined: impl Future<Output = T>, tried: impl Fn() -> u64) -> T {
        let before = tried();
        let mut mined = pin!(mined);
        if let Ok(mined) = timeout(LONG, &mut mined).await {
            return mined;
        }
        let bar = self.screen.bar(self.expected, "hashes tried for a block, of what one takes on average");
        loop {
            let done = timeout(LOOK, &mut mined).await;
            bar.set(tried().saturating_sub(before));
            if let Ok(mined) = done {
                bar.finish();
                return mined;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Mode;
    use std::cell::Cell;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_block_that_takes_long_says_how_many_hashes_it_took() {
        for (ms, want) in
            [(400, ""), (1_300, "   hashes tried for a block, of what one takes on average: 1300 of 256\n")]
        {
            let paper = Paper::default();
            let screen = Screen::with(Mode::Json, io::sink(), paper.clone());
            let tried = Cell::new(7_000);
            let mined = async {
                for _ in 0..ms {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    tried.set(tried.get() + 1);
                }
                "mined"
            };
            let progress = Progress { screen, expected: 256 };
            assert_eq!(progress.of(mined, || tried.get()).await, "mined");
            assert_eq!(String::from_utf8(paper.0.lock().unwrap().clone()).unwrap(), want);
        }
    }
}
