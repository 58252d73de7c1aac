//! Random scripts of valid and invalid transactions: the invalid ones leave no trace, blocks undo to the byte and
//! replay to the same roots, and the order of independent transactions does not decide what is valid.

use ehr_core::policy::Subject;
use ehr_core::primitives::{AccountId, GrantId, TxId};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::tx::{Proposed, Tx};
use proptest::prelude::*;

/// One step of a script. Numbers pick among few things, so that steps meet each other; many are invalid.
#[derive(Clone, Copy, Debug)]
enum Step {
    Record { patient: usize, label: u8 },
    Version { patient: usize, label: u8, version: u32, stale: bool },
    Propose { patient: usize, label: u8 },
    Cosign { patient: usize, proposal: usize },
    Reject { patient: usize, proposal: usize },
    Grant { patient: usize },
    Revoke { patient: usize, grant: usize, epoch: u32 },
    Rotate { patient: usize, epoch: u32 },
    Release { grant: usize, label: u8 },
    Dismiss { nurse: bool },
    Replay { of: usize },
    Forge { patient: usize, label: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let (patient, label, epoch, n) = (0..2usize, 0..4u8, 0..3u32, 0..6usize);
    prop_oneof![
        4 => (patient.clone(), label.clone()).prop_map(|(patient, label)| Step::Record { patient, label }),
        4 => (patient.clone(), label.clone(), 0..4u32, any::<bool>())
            .prop_map(|(patient, label, version, stale)| Step::Version { patient, label, version, stale }),
        2 => (patient.clone(), label.clone()).prop_map(|(patient, label)| Step::Propose { patient, label }),
        2 => (patient.clone(), n.clone()).prop_map(|(patient, proposal)| Step::Cosign { patient, proposal }),
        1 => (patient.clone(), n.clone()).prop_map(|(patient, proposal)| Step::Reject { patient, proposal }),
        3 => patient.clone().prop_map(|patient| Step::Grant { patient }),
        2 => (patient.clone(), n.clone(), epoch.clone())
            .prop_map(|(patient, grant, epoch)| Step::Revoke { patient, grant, epoch }),
        1 => (patient.clone(), epoch).prop_map(|(patient, epoch)| Step::Rotate { patient, epoch }),
        3 => (n.clone(), label.clone()).prop_map(|(grant, label)| Step::Release { grant, label }),
        1 => any::<bool>().prop_map(|nurse| Step::Dismiss { nurse }),
        1 => n.prop_map(|of| Step::Replay { of }),
        1 => (patient, label).prop_map(|(patient, label)| Step::Forge { patient, label }),
    ]
}

/// Ids that earlier steps made, so that later ones can name them.
#[derive(Default)]
struct Made {
    all: Vec<Tx>,
    heads: std::collections::BTreeMap<u8, TxId>,
    proposals: Vec<TxId>,
    grants: Vec<GrantId>,
}

fn make(kit: &mut Consortium, made: &mut Made, step: Step) -> Option<Tx> {
    let label = |n: u8| format!("record {n}");
    let tx = match step {
        Step::Record { patient, label: n } => {
            let tx = kit.create_record(patient, &label(n));
            made.heads.entry(n).or_insert(tx.id());
            tx
        }
        Step::Version { patient, label: n, version, stale } => {
            let parent = if stale { TxId([1; 32]) } else { *made.heads.get(&n)? };
            let tx = kit.append_version(patient, &label(n), version, parent);
            made.heads.insert(n, tx.id());
            tx
        }
        Step::Propose { patient, label: n } => {
            let create = kit.record_create(patient, &label(n));
            let tx = kit.propose(Proposed::Create { create });
            made.proposals.push(tx.id());
            tx
        }
        Step::Cosign { patient, proposal } => kit.cosign(patient, *made.proposals.get(proposal)?),
        Step::Reject { patient, proposal } => kit.reject(patient, *made.proposals.get(proposal)?),
        Step::Grant { patient } => {
            let subject = Subject::Account { id: kit.doctor_b.id };
            let tx = kit.grant(kit.read_terms(patient, subject));
            made.grants.push(tx.id().into());
            tx
        }
        Step::Revoke { patient, grant, epoch } => {
            kit.revoke_and_rotate(patient, *made.grants.get(grant)?, epoch)
        }
        Step::Rotate { patient, epoch } => kit.rotate_scope(patient, epoch),
        Step::Release { grant, label: n } => {
            let receipt = kit.receipt(*made.grants.get(grant)?, &label(n));
            kit.release(receipt)
        }
        Step::Dismiss { nurse } => {
            let who: AccountId = if nurse { kit.nurse_a.id } else { kit.clerk_a.id };
            kit.dismiss(kit.hospital_a.id, who)
        }
        Step::Replay { of } => made.all.get(of)?.clone(),
        Step::Forge { patient, label: n } => {
            let tx = kit.create_record(patient, &format!("forged {n}"));
            let mut signatures = tx.signatures().to_vec();
            signatures[0].signature.0[33] ^= 4;
            Tx::assemble(tx.body().clone(), signatures).unwrap()
        }
    };
    made.all.push(tx.clone());
    Some(tx)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn scripts(script in prop::collection::vec(step(), 1..40), block_len in 1usize..6) {
        let mut kit = Consortium::new(2);
        let mut ledger = TestLedger::ready(&mut kit);
        let mut made = Made::default();
        let (mut dumps, mut blocks) = (vec![ledger.dump()], Vec::new());
        let mut waiting: Vec<Tx> = Vec::new();
        for one in script {
            let Some(tx) = make(&mut kit, &mut made, one) else { continue };
            // Valid on top of those that wait, or without a trace.
            let mut txs: Vec<&Tx> = waiting.iter().collect();
            txs.push(&tx);
            let before = ledger.dump();
            let fits = ledger.make(&txs);
            prop_assert!(ledger.dump() == before);
            if waiting.is_empty() {
                prop_assert_eq!(ledger.admit(&tx).err(), fits.as_ref().err().cloned());
            }
            if fits.is_ok() {
                waiting.push(tx);
            }
            if waiting.len() >= block_len {
                let block = ledger.make(&waiting.iter().collect::<Vec<_>>()).unwrap();
                ledger.commit(&block).unwrap();
                prop_assert_eq!(ledger.state_root(), block.header().state_root);
                dumps.push(ledger.dump());
                blocks.push(block);
                waiting.clear();
            }
        }
        let rebuilt = ehr_core::merkle::sparse::rebuild(&ledger.store).unwrap();
        prop_assert_eq!(rebuilt.root, ledger.state_root());
        for _ in &blocks {
            prop_assert!(ledger.dump() == dumps.pop().unwrap());
            ledger.undo();
            prop_assert_eq!(ledger.state_root(), ledger.tip().state_root);
            let rebuilt = ehr_core::merkle::sparse::rebuild(&ledger.store).unwrap();
            prop_assert_eq!(rebuilt.root, ledger.tip().state_root);
        }
        prop_assert!(ledger.dump() == dumps.pop().unwrap());
        for block in &blocks {
            ledger.commit(block).unwrap();
            prop_assert_eq!(ledger.state_root(), block.header().state_root);
        }
    }

    #[test]
    fn independent_transactions_are_valid_in_any_order(order in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle()) {
        // Six patients, each their own payer at fee 0, so no two transactions share an entry.
        let params = ehr_core::state::Params { min_fee: 0, ..Consortium::new(0).genesis.params };
        let mut kit = Consortium::with_params(6, params);
        let mut ledger = TestLedger::ready(&mut kit);
        let txs: Vec<Tx> = (0..6)
            .map(|patient| {
                let rotate = kit.rotation(patient, 1);
                let id = kit.patients[patient].id;
                let body = kit.body_paid_by(id, ehr_core::tx::Payload::ScopeRotate { rotate });
                kit.sign(body, &[id])
            })
            .collect();
        let in_order = ledger.make(&txs.iter().collect::<Vec<_>>()).unwrap().header().state_root;
        let shuffled: Vec<&Tx> = order.iter().map(|n| &txs[*n]).collect();
        ledger.block(&shuffled).unwrap();
        prop_assert_eq!(ledger.state_root(), in_order);
    }
}
