//! Negative controls: whether a target notices what it is there to notice.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whether `play` panics on any of so many pseudo-random scripts, the same in every run.
pub(crate) fn notices(scripts: u64, play: impl Fn(&[u8])) -> bool {
    // The panics are what is looked for: nobody needs to read them.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let noticed = (0..scripts).any(|seed| {
        let script = bytes(seed, 400);
        catch_unwind(AssertUnwindSafe(|| play(&script))).is_err()
    });
    std::panic::set_hook(hook);
    noticed
}

/// Bytes of the splitmix64 generator.
fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(len).collect()
}
