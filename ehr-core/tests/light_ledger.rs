//! Light client against full node: every entry, transaction and receipt of a ledger of every transaction kind.

use core::num::NonZeroU32;
use ehr_core::codec::Wire;
use ehr_core::consensus::SealRules;
use ehr_core::engine::{BlockEntry, BlockStatus, TIP_KEY, TipEntry};
use ehr_core::light::{
    Accepted, HeaderChain, LightError, Limits, Prover, TrustAnchor, prove_grant, prove_record, prove_tx,
};
use ehr_core::policy::{AccessQuery, Actions, Basis, Outcome, Purposes, ResourceChain, Subject};
use ehr_core::primitives::{AccountId, GrantId, Height, Timestamp};
use ehr_core::state::testkit::{Consortium, TestLedger, every_kind};
use ehr_core::state::{
    Account, GrantEntry, Institution, Record, StateRead, Version, VersionId, explain_grant,
};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, Table};
use ehr_core::tx::Tx;

const LATE: Timestamp = Timestamp(u64::MAX / 2);

fn light(ledger: &TestLedger) -> HeaderChain {
    let limits =
        Limits { max_reorg: NonZeroU32::new(500).unwrap(), confirmations: NonZeroU32::new(3).unwrap() };
    let anchor = TrustAnchor::genesis(ledger.spec.block().proof());
    HeaderChain::new(*ledger.spec.consensus(), limits, &anchor)
}

/// Adds a block and what a node writes beside it.
fn block(ledger: &mut TestLedger, txs: &[&Tx]) {
    let block = ledger.make(txs).unwrap();
    ledger.commit(&block).unwrap();
    let mut changes = index(ledger);
    changes.put(Table::Bodies, block.id().as_ref(), block.bytes().to_vec());
    ledger.store.commit(&changes).unwrap();
}

/// The block index of the tip.
fn index(ledger: &TestLedger) -> ChangeSet {
    let (header, total) = (ledger.tip().clone(), ledger.base().total);
    let (id, height) = (header.id(), header.height);
    let mut changes = ChangeSet::new();
    let entry = BlockEntry { header, total, status: BlockStatus::Connected };
    changes.put(Table::Headers, id.as_ref(), entry.to_bytes().unwrap());
    changes.put(Table::Heights, &height.0.to_be_bytes(), id.0.to_vec());
    changes.put(Table::Meta, TIP_KEY, TipEntry { id, height }.to_bytes().unwrap());
    changes
}

fn ready(kit: &mut Consortium) -> TestLedger {
    let mut ledger = TestLedger::new(kit.spec());
    let genesis = index(&ledger);
    ledger.store.commit(&genesis).unwrap();
    let setup = kit.setup();
    block(&mut ledger, &setup.iter().collect::<Vec<_>>());
    ledger
}

#[test]
fn what_a_node_holds_is_what_its_proofs_say() {
    let mut kit = Consortium::new(2);
    let mut ledger = ready(&mut kit);
    let txs = every_kind(&mut kit);
    for pair in txs.chunks(2) {
        block(&mut ledger, &pair.iter().collect::<Vec<_>>());
    }
    let mut chain = light(&ledger);
    let mut height = Height(1);
    while let Some(id) = ledger.store.get(Table::Heights, &height.0.to_be_bytes()).unwrap() {
        let entry = BlockEntry::from_bytes(&ledger.store.get(Table::Headers, &id).unwrap().unwrap()).unwrap();
        assert_eq!(chain.accept(&entry.header.proof(), LATE), Ok(Accepted::Extended));
        height = height.next().unwrap();
    }
    assert_eq!(chain.tip().id, ledger.tip().id());

    let tip = ledger.tip().height;
    let (mut records, mut grants) = (0, 0);
    for (at, tx) in txs.iter().enumerate() {
        let own = Height(2 + at as u64 / 2);
        for trusted in [own, tip] {
            let proof = prove_tx(&ledger.store, &tx.id(), trusted).unwrap();
            let (proven, confirmations) = chain.verify(&proof).unwrap();
            assert_eq!((proven.as_of().height, confirmations), (own, tip.0 - own.0 + 1));
            let (index, shown) = proven.tx(&tx.id()).unwrap();
            assert_eq!((index as usize, shown.bytes()), (at % 2, tx.bytes()));
            assert_eq!(proven.receipt(&tx.id()).unwrap().kind, tx.body().payload.code());
        }
        // Whatever the transaction made, if it was one of these.
        if let Some(entry) = ledger.view().get::<GrantEntry>(&tx.id().into()).unwrap() {
            let id = GrantId::from(tx.id());
            let proof = prove_grant(&ledger.store, &id).unwrap();
            let (proven, _) = chain.verify(&proof).unwrap();
            assert_eq!(proven.entry::<GrantEntry>(&id), Ok(Some((*entry).clone())));
            assert!(proof.to_bytes().unwrap().len() <= 4096);
            grants += 1;
        }
        let proof = prove_tx(&ledger.store, &tx.id(), tip).unwrap();
        let (proven, _) = chain.verify(&proof).unwrap();
        let Some(created) = proven.receipt(&tx.id()).unwrap().created else { continue };
        let id = ehr_core::primitives::RecordId(created.0);
        if let Some(record) = ledger.view().get::<Record>(&id).unwrap() {
            let proof = prove_record(&ledger.store, &id, None).unwrap();
            let (proven, _) = chain.verify(&proof).unwrap();
            let version = VersionId::new(id, record.head);
            assert_eq!(proven.entry::<Record>(&id), Ok(Some((*record).clone())));
            let held = ledger.view().get::<Version>(&version).unwrap().map(|v| (*v).clone());
            assert_eq!(proven.entry::<Version>(&version), Ok(held));
            assert!(proof.to_bytes().unwrap().len() <= 4096);
            records += 1;
        }
    }
    assert!(records >= 2 && grants >= 2, "{records} records, {grants} grants");
}

#[test]
fn the_policy_decides_the_same_on_a_proof() {
    let mut kit = Consortium::new(1);
    let mut ledger = ready(&mut kit);
    let create = kit.create_record(0, "blood count");
    let terms = kit.read_terms(0, Subject::Institution { id: kit.hospital_b.id });
    let grant = kit.grant(terms);
    block(&mut ledger, &[&create, &grant]);
    let id = GrantId::from(grant.id());
    let account = kit.patients[0].id;
    let resource = ResourceChain {
        account,
        scope: Some(kit.scope(0)),
        record: Some(kit.record("blood count")),
        version: Some(ehr_core::primitives::VersionNo(0)),
        section: None,
    };
    let ask = |subject: AccountId, acting_for| AccessQuery {
        subject,
        acting_for,
        action: Actions::READ,
        purpose: Purposes::TREAT,
        resource,
    };
    let good = ask(kit.doctor_b.id, Some(kit.hospital_b.id));
    let queries = [good, ask(kit.doctor_a.id, Some(kit.hospital_a.id)), ask(kit.newcomer.id, None)];
    let mut permitted = 0;
    for revoke in [false, true] {
        if revoke {
            let revoke = kit.revoke(account, id);
            block(&mut ledger, &[&revoke]);
        }
        let time = ledger.tip().time;
        for query in &queries {
            let prover = Prover::at_tip(&ledger.store).unwrap();
            let there = explain_grant(&prover, query, id, time).unwrap();
            assert_eq!(explain_grant(&ledger.view(), query, id, time), Ok(there.clone()));
            let proof = prover.finish();
            let proven = proof.verify(&ledger.tip().id()).unwrap();
            assert_eq!(explain_grant(&proven, query, id, time), Ok(there.clone()));
            // Doctor A may in any case, as the hospital that wrote it.
            let by_grant = matches!(there.outcome, Outcome::Permit { by: Basis::Grant(_), .. });
            permitted += u32::from(by_grant);
            // Any one entry left out: no decision, rather than another one.
            for hole in 0..proof.state.len() {
                let mut cut = proof.clone();
                cut.state.remove(hole);
                let proven = cut.verify(&ledger.tip().id()).unwrap();
                assert!(explain_grant(&proven, query, id, time).is_err());
            }
        }
    }
    assert_eq!(permitted, 1, "only doctor B, only before the revocation");
}

#[test]
fn proofs_of_a_lost_branch_are_refused_after_a_reorganisation() {
    let mut kit = Consortium::new(1);
    let mut ledger = ready(&mut kit);
    let mut chain = light(&ledger);
    assert_eq!(chain.accept(&ledger.tip().proof(), LATE), Ok(Accepted::Extended));
    let terms = kit.read_terms(0, Subject::Institution { id: kit.hospital_b.id });
    let grant = kit.grant(terms);
    block(&mut ledger, &[&grant]);
    chain.accept(&ledger.tip().proof(), LATE).unwrap();
    let id = GrantId::from(grant.id());
    let proof = prove_grant(&ledger.store, &id).unwrap();
    let tx = prove_tx(&ledger.store, &grant.id(), ledger.tip().height).unwrap();
    let (proven, confirmations) = chain.verify(&proof).unwrap();
    assert_eq!((proven.grant_in_force(&id), confirmations), (Ok(true), 1));

    // Another branch without the grant, two blocks long.
    ledger.undo();
    ledger.step_ms += 1;
    block(&mut ledger, &[]);
    let first = ledger.tip().proof();
    block(&mut ledger, &[]);
    let rules = *ledger.spec.consensus();
    assert_eq!(rules.check_alone(&first), Ok(()));
    let moved = [chain.accept(&first, LATE).unwrap(), chain.accept(&ledger.tip().proof(), LATE).unwrap()];
    assert!(moved.contains(&Accepted::Reorganised { fork: Height(1) }), "{moved:?}");
    for lost in [&proof, &tx] {
        assert!(matches!(chain.verify(lost), Err(LightError::NotTrusted { .. })));
    }
    assert_eq!(prove_grant(&ledger.store, &id), Err(LightError::Unknown { what: "grant" }));

    // That it is not there can be proven as well, beside what is.
    let prover = Prover::at_tip(&ledger.store).unwrap();
    assert_eq!(prover.get::<GrantEntry>(&id), Ok(None));
    assert!(prover.get::<Account>(&kit.patients[0].id).unwrap().is_some());
    assert!(prover.get::<Institution>(&kit.newcomer.id).unwrap().is_none());
    let proof = prover.finish();
    let (proven, _) = chain.verify(&proof).unwrap();
    assert_eq!(proven.entry::<GrantEntry>(&id), Ok(None));
    assert!(proven.entry::<Account>(&kit.patients[0].id).unwrap().is_some());
}
