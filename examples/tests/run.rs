//! The examples run to their end, so they cannot rot. Each asserts what it tells.

#[path = "../examples/consent_revoked.rs"]
mod consent_revoked;
#[path = "../examples/seal_a_record.rs"]
mod seal_a_record;
#[path = "../examples/story.rs"]
mod story;
#[path = "../examples/two_hospitals.rs"]
mod two_hospitals;
#[path = "../examples/verify_offline.rs"]
mod verify_offline;

#[test]
fn every_example_tells_its_story() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(here).expect("the folder of the examples").count();
    assert_eq!(files, 6, "sim.rs has a test of its own; every other example belongs here");
    consent_revoked::main().expect("consent_revoked");
    seal_a_record::main().expect("seal_a_record");
    story::main().expect("story");
    two_hospitals::main().expect("two_hospitals");
    verify_offline::main().expect("verify_offline");
}
