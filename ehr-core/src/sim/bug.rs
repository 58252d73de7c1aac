//! Mistakes that are planted on purpose, one at a time, to show that the simulator notices them.

use crate::primitives::bit_set;

bit_set! {
    /// A planted bug. Read through `planted!`, which is constant `false` outside tests.
    Bug(u32) {
        /// Frames leave before what they depend on is on disk.
        SEND_BEFORE_PERSIST = 0,
        /// Transactions of undone blocks are forgotten.
        FORGET_UNDONE_TXS = 1,
        /// The longest chain wins instead of the heaviest.
        COUNT_BLOCKS = 2,
        /// Ties go to whoever came first.
        TIE_FIRST_SEEN = 3,
        /// Transaction signatures are not checked.
        SKIP_SIGNATURES = 4,
        /// Nonces are not checked.
        ALLOW_REPLAY = 5,
        /// A revoked grant still permits.
        IGNORE_REVOKE = 6,
        /// The proof of work is not checked.
        SKIP_WORK = 7,
        /// The state root in a header is not compared.
        SKIP_STATE_ROOT = 8,
        /// Undoing a block leaves its state behind.
        KEEP_UNDONE_STATE = 9,
        /// Finality is told with one confirmation.
        HASTY_FINALITY = 10,
        /// A header from the far future is taken.
        ANY_TIME = 11,
        /// The driver says persisted before the disk has it.
        SKIP_SYNC = 12,
        /// A block is connected without the blocks' bodies being stored.
        LOSE_BODY = 13,
        /// Offences cost nothing.
        SKIP_SLASH = 14,
        /// Withdrawn stake is paid out at once.
        EARLY_UNBOND = 15,
        /// Certificates are not verified.
        SKIP_CERTIFICATES = 16,
    }
}
