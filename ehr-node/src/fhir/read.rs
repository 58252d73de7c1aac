//! Files and folders of bundles.

use super::{
    bundle::{ReadReport, read_bundle},
    error::{Problem, ReadError},
    limits::MAX_FILE_BYTES,
};
use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

/// Reads a file, or every `*.json` file of a folder and the folders below it, in the order of their names.
///
/// Everything is kept in memory; for a large folder, walk [`json_files`] and call [`read_file`] for each.
pub fn read_path(path: &Path) -> ReadReport {
    let mut report = ReadReport::default();
    for file in json_files(path, &mut report.problems) {
        read_file(&file, &mut report);
    }
    report
}

/// The files [`read_path`] would read, sorted. Links to folders are not followed, so that a loop cannot happen.
pub fn json_files(path: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = Vec::new();
    let mut problem = |file: &Path, reason| {
        problems.push(Problem { file: file.to_owned(), entry: None, reason });
    };
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => folders.push(path.to_owned()),
        Ok(meta) if meta.is_file() => files.push(path.to_owned()),
        Ok(_) => problem(path, ReadError::NotAFile),
        Err(e) => problem(path, ReadError::Io { kind: e.kind() }),
    }
    let is_folder = !folders.is_empty();
    let mut unreadable = false;
    while let Some(folder) = folders.pop() {
        if let Err(e) = list(&folder, &mut files, &mut folders) {
            unreadable = true;
            problem(&folder, ReadError::Io { kind: e.kind() });
        }
    }
    if is_folder && files.is_empty() && !unreadable {
        problem(path, ReadError::NoJsonFile);
    }
    files.sort();
    files
}

fn list(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let path = item.path();
        if item.file_type()?.is_dir() {
            folders.push(path);
        } else if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) && !path.is_dir() {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads one file and adds its bundle, or what is wrong with it, to `report`.
pub fn read_file(path: &Path, report: &mut ReadReport) {
    match contents(path) {
        Ok(bytes) => read_bundle(path, &bytes, report),
        Err(reason) => report.problems.push(Problem { file: path.to_owned(), entry: None, reason }),
    }
}

/// The bytes of a file that is not too long. Opening a pipe could wait for ever, hence the check before it.
fn contents(path: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |e: io::Error| ReadError::Io { kind: e.kind() };
    let meta = fs::metadata(path).map_err(io)?;
    if !meta.is_file() {
        return Err(ReadError::NotAFile);
    }
    if meta.len() > MAX_FILE_BYTES {
        return Err(ReadError::FileTooLarge { limit: MAX_FILE_BYTES, got: meta.len() });
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read; one byte past the limit is enough to refuse it.
    fs::File::open(path)
        .map_err(io)?
        .take(MAX_FILE_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(io)?;
    Ok(bytes)
}
