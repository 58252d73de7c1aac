//! Canonical bytes, transactions, messages, record versions, light proofs and the policy.

use super::crypto::{PlaceArg, place};
use super::{Toolbox, owned};
use crate::args::{Data, IdArg, Many};
use crate::error::{call, exception};
use crate::ids::{AccountId, BlockId, ContentId, TxId};
use ehr_core::primitives::Timestamp;
use ehr_ffi::toolbox::{client, light, policy, records, transactions, wire};
use pyo3::prelude::*;

type Fault = (String, Option<u64>, Option<u64>, Option<u64>, Option<u64>, Option<String>, String);
type Promise = (Data, Data, IdArg<ContentId>, u8);
type Version = (String, Vec<u8>, Vec<String>, Vec<Vec<u8>>, Vec<Vec<u8>>);
type AccountKeys = (AccountId, &'static str, Vec<u8>, Vec<u8>, u32, Vec<u8>, Option<Vec<u8>>, Vec<u8>);
type Draft = (TxId, String, Vec<u8>, Vec<AccountId>, Option<Vec<AccountId>>, Vec<ContentId>, Vec<u8>);
type Transaction = (TxId, u16, String, Vec<u8>, Vec<(AccountId, u32, Vec<u8>)>);
pub(super) type Facts =
    (BlockId, u64, u64, Vec<(u8, Vec<u8>, Vec<u8>, Option<Vec<u8>>)>, Vec<Vec<u8>>, Vec<Vec<u8>>);

pub(super) fn shown(facts: light::LightFacts) -> Facts {
    let state = facts.state.into_iter().map(|e| (e.namespace, e.id, e.key, e.value)).collect();
    let (as_of, height, time) = (BlockId(facts.as_of), facts.height.0, facts.time.0);
    (as_of, height, time, state, facts.transactions, facts.receipts)
}

fn version(opened: records::VerifiedVersion) -> Version {
    (opened.kind, opened.kind_salt, opened.media_types, opened.sections, opened.leaves)
}

#[pymethods]
impl Toolbox {
    #[staticmethod]
    fn wire_kinds() -> Vec<(String, u64, u32, Option<u8>)> {
        let shown = |kind: wire::WireKind| (kind.name, kind.max_bytes, kind.max_depth, kind.namespace);
        wire::wire_kinds().into_iter().map(shown).collect()
    }
    #[staticmethod]
    fn recode(py: Python<'_>, kind: &str, data: Data) -> PyResult<Vec<u8>> {
        call(py, || wire::recode(kind, data.to_vec()))
    }
    #[staticmethod]
    fn describe(py: Python<'_>, kind: &str, data: Data) -> PyResult<String> {
        call(py, || wire::describe(kind, data.to_vec()))
    }
    #[staticmethod]
    fn decode_fault(py: Python<'_>, kind: &str, data: Data) -> PyResult<Option<Fault>> {
        let fault = call(py, || wire::decode_fault(kind, data.to_vec()))?;
        Ok(fault.map(|f| (f.kind, f.offset, f.limit, f.got, f.extra, f.form, f.reason)))
    }

    #[staticmethod]
    #[pyo3(signature = (data, foreign_signing_key = None))]
    fn decode_account_keys(
        py: Python<'_>,
        data: Data,
        foreign_signing_key: Option<Data>,
    ) -> PyResult<AccountKeys> {
        let foreign = foreign_signing_key.map(|key| key.to_vec());
        let k = call(py, || client::decode_account_keys(data.to_vec(), foreign))?;
        let role = k.role.name();
        let (signing, device, encryption) = (k.signing_key, k.device_key, k.encryption_key);
        Ok((AccountId(k.account), role, signing, device, k.generation, encryption, k.backup_seed, k.bytes))
    }
    #[staticmethod]
    fn decode_draft(py: Python<'_>, data: Data) -> PyResult<Draft> {
        let draft = call(py, || client::decode_draft(data.to_vec()))?;
        let accounts = |ids: Vec<_>| ids.into_iter().map(AccountId).collect::<Vec<_>>();
        let (signed, missing) = (accounts(draft.signed), draft.missing.map(accounts));
        let bodies = draft.bodies.into_iter().map(ContentId).collect();
        Ok((TxId(draft.id), draft.kind, draft.body, signed, missing, bodies, draft.bytes))
    }
    #[staticmethod]
    fn open_draft(py: Python<'_>, data: Data, account_keys: Data) -> PyResult<Version> {
        call(py, || client::open_draft(data.to_vec(), account_keys.to_vec())).map(version)
    }
    #[staticmethod]
    fn decode_transaction(data: Data) -> PyResult<Transaction> {
        let tx = transactions::decode_transaction(data.to_vec()).map_err(exception)?;
        let signatures = tx.signatures.into_iter().map(|s| (AccountId(s.account), s.key, s.signature));
        Ok((TxId(tx.id), tx.kind, tx.name, tx.body, signatures.collect()))
    }
    #[staticmethod]
    fn message_kind(py: Python<'_>, data: Data) -> PyResult<(u8, String)> {
        let kind = call(py, || transactions::message_kind(data.to_vec()))?;
        Ok((kind.code, kind.name))
    }

    #[staticmethod]
    fn unwrap_section_keys(place: PlaceArg, wrap_body: Data, secret: Data) -> PyResult<Vec<u8>> {
        let keys = records::unwrap_section_keys(self::place(place), wrap_body.to_vec(), secret.to_vec());
        keys.map_err(exception)
    }
    #[staticmethod]
    fn open_version(
        py: Python<'_>,
        place: PlaceArg,
        promise: Promise,
        manifest: Data,
        keys: Data,
        bodies: Many<Data>,
    ) -> PyResult<Version> {
        let (kind_commit, plain_root, manifest_id, size_class) = promise;
        let promise = records::VersionPromise {
            kind_commit: kind_commit.to_vec(),
            plain_root: plain_root.to_vec(),
            manifest_id: manifest_id.0,
            size_class,
        };
        let (place, bodies) = (self::place(place), owned(bodies));
        let opened =
            call(py, || records::open_version(place, &promise, manifest.to_vec(), keys.to_vec(), &bodies))?;
        Ok(version(opened))
    }
    #[staticmethod]
    fn section_leaf(py: Python<'_>, salt: Data, plain: Data) -> PyResult<Vec<u8>> {
        call(py, || records::section_leaf(salt.to_vec(), plain.to_vec()))
    }

    #[staticmethod]
    fn verify_light_proof(py: Python<'_>, proof: Data, trusted: IdArg<BlockId>) -> PyResult<Facts> {
        call(py, || light::verify_light_proof(proof.to_vec(), trusted.0)).map(shown)
    }
    #[staticmethod]
    fn evaluate_policy(py: Python<'_>, query: &str, facts: &str, time: u64) -> PyResult<String> {
        call(py, || policy::evaluate_policy(query, facts, Timestamp(time)))
    }
}
