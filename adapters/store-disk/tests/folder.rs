//! A ledger folder: opened twice, read-only, killed, large, damaged bodies.

mod support;

use ehr_conformance::Dice;
use ehr_core::primitives::ContentId;
use ehr_core::store::{
    BlobError, BlobStore, ChangeSet, LedgerRead, LedgerStore, ReadError, StoreError, Table,
};
use ehr_store_disk::DiskLayout;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn put(key: &[u8], value: &[u8]) -> ChangeSet {
    let mut set = ChangeSet::new();
    set.put(Table::State, key, value.to_vec());
    set
}

#[test]
fn a_second_opening_is_refused_until_the_first_ends() {
    let dir = TempDir::new().unwrap();
    let layout = DiskLayout::new(dir.path().join("new/folder"));
    assert!(!layout.exists());
    let (mut store, blobs) = layout.open().unwrap();
    assert!(layout.exists());
    store.commit(&put(b"k", b"v")).unwrap();
    let refused = layout.open().err().unwrap();
    assert!(matches!(&refused, StoreError::Locked(_)) && refused.to_string().contains("folder"), "{refused}");
    assert_eq!(store.get(Table::State, b"k").unwrap().unwrap(), b"v");
    drop((store, blobs));
    let (store, _) = layout.open().unwrap();
    assert_eq!(store.get(Table::State, b"k").unwrap().unwrap(), b"v");
}

#[test]
fn an_emptied_ledger_file_is_damage_not_a_new_ledger() {
    let dir = TempDir::new().unwrap();
    let layout = DiskLayout::new(dir.path());
    drop(layout.open().unwrap());
    fs::write(layout.ledger_path(), b"").unwrap();
    assert!(matches!(layout.open(), Err(StoreError::Read(ReadError::Corrupt { .. }))));
}

#[test]
fn a_creation_that_was_interrupted_starts_over() {
    let dir = TempDir::new().unwrap();
    let layout = DiskLayout::new(dir.path());
    fs::write(dir.path().join("ledger.redb.new"), b"half").unwrap();
    let (mut store, _) = layout.open().unwrap();
    store.commit(&put(b"k", b"v")).unwrap();
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().unwrap();
    let layout = DiskLayout::new(dir.path().join("ledger"));
    drop(layout.open().unwrap());
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for path in [layout.ledger_path(), layout.lock_path()] {
        set(&path, 0o444);
    }
    set(layout.root(), 0o555);
    if fs::write(layout.root().join("probe"), b"").is_ok() {
        // Permissions do not bind the superuser; the kernel's own folders do.
        let refused = DiskLayout::new("/sys/kernel/ehr-ledger-test").open().err().unwrap();
        assert!(
            matches!(&refused, StoreError::ReadOnly(text) if text.contains("ehr-ledger-test")),
            "{refused:?}"
        );
        writeln!(
            std::io::stderr(),
            "not run: 1 case, a read-only ledger, since this user may write anywhere"
        )
        .unwrap();
    } else {
        let refused = layout.open().err().unwrap();
        assert!(matches!(&refused, StoreError::ReadOnly(text) if text.contains("lock")), "{refused:?}");
    }
    set(layout.root(), 0o755);
}

#[test]
fn a_damaged_body_is_refused_and_can_be_replaced() {
    let dir = TempDir::new().unwrap();
    let (_, blobs) = DiskLayout::new(dir.path()).open().unwrap();
    let body = Dice::new(1).bytes(5000);
    let id = ContentId::of_raw(&body);
    blobs.put(&id, &body).unwrap();
    let path = blobs.path(&id);
    assert!(path.ends_with(id.to_string()));
    for damage in [&body[..4999], &[&body[..], b"x"].concat(), b"", &[&[!body[0]], &body[1..]].concat()] {
        fs::write(&path, damage).unwrap();
        assert_eq!(blobs.get(&id), Err(BlobError::Damaged(id)));
    }
    blobs.put(&id, &body).unwrap();
    assert!(blobs.get(&id).unwrap().unwrap() == body);
    let blobs = blobs.with_limit(5000);
    let long = vec![0; 5001];
    let too_large = BlobError::TooLarge { limit: 5000, got: 5001 };
    assert_eq!(blobs.put(&ContentId::of_raw(&long), &long), Err(too_large));
    blobs.put(&id, &body).unwrap();
}

#[test]
fn a_large_ledger_opens_at_once_even_after_a_crash() {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let layout = DiskLayout::new(dir.path());
    let (mut store, _) = layout.open().unwrap();
    let mut dice = Dice::new(3);
    for _ in 0..20 {
        let mut set = ChangeSet::new();
        for _ in 0..5000 {
            set.put(Table::State, &dice.bytes(32), dice.bytes(100));
        }
        store.commit(&set).unwrap();
    }
    // What a killed process leaves: the file as it is while open. Synced, so that opening does not pay for it.
    let killed: Vec<_> = (0..3).map(|n| DiskLayout::new(copy.path().join(n.to_string()))).collect();
    for copy in &killed {
        fs::create_dir_all(copy.root()).unwrap();
        fs::copy(layout.ledger_path(), copy.ledger_path()).unwrap();
        fs::File::open(copy.ledger_path()).unwrap().sync_all().unwrap();
    }
    drop(store);
    let time = |layout: &DiskLayout| {
        let start = Instant::now();
        let (store, _) = layout.open().unwrap();
        assert_eq!(store.range(Table::State, b"", b"", 10).unwrap().len(), 10);
        start.elapsed()
    };
    let closed: Vec<_> = (0..3).map(|_| time(&layout)).collect();
    let killed_times: Vec<_> = killed.iter().map(time).collect();
    writeln!(std::io::stderr(), "opening 100,000 records: closed {closed:?}, killed {killed_times:?}")
        .unwrap();
    // The best of three, since the machine has other work.
    for times in [closed, killed_times] {
        assert!(times.iter().min().unwrap() < &Duration::from_millis(50), "{times:?}");
    }
    assert_eq!(killed[0].open().unwrap().0.check().unwrap(), 100_000);
}

/// Not a test of its own: the process that [`a_killed_process_loses_nothing_acknowledged`] kills.
#[test]
fn child_that_writes_until_killed() {
    let Some(folder) = std::env::var_os("EHR_TEST_CHILD_FOLDER") else { return };
    let (mut store, blobs) = DiskLayout::new(folder).open().unwrap();
    let first = store.range(Table::Heights, b"", b"", usize::MAX).unwrap().len() as u64;
    for n in first.. {
        let body = Dice::new(n).bytes(500);
        blobs.put(&ContentId::of_raw(&body), &body).unwrap();
        let mut set = ChangeSet::new();
        set.put(Table::Heights, &n.to_be_bytes(), body.clone());
        set.put(Table::State, &Dice::new(n).bytes(32), body);
        store.commit(&set).unwrap();
        writeln!(std::io::stderr(), "ack {n}").unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    let dir = TempDir::new().unwrap();
    let layout = DiskLayout::new(dir.path());
    let mut dice = Dice::new(4);
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes_until_killed", "--nocapture"])
            .env("EHR_TEST_CHILD_FOLDER", dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let acks = 1 + dice.below(15);
        let mut last = None;
        while last.is_none_or(|n| n % 16 != acks as u64) {
            let line = lines.next().expect("the child runs").unwrap();
            last = line.strip_prefix("ack ").map(|n| n.parse::<u64>().unwrap()).or(last);
        }
        child.kill().unwrap();
        // What it still managed to say counts too.
        last =
            lines.map_while(Result::ok).filter_map(|l| l.strip_prefix("ack ")?.parse().ok()).last().or(last);
        child.wait().unwrap();
        let (store, blobs) = layout.open().unwrap();
        store.check().unwrap();
        let kept = store.range(Table::Heights, b"", b"", usize::MAX).unwrap();
        let acked = last.unwrap() + 1;
        assert!((acked..=acked + 1).contains(&(kept.len() as u64)), "round {round}: {acked} acknowledged");
        for (n, (_, body)) in kept.iter().enumerate() {
            assert_eq!(*body, Dice::new(n as u64).bytes(500));
            assert_eq!(blobs.get(&ContentId::of_raw(body)).unwrap().as_ref(), Some(body));
        }
    }
}
