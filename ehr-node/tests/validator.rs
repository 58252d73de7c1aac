//! A validator's node. One process a key: a second one is refused while the first runs, however its folder is called, and
//! may start once the first is gone, even killed. A disk that fails stops it, and a restart goes on.

use ehr_bft::replica::{ReplicaConfig, ReplicaKeys};
use ehr_conformance::{Fault, FaultPlan, FaultyLedger};
use ehr_core::block::ChainSpec;
use ehr_core::consensus::StakeParams;
use ehr_core::crypto::signature::{Signer as _, SoftwareSigner};
use ehr_core::primitives::{ChainId, Height};
use ehr_core::state::testkit::Staked;
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_node::driver::{Node, NodeConfig, NodeError, Notice, StartError, Validator};
use ehr_store_disk::DiskLayout;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Name of the variables that tell a process to hold a key: its seed, and where the ledger is.
const SEED: &str = "EHR_TEST_KEY_SEED";
const LEDGER: &str = "EHR_TEST_LEDGER";
const HOLDS: &str = "this process holds the key";

/// A chain with one validator, whose key has this seed.
fn chain(seed: &[u8; 32]) -> (Staked, ChainSpec) {
    let mut staked = Staked::new(&[10_000], 0, StakeParams { min_stake: 1, ..StakeParams::default() });
    staked.keys[0] = SoftwareSigner::from_seed(seed);
    staked.chain_id = ChainId::ZERO;
    staked.genesis.params.spacing_ms = 100;
    staked.genesis.validators = vec![staked.stake(0, 10_000)];
    let spec = staked.spec();
    (staked, spec)
}

/// Tests of other processes may run on this machine.
fn fresh_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    seed
}

fn start(seed: &[u8; 32], store: impl LedgerStore + Send + 'static) -> Result<Node, StartError> {
    let (staked, spec) = chain(seed);
    let keys = ReplicaKeys { votes: Box::new(SoftwareSigner::from_seed(seed)), account: None };
    let config = ReplicaConfig::new(staked.id(0), spec.params());
    let validator = Some(Validator { config, keys });
    Node::start(NodeConfig { validator, ..NodeConfig::new(spec, store, None) })
}

fn on_disk(dir: &Path) -> impl LedgerStore + Send + 'static {
    DiskLayout::new(dir).open().unwrap().0
}

async fn reaches(node: &Node, height: Height) {
    let started = Instant::now();
    while node.read(|ledger| ledger.best().header.height).await.unwrap() < height {
        assert!(started.elapsed() < Duration::from_secs(60), "no block {height} in a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the other test runs in a process of its own; nothing without being told a key.
#[tokio::test]
async fn hold_a_key() {
    let (Ok(seed), Ok(dir)) = (std::env::var(SEED), std::env::var(LEDGER)) else { return };
    let seed: [u8; 32] = hex::decode(seed).unwrap().try_into().unwrap();
    let node = start(&seed, on_disk(Path::new(&dir))).unwrap();
    reaches(&node, Height(2)).await;
    println!("\n{HOLDS}");
    std::io::stdout().flush().unwrap();
    // Until it is killed, or the other test is gone.
    while std::io::stdin().read_line(&mut String::new()).is_ok_and(|bytes| bytes > 0) {}
}

fn holder(seed: &[u8; 32], dir: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hold_a_key", "--nocapture"])
        .env(SEED, hex::encode(seed))
        .env(LEDGER, dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains(HOLDS)), "it ended before it held the key");
    child
}

#[tokio::test]
async fn a_second_process_with_the_key_waits_for_the_end_of_the_first() {
    let (ours, theirs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let seed = fresh_seed();
    let mut first = holder(&seed, theirs.path());

    // A ledger of its own does not help: its sign-protection record would know nothing.
    let key = SoftwareSigner::from_seed(&seed).public_key();
    for refused in [start(&seed, MemoryStore::new()), start(&seed, on_disk(ours.path()))] {
        let Err(StartError::KeyLock(why)) = refused else { panic!("two processes sign with one key") };
        assert!(why.contains(&key.to_string()) && why.contains("stop it first"), "{why}");
    }
    let mut other = seed;
    other[0] ^= 1;
    start(&other, MemoryStore::new()).expect("another key is free").stop().await;

    // SIGKILL: nothing in the process runs any more, the system gives the lock back.
    first.kill().unwrap();
    first.wait().unwrap();
    let node = start(&seed, on_disk(theirs.path())).expect("the key is free again");
    let height = node.read(|ledger| ledger.best().header.height).await.unwrap();
    assert!(height >= Height(2), "it goes on from what the first one stored");
    reaches(&node, height.plus(2)).await;
    node.stop().await;
}

#[tokio::test]
async fn a_full_disk_stops_the_validator_and_a_restart_goes_on() {
    let (dir, seed) = (TempDir::new().unwrap(), fresh_seed());
    let plan = FaultPlan { at: 12, fault: Fault::Full };
    let node = start(&seed, FaultyLedger::new(on_disk(dir.path()), plan)).unwrap();
    let mut notices = node.notices();
    let notice = tokio::time::timeout(Duration::from_secs(60), notices.recv()).await.expect("it stops");
    let Ok(Notice::Stopped(why)) = notice else { panic!("{notice:?}") };
    assert!(why.contains("repair the disk, then restart"), "{why}");
    // What it decided last is not on the disk and never will be: it tells nobody, and keeps nobody waiting.
    assert_eq!(node.read(|ledger| ledger.best().id).await, Err(NodeError::ValidatorStopped));
    let account = chain(&seed).0.id(0);
    assert_eq!(node.mine_block(account).await, Err(NodeError::ValidatorStopped));
    node.stop().await;

    let node = start(&seed, on_disk(dir.path())).unwrap();
    let height = node.read(|ledger| ledger.best().header.height).await.unwrap();
    assert!(height > Height::ZERO);
    reaches(&node, height.plus(2)).await;
    node.stop().await;
}
