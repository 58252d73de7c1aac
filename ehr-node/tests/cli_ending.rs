//! How a run ends when its output does not arrive, or when somebody interrupts it.
#![cfg(unix)]

mod cli;

use cli::{Ran, arg, kept};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

fn ehr() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ehr"))
}

#[test]
fn output_that_does_not_fit_is_a_failure_in_both_modes() {
    // A device that is always full; where there is none, there is nothing to write to.
    if File::open("/dev/full").is_err() {
        println!("NOT RUN: 1 test, no /dev/full here");
        return;
    }
    let (_dir, kept, _) = kept();
    let dir = kept.join("hospital-a");
    for arguments in [vec!["show", arg(&dir)], vec!["show", arg(&dir), "--json"], vec!["verify", arg(&dir)]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ran = Ran::of(ehr().args(&arguments).stdout(full).output().unwrap()).expect(1);
        assert!(ran.err.contains("could not be written"), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn an_interrupted_demo_leaves_no_folder() {
    let temporary = TempDir::new().unwrap();
    let mut demo = ehr();
    demo.args(["demo", "--patients", "20"]).env("TMPDIR", temporary.path());
    let mut child = demo.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut story = BufReader::new(child.stdout.take().unwrap()).lines();
    // The second chapter begins when the ledger of the first is there.
    assert!(story.by_ref().any(|line| line.unwrap().starts_with("2. ")));
    assert!(fs::read_dir(temporary.path()).unwrap().count() > 0, "the demo has its folder here");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!((status.code(), status.signal()), (Some(130), None));
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
