//! Replays the committed corpus of every target. `EHR_BLESS=1` writes the seeds anew; found crashers stay beside
//! them, named after what they broke.

use ehr_fuzz::{seeds, targets};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = read.map(|file| file.expect("a readable folder").path()).collect();
    files.sort();
    files
}

#[test]
fn every_target_holds_on_its_corpus() {
    if std::env::var_os("EHR_BLESS").is_some() {
        write_seeds();
    }
    let names: BTreeSet<String> = targets().iter().map(|target| target.name.to_owned()).collect();
    let folders: BTreeSet<String> =
        files(&corpus()).iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    assert_eq!(names, folders, "a target without a corpus, or a corpus without a target");
    let (mut total, mut idle) = (0, Vec::new());
    for target in targets() {
        let files = files(&corpus().join(target.name));
        assert!(files.len() <= 20, "{}: {} files", target.name, files.len());
        let mut accepted = 0;
        for path in &files {
            let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            println!("{}", path.display());
            (target.run)(&bytes);
            accepted += usize::from((target.accepts)(&bytes));
            total += 1;
        }
        if accepted == 0 {
            idle.push(target.name);
        }
    }
    assert!(idle.is_empty(), "nothing in the corpus of {idle:?} is accepted, so it shows nothing");
    println!("{} targets, {total} inputs", names.len());
}

fn write_seeds() {
    let pool = seeds::pool(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors"));
    for target in targets() {
        let folder = corpus().join(target.name);
        std::fs::create_dir_all(&folder).expect("corpus folder");
        for old in files(&folder) {
            if old.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seed-")) {
                std::fs::remove_file(&old).expect("corpus folder");
            }
        }
        for (n, seed) in seeds::seeds(&target, &pool).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{n:02}")), seed).expect("corpus folder");
        }
    }
}
