//! Every wire type: `accept(x) ⇒ encode(decode(x)) == x` (rule C-1).

use crate::Target;
use ehr_core::block::Block;
use ehr_core::client::{AccountKeys, ClientError, DraftTx, NewDevice};
use ehr_core::codec::Wire;
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::record::SectionKeys;
use ehr_core::tx::Tx;

fn round_trip<T: Wire>(data: &[u8]) {
    if let Ok(value) = T::from_bytes(data) {
        assert_eq!(value.to_bytes().as_deref(), Ok(data), "{} is not canonical", T::NAME);
    }
}

/// One target a wire type.
macro_rules! wire_targets {
    ($( $name:ident: $type:ty ),+ $(,)?) => {
        vec![$( Target {
            name: concat!("decode_", stringify!($name)),
            run: round_trip::<$type>,
            accepts: |data| <$type as Wire>::from_bytes(data).is_ok(),
        } ),+]
    };
}

pub(crate) fn targets() -> Vec<Target> {
    let mut all = wire_targets! {
        account: ehr_core::state::Account,
        account_grants: ehr_core::state::AccountGrants,
        ancestor_proof: ehr_core::light::AncestorProof,
        bft_evidence: ehr_core::consensus::bft::Evidence,
        block_entry: ehr_core::engine::BlockEntry,
        certificate: ehr_core::consensus::bft::Certificate,
        cosigned_checkpoint: ehr_core::light::checkpoint::CosignedCheckpoint,
        cosigners: ehr_core::light::checkpoint::Cosigners,
        descriptor: ehr_core::record::Descriptor,
        device_offer: ehr_core::client::DeviceOffer,
        fork_proof: ehr_core::light::stake::ForkProof,
        genesis: ehr_core::block::Genesis,
        grant: ehr_core::state::GrantEntry,
        hash_path: ehr_core::merkle::HashPath,
        header: ehr_core::block::Header,
        history_leaf: ehr_core::merkle::mmr::HistoryLeaf,
        inclusion_proof: ehr_core::light::InclusionProof,
        institution: ehr_core::state::Institution,
        key_file: ehr_core::crypto::key_file::KeyFile,
        light_block: ehr_core::light::stake::LightBlock,
        light_proof: ehr_core::light::LightProof,
        manifest: ehr_core::record::Manifest,
        message: ehr_core::engine::Message,
        membership: ehr_core::state::Membership,
        params: ehr_core::state::Params,
        pending_rotation: ehr_core::state::PendingRotation,
        proposal: ehr_core::state::Proposal,
        receipts: ehr_core::validate::BlockReceipts,
        receipt: ehr_core::block::Receipt,
        record: ehr_core::state::Record,
        registry: ehr_core::state::Registry,
        request: ehr_core::state::Request,
        scope: ehr_core::state::Scope,
        sealed_keyring: ehr_core::crypto::keyring::SealedKeyring,
        signed_tx: ehr_core::tx::SignedTx,
        sparse_proof: ehr_core::merkle::sparse::SparseProof,
        split_view: ehr_core::light::checkpoint::SplitView,
        stake_anchor: ehr_core::light::stake::StakeAnchor,
        stake_proof: ehr_core::light::stake::StakeProof,
        state_proof: ehr_core::light::StateProof,
        tip: ehr_core::engine::TipEntry,
        trust_anchor: ehr_core::light::TrustAnchor,
        tx_body: ehr_core::tx::TxBody,
        tx_place: ehr_core::validate::TxPlace,
        undo_record: ehr_core::validate::UndoRecord,
        validator_set: ehr_core::consensus::bft::ValidatorSet,
        version: ehr_core::state::Version,
        wrap: ehr_core::crypto::wrap::Wrap,
        wrap_body: ehr_core::crypto::wrap::WrapBody,
        wrap_set: ehr_core::crypto::wrap::WrapSet,
    };
    all.extend([
        Target { name: "decode_block", run: block, accepts: |data| Block::decode(data).is_ok() },
        Target { name: "decode_tx", run: tx, accepts: |data| Tx::decode(data).is_ok() },
        Target {
            name: "decode_draft",
            run: |data| draft(data, DraftTx::to_bytes),
            accepts: |data| DraftTx::from_bytes(data).is_ok(),
        },
        Target {
            name: "decode_account_keys",
            run: |data| account_keys(data, |keys| Ok(keys.to_bytes()?.to_vec())),
            accepts: |data| AccountKeys::from_bytes(data, None).is_ok(),
        },
        Target {
            name: "decode_new_device",
            run: new_device,
            accepts: |data| NewDevice::from_bytes(data, None).is_ok(),
        },
        Target {
            name: "decode_section_keys",
            run: section_keys,
            accepts: |data| SectionKeys::from_bytes(data).is_ok(),
        },
    ]);
    all
}

fn block(data: &[u8]) {
    if let Ok(block) = Block::decode(data) {
        assert_eq!(block.bytes(), data);
        let (header, commit) = (block.header().clone(), block.last_commit().cloned());
        let again = Block::assemble_certified(header, block.tx_bytes(), commit).expect("it fitted");
        assert_eq!(again.bytes(), data, "block is not canonical");
        assert_eq!(again.id(), block.header().id());
    }
}

fn tx(data: &[u8]) {
    if let Ok(tx) = Tx::decode(data) {
        assert_eq!(tx.bytes(), data);
        assert_eq!(tx.body().to_bytes().as_deref(), Ok(tx.body_bytes()), "body is not canonical");
    }
}

type Written = Result<Vec<u8>, ClientError>;

/// A draft as it travels, and the transaction that becomes of it. `write` is how it is written again.
fn draft(data: &[u8], write: impl Fn(&DraftTx) -> Written) {
    let Ok(draft) = DraftTx::from_bytes(data) else { return };
    assert_eq!(write(&draft).as_deref(), Ok(data), "draft is not canonical");
    let (id, body, signatures) = (draft.id(), draft.body_bytes().to_vec(), draft.signatures().to_vec());
    assert!(draft.bodies().iter().all(|(id, bytes)| id.matches(bytes)), "a body that its id does not name");
    if let Ok((tx, _)) = draft.into_tx() {
        assert_eq!((tx.id(), tx.body_bytes(), tx.signatures()), (id, &body[..], &signatures[..]));
    }
}

/// Keys as they are kept, here and with a signer elsewhere; `write` is how they are written again.
fn account_keys(data: &[u8], write: impl Fn(&AccountKeys) -> Written) {
    if let Ok(keys) = AccountKeys::from_bytes(data, None) {
        assert_eq!(write(&keys).as_deref(), Ok(data), "account keys are not canonical");
    }
    // A signer of another key is never taken.
    let stranger = Box::new(SoftwareSigner::from_seed(&[0x5a; 32]));
    assert!(AccountKeys::from_bytes(data, Some(stranger)).is_err(), "another signer was taken");
}

fn new_device(data: &[u8]) {
    if let Ok(device) = NewDevice::from_bytes(data, None) {
        let written = device.to_bytes().expect("it fitted");
        assert_eq!(written.as_slice(), data, "the keys of a new device are not canonical");
    }
}

fn section_keys(data: &[u8]) {
    if let Ok(keys) = SectionKeys::from_bytes(data) {
        assert_eq!(keys.to_bytes().expect("it fitted").as_slice(), data, "section keys are not canonical");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A type whose encoding forgets something.
    #[derive(Serialize, Deserialize)]
    struct Lossy(Vec<u8>);

    impl Wire for Lossy {
        const NAME: &'static str = "lossy";
        const MAX_BYTES: usize = 100;
        fn from_bytes(bytes: &[u8]) -> Result<Self, ehr_core::codec::DecodeError> {
            Ok(Self(bytes.iter().take(3).copied().collect()))
        }
        fn to_bytes(&self) -> Result<Vec<u8>, ehr_core::codec::EncodeError> {
            Ok(self.0.clone())
        }
    }

    /// What a writer of the client's bytes gets wrong.
    fn spoilt(written: Written) -> Written {
        let mut bytes = written?;
        bytes.pop();
        Ok(bytes)
    }

    #[test]
    fn a_client_that_writes_other_bytes_is_noticed() {
        let (bytes, keys) = (
            include_bytes!("../corpus/decode_draft/seed-00"),
            include_bytes!("../corpus/decode_account_keys/seed-00"),
        );
        draft(bytes, DraftTx::to_bytes);
        account_keys(keys, |keys| Ok(keys.to_bytes()?.to_vec()));
        let caught = |run: &dyn Fn()| catch_unwind(AssertUnwindSafe(run)).is_err();
        assert!(caught(&|| draft(bytes, |draft| spoilt(draft.to_bytes()))));
        assert!(caught(&|| account_keys(keys, |keys| spoilt(Ok(keys.to_bytes()?.to_vec())))));
    }

    #[test]
    fn a_decoder_that_drops_bytes_is_noticed() {
        round_trip::<Lossy>(b"abc");
        assert!(catch_unwind(|| round_trip::<Lossy>(b"abcd")).is_err());
    }
}
