//! Opening a ledger of 10,000 and of 100,000 records in a process of its own: after a clean close, and after the
//! process that had it open was killed (SIGKILL) behind a commit.
//!
//! Goals: at most 50 ms at 100,000 records; resident memory that does not grow with the ledger.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]
#![allow(clippy::unwrap_used, reason = "a failure here ends the measurement")]
#![allow(clippy::print_stdout, reason = "the ratios are this program's product")]
#![allow(clippy::disallowed_types, reason = "a measurement needs a clock")]

use ehr_benches::{Clinic, Node, median};
use ehr_core::block::{ChainSpec, Genesis};
use ehr_core::codec::Wire;
use ehr_core::engine::{Engine, EngineConfig, GENESIS_KEY};
use ehr_core::store::{LedgerRead, Table};
use ehr_store_disk::DiskLayout;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const PATIENTS: usize = 1000;
const OPENINGS: usize = 9;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["child-open", folder] => open(Path::new(folder)),
        ["child-hold", folder, block] => hold(Path::new(folder), Path::new(block)),
        _ => measure(),
    }
}

fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, block) = (folder.path().join("ledger"), folder.path().join("block"));
    let mut clinic = Clinic::new(PATIENTS);
    let mut node = Node::open(&ledger, clinic.kit.spec());
    for setup in &clinic.setup {
        node.import(setup.bytes());
    }
    let mut made = 0;
    for records in [10_000, 100_000] {
        while made < records {
            node.import(clinic.record_block().bytes());
            made += PATIENTS;
        }
        drop(node);
        println!("{records} records, closed:  {}", openings(&ledger));
        std::fs::write(&block, clinic.record_block().bytes()).unwrap();
        made += PATIENTS;
        kill_behind_a_commit(&ledger, &block);
        println!("{records} records, killed:  {}", openings(&ledger));
        node = Node::open(&ledger, clinic.kit.spec());
    }
}

fn child(args: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(args);
    command
}

/// Opens the ledger in a process of its own, several times.
fn openings(ledger: &Path) -> String {
    let mut rows = [const { Vec::new() }; 3];
    for _ in 0..OPENINGS {
        let output = child(&["child-open".as_ref(), ledger.as_os_str()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        for (row, value) in rows.iter_mut().zip(text.split_whitespace()) {
            row.push(value.parse::<f64>().unwrap());
        }
    }
    let [ms, opened, walked] = rows;
    let first = ms.first().copied().unwrap_or_default();
    format!(
        "opened in {:.1} ms, the first time {first:.1} ms (goal 50); resident {:.1} MiB, {:.1} MiB after reading the \
         transaction index (goal: the same at both sizes)",
        median(ms),
        median(opened) / 1024.0,
        median(walked) / 1024.0
    )
}

/// Has another process commit a block and kills it.
fn kill_behind_a_commit(ledger: &Path, block: &Path) {
    let args = ["child-hold".as_ref(), ledger.as_os_str(), block.as_os_str()];
    let mut holder = child(&args).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "committed");
    holder.kill().unwrap();
    holder.wait().unwrap();
}

fn spec(store: &dyn LedgerRead) -> ChainSpec {
    let genesis = store.get(Table::Meta, GENESIS_KEY).unwrap().unwrap();
    ChainSpec::new(Genesis::from_bytes(&genesis).unwrap()).unwrap()
}

/// Prints milliseconds to open, and KiB resident then and after a walk over the transaction index. Making the specification is a
/// configuration's cost, not the ledger's, and not counted.
fn open(folder: &Path) {
    let start = Instant::now();
    let (store, _) = DiskLayout::new(folder).open().unwrap();
    let opened = start.elapsed();
    let spec = spec(&store);
    let start = Instant::now();
    let engine = Engine::recover(spec, EngineConfig::default(), &store).unwrap();
    let ms = (opened + start.elapsed()).as_secs_f64() * 1e3;
    let resident_open = resident();
    drop(engine);
    let mut from = Vec::new();
    loop {
        let page = store.range(Table::TxIndex, &from, &[], 256).unwrap();
        let Some((last, _)) = page.last() else { break };
        from = [last.as_slice(), &[0]].concat();
    }
    println!("{ms} {resident_open} {}", resident());
}

fn hold(folder: &Path, block: &Path) {
    let spec = spec(&DiskLayout::new(folder).open().unwrap().0);
    let mut node = Node::open(folder, spec);
    node.import(&std::fs::read(block).unwrap());
    println!("committed");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

/// Resident memory of this process, KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
