//! Power loss at every sync: the store must come back as before or after the commit that was running.

mod support;

use ehr_conformance::Dice;
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_store_disk::DEFAULT_CACHE;
use support::{Disk, dump};

/// Runs a script and opens every image that a crash could leave; gives the number of images.
fn crash_everywhere(seed: u64, lying: bool) -> Result<usize, String> {
    let (mut dice, mut model, disk) = (Dice::new(seed), MemoryStore::new(), Disk::default());
    let mut store = disk.open(DEFAULT_CACHE).unwrap();
    disk.collect_images();
    if lying {
        disk.lie_about_syncs();
    }
    let mut opened = 0;
    let mut check = |images: Vec<Vec<u8>>, allowed: &[&MemoryStore], when: String| {
        for (n, image) in images.into_iter().enumerate() {
            opened += 1;
            let back = Disk::new(image).open(DEFAULT_CACHE).map_err(|e| format!("{when}, image {n}: {e}"))?;
            back.check().map_err(|e| format!("{when}, image {n}: {e}"))?;
            let found = dump(&back);
            if !allowed.iter().any(|state| found == dump(*state)) {
                return Err(format!("{when}, image {n}: neither the state before nor the one after"));
            }
        }
        Ok(())
    };
    for step in 0..6 {
        let set = dice.change_set(40);
        let before = model.clone();
        model.commit(&set).unwrap();
        store.commit(&set).unwrap();
        check(disk.take_images(), &[&before, &model], format!("seed {seed}, during commit {step}"))?;
        check(disk.crash_images(), &[&model], format!("seed {seed}, after commit {step}"))?;
        if dice.below(4) == 0 {
            drop(store);
            check(disk.take_images(), &[&model], format!("seed {seed}, closing after commit {step}"))?;
            store = disk.open(DEFAULT_CACHE).unwrap();
            check(disk.take_images(), &[&model], format!("seed {seed}, opening after commit {step}"))?;
        }
    }
    drop(store);
    check(disk.take_images(), &[&model], format!("seed {seed}, closing"))?;
    Ok(opened)
}

#[test]
fn every_crash_image_is_the_state_before_or_after() {
    let images: usize = (0..20).map(|seed| crash_everywhere(seed, false).unwrap()).sum();
    assert!(images > 20 * 6 * 3 * 8, "only {images} images were opened");
}

#[test]
fn a_disk_that_lies_about_syncs_is_noticed_by_this_test() {
    crash_everywhere(1, true).unwrap_err();
}
