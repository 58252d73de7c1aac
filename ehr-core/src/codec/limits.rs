//! Every limit on what a peer or caller can make us hold, in one table (`docs/spec/limits.md` prints it).

/// Nesting of any wire value.
pub const MAX_DEPTH: usize = 8;
/// One signed transaction, bytes.
pub const MAX_TX: usize = 16 * 1024;
/// One block with its transactions, bytes.
pub const MAX_BLOCK: usize = 1024 * 1024;
/// One header, bytes.
pub const MAX_HEADER: usize = 1024;
/// Blocks whose signatures are verified in one batch, bytes.
pub const MAX_WINDOW: usize = 4 * 1024 * 1024;
/// Transactions in a block.
pub const MAX_BLOCK_TXS: usize = 4096;
/// Signatures on a transaction.
pub const MAX_SIGNATURES: usize = 64;
/// Device keys of an account.
pub const MAX_DEVICE_KEYS: usize = 16;
/// Live grants and rules of an account.
pub const MAX_LIVE_GRANTS: usize = 64;
/// Scopes rotated by one revocation.
pub const MAX_ROTATIONS: usize = 16;
/// Blocks a transaction may stay valid for.
pub const MAX_VALIDITY: u64 = 20_000;
/// How far a nonce may jump ahead of the highest its account used.
pub const MAX_NONCE_GAP: u64 = 1_000_000;
/// Longest delegation chain.
pub const MAX_DELEGATION: u8 = 4;
/// One frame between peers, bytes: a block, its certificate and their envelope.
pub const MAX_FRAME: usize = MAX_BLOCK + MAX_CERTIFICATE + 4096;
/// Headers in one answer.
pub const MAX_HEADERS: usize = 2000;
/// Ids in a locator.
pub const MAX_LOCATOR: usize = 101;
/// Block ids in one request.
pub const MAX_GET_BLOCKS: usize = 16;
/// Sections of a record version.
pub const MAX_SECTIONS: usize = 256;
/// Wraps in one wrap set.
pub const MAX_WRAPS: usize = 1024;
/// One wrap, bytes.
pub const MAX_WRAP: usize = 16 * 1024;
/// Generations of a keyring.
pub const MAX_GENERATIONS: u32 = 4096;
/// Generations kept in one account's key bytes: they fit a key file.
pub const MAX_KEPT_GENERATIONS: u32 = 1024;
/// Seeds kept in one account's key bytes for rotations that no block holds yet.
pub const MAX_CANDIDATE_SEEDS: usize = 16;
/// Secret content of one key file, bytes.
pub const MAX_KEY_FILE: usize = 64 * 1024;
/// Argon2id memory a key file may ask for, KiB.
pub const MAX_ARGON2_MEMORY: u32 = 1024 * 1024;
/// Argon2id passes a key file may ask for.
pub const MAX_ARGON2_PASSES: u32 = 16;
/// Argon2id lanes a key file may ask for.
pub const MAX_ARGON2_LANES: u32 = 16;
/// Name of a record kind or media type, bytes.
pub const MAX_KIND: usize = 128;
/// One manifest or wrap set, bytes.
pub const MAX_OBJECT: usize = 512 * 1024;
/// A transaction on its way between signers, with its bodies, bytes.
pub const MAX_DRAFT: usize = 64 * 1024 * 1024;
/// Bodies that travel with a transaction: sections, manifest and wraps of a version.
pub const MAX_DRAFT_BODIES: usize = MAX_SECTIONS + 2;
/// One sealed section, bytes (64 GiB plaintext is the format's own cap; a node keeps less).
pub const MAX_SEALED: u64 = 64 * 1024 * 1024 * 1024;
/// A genesis specification, bytes.
pub const MAX_GENESIS: usize = 256 * 1024;
/// Chain parameters, bytes.
pub const MAX_PARAMS: usize = 256;
/// One value in the state tree, bytes: a transaction's payload and what the state adds to it.
pub const MAX_STATE_VALUE: usize = MAX_TX + 4096;
/// One receipt, bytes.
pub const MAX_RECEIPT: usize = 8 * 1024;
/// The receipts of one block, bytes.
pub const MAX_RECEIPTS: usize = 32 * 1024 * 1024;
/// What undoes one block, bytes: 64 KiB for each transaction. The heaviest, a revocation of [`MAX_LIVE_GRANTS`]
/// grants, needs a third of that. No rule refuses a block for this, so any valid block must fit, or nobody
/// could leave the branch it is on.
pub const MAX_UNDO: usize = MAX_BLOCK_TXS * 64 * 1024;
/// Admitted institutions: two thirds of them and a fee payer fit [`MAX_SIGNATURES`].
pub const MAX_INSTITUTIONS: usize = 90;
/// Hashes in one proof: a sparse tree of 256-bit keys is the deepest.
pub const MAX_PROOF_HASHES: usize = 256;
/// One tree proof, bytes.
pub const MAX_PROOF: usize = MAX_PROOF_HASHES * 32 + 256;
/// One light proof, bytes: a header, its ancestor path, a few state proofs and the largest transaction.
pub const MAX_LIGHT_PROOF: usize = 64 * 1024;
/// Validators of one height: the signers of a certificate fit a bitmap of 16 bytes.
pub const MAX_VALIDATORS: usize = 128;
/// Stake of all validators together stays below this, so that three times it fits 64 bits.
pub const MAX_TOTAL_POWER: u64 = 1 << 62;
/// Rounds of one height.
pub const MAX_ROUND: u32 = 65_535;
/// One validator set, bytes.
pub const MAX_VALIDATOR_SET: usize = MAX_VALIDATORS * 80 + 16;
/// One commit certificate, bytes.
pub const MAX_CERTIFICATE: usize = MAX_VALIDATORS * 64 + 128;
/// Withdrawals of one validator that unbond at a time.
pub const MAX_UNBONDING: usize = 16;
/// Credits a block may bring into being.
pub const MAX_REWARD: u64 = 1 << 32;
/// One piece of evidence against a validator, bytes.
pub const MAX_EVIDENCE: usize = 512;
/// What a light client under stake starts from, bytes: a header and a validator set.
pub const MAX_STAKE_ANCHOR: usize = MAX_HEADER + MAX_VALIDATOR_SET + 16;
/// One height for a light client under stake, bytes: header, certificate and two validator sets.
pub const MAX_LIGHT_BLOCK: usize = MAX_HEADER + MAX_CERTIFICATE + 2 * MAX_VALIDATOR_SET + 16;
/// Verified blocks that a light client under stake keeps, to prove forks with; also steps of a side of such a proof.
pub const MAX_LIGHT_STEPS: usize = 32;
/// Proof of a fork, bytes.
pub const MAX_FORK_PROOF: usize = 2 * MAX_LIGHT_STEPS * MAX_LIGHT_BLOCK + 64;
/// One light proof with its certificate and changes of two validator sets, bytes.
pub const MAX_STAKE_PROOF: usize = MAX_LIGHT_PROOF + MAX_CERTIFICATE + 4 * MAX_VALIDATOR_SET;
/// One checkpoint, bytes.
pub const MAX_CHECKPOINT: usize = 256;
/// One checkpoint with the signatures of [`MAX_INSTITUTIONS`], bytes.
pub const MAX_COSIGNED: usize = MAX_CHECKPOINT + MAX_INSTITUTIONS * 104 + 16;
/// Evidence that an institution vouched for two histories, bytes.
pub const MAX_SPLIT_VIEW: usize = 2 * (MAX_CHECKPOINT + 128) + MAX_PROOF + 128;
