//! The three trees.

use super::{Toolbox, owned};
use crate::args::{Data, Many};
use crate::error::{call, exception};
use ehr_ffi::toolbox::state_tree::{self, TreeEntry};
use ehr_ffi::toolbox::{history, merkle};
use pyo3::prelude::*;

fn entries(many: Many<(Data, Data)>) -> Vec<TreeEntry> {
    let entry = |(key, value): &(Data, Data)| TreeEntry { key: key.to_vec(), value: value.to_vec() };
    many.0.iter().map(entry).collect()
}

#[pymethods]
impl Toolbox {
    #[staticmethod]
    fn merkle_leaf_hash(py: Python<'_>, leaf: Data) -> PyResult<Vec<u8>> {
        call(py, || Ok(merkle::merkle_leaf_hash(leaf.to_vec())))
    }
    #[staticmethod]
    fn merkle_root(py: Python<'_>, leaves: Many<Data>) -> PyResult<Vec<u8>> {
        let leaves = owned(leaves);
        call(py, || Ok(merkle::merkle_root(&leaves)))
    }
    #[staticmethod]
    fn merkle_root_of_hashes(py: Python<'_>, leaf_hashes: Many<Data>) -> PyResult<Vec<u8>> {
        let hashes = owned(leaf_hashes);
        call(py, || merkle::merkle_root_of_hashes(&hashes))
    }
    #[staticmethod]
    fn merkle_prove_inclusion(py: Python<'_>, leaves: Many<Data>, index: u64) -> PyResult<Vec<u8>> {
        let leaves = owned(leaves);
        call(py, || merkle::merkle_prove_inclusion(&leaves, index))
    }
    #[staticmethod]
    fn merkle_prove_consistency(py: Python<'_>, leaves: Many<Data>, old_size: u64) -> PyResult<Vec<u8>> {
        let leaves = owned(leaves);
        call(py, || merkle::merkle_prove_consistency(&leaves, old_size))
    }
    #[staticmethod]
    fn merkle_verify_inclusion(
        index: u64,
        size: u64,
        leaf_hash: Data,
        path: Data,
        root: Data,
    ) -> PyResult<()> {
        let (leaf, path, root) = (leaf_hash.to_vec(), path.to_vec(), root.to_vec());
        merkle::merkle_verify_inclusion(index, size, leaf, path, root).map_err(exception)
    }
    #[staticmethod]
    fn merkle_verify_consistency(
        old_size: u64,
        size: u64,
        old_root: Data,
        path: Data,
        root: Data,
    ) -> PyResult<()> {
        let (old_root, path, root) = (old_root.to_vec(), path.to_vec(), root.to_vec());
        merkle::merkle_verify_consistency(old_size, size, old_root, path, root).map_err(exception)
    }

    #[staticmethod]
    fn state_root(py: Python<'_>, entries: Many<(Data, Data)>) -> PyResult<Vec<u8>> {
        let entries = self::entries(entries);
        call(py, || state_tree::state_root(&entries))
    }
    #[staticmethod]
    fn state_prove(py: Python<'_>, entries: Many<(Data, Data)>, key: Data) -> PyResult<Vec<u8>> {
        let entries = self::entries(entries);
        call(py, || state_tree::state_prove(&entries, key.to_vec()))
    }
    #[staticmethod]
    fn state_verify(root: Data, key: Data, value: Option<Data>, proof: Data) -> PyResult<()> {
        let value = value.map(|value| value.to_vec());
        state_tree::state_verify(root.to_vec(), key.to_vec(), value, proof.to_vec()).map_err(exception)
    }

    #[staticmethod]
    fn history_root(py: Python<'_>, leaf_hashes: Many<Data>) -> PyResult<Vec<u8>> {
        let hashes = owned(leaf_hashes);
        call(py, || history::history_root(&hashes))
    }
    #[staticmethod]
    fn history_prove(py: Python<'_>, leaf_hashes: Many<Data>, index: u64) -> PyResult<Vec<u8>> {
        let hashes = owned(leaf_hashes);
        call(py, || history::history_prove(&hashes, index))
    }
    #[staticmethod]
    fn history_verify(count: u64, index: u64, leaf_hash: Data, path: Data, root: Data) -> PyResult<()> {
        let (leaf, path, root) = (leaf_hash.to_vec(), path.to_vec(), root.to_vec());
        history::history_verify(count, index, leaf, path, root).map_err(exception)
    }
}
