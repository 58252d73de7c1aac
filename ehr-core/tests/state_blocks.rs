//! Rules B-1 to B-15: blocks, execution, building, undoing; and genesis.

use ehr_core::block::{Block, ChainSpec, GenesisError, Header, Seal};
use ehr_core::codec::{DecodeError, limits};
use ehr_core::consensus::CompactTarget;
use ehr_core::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};
use ehr_core::state::testkit::{Consortium, Person, TestLedger};
use ehr_core::state::{Params, TxError};
use ehr_core::store::{LedgerStore, Table};
use ehr_core::tx::{Role, Tx};
use ehr_core::validate::{self, BlockError, Template, UndoError};

fn ready() -> (Consortium, TestLedger) {
    let mut kit = Consortium::new(2);
    let ledger = TestLedger::ready(&mut kit);
    (kit, ledger)
}

/// Gives a changed header a nonce again.
fn seal(mut header: Header) -> Header {
    let Seal::Work { bits, .. } = header.seal else { unreachable!() };
    for nonce in 0.. {
        header.seal = Seal::Work { bits, nonce };
        if bits.is_met_by(&header.id()) {
            break;
        }
    }
    header
}

/// What becomes of the valid next block of `txs` when its header is changed.
fn changed(ledger: &TestLedger, txs: &[&Tx], change: impl Fn(&mut Header)) -> Result<(), BlockError> {
    let mut header = ledger.make(txs).unwrap().header().clone();
    change(&mut header);
    let bytes = txs.iter().map(|tx| tx.bytes());
    let block = Block::assemble(seal(header), bytes).unwrap().check(&ledger.spec)?;
    validate::execute(&ledger.spec, &ledger.base(), &ledger.store, &block).map(drop)
}

#[test]
fn every_header_field_is_checked() {
    let (mut kit, ledger) = ready();
    let tx = kit.create_record(0, "x");
    let txs = [&tx];
    changed(&ledger, &txs, |_| ()).unwrap();
    // Some fields may change; the block is another one then, and valid.
    changed(&ledger, &txs, |header| header.proposer = AccountId([1; 32])).unwrap();
    let wrong = Hash32([0xaa; 32]);
    let refused = |change: &dyn Fn(&mut Header)| changed(&ledger, &txs, change).unwrap_err();
    assert_eq!(refused(&|h| h.chain_id = ChainId([1; 32])), BlockError::OtherChain);
    assert_eq!(refused(&|h| h.shard = 1), BlockError::OtherShard { got: 1, want: 0 });
    assert!(matches!(refused(&|h| h.version = 2), BlockError::Seal(_)));
    assert!(matches!(refused(&|h| h.tx_count = 2), BlockError::TxCount { got: 2, want: 1 }));
    assert!(matches!(refused(&|h| h.tx_root = wrong), BlockError::TxRoot { .. }));
    type Set = fn(&mut Header, Hash32);
    let fixed: [(&str, Set); 5] = [
        ("params_hash", |h, v| h.params_hash = v),
        ("validators_hash", |h, v| h.validators_hash = v),
        ("next_validators_hash", |h, v| h.next_validators_hash = v),
        ("last_commit_hash", |h, v| h.last_commit_hash = v),
        ("anchor", |h, v| h.anchor = v),
    ];
    for (name, set) in fixed {
        let error = refused(&|h| set(h, wrong));
        assert!(matches!(error, BlockError::Field { field, got, .. } if field == name && got == wrong));
    }
    let roots: [(&str, Set); 3] = [
        ("receipts_root", |h, v| h.receipts_root = v),
        ("state_root", |h, v| h.state_root = v),
        ("history_root", |h, v| h.history_root = v),
    ];
    for (name, set) in roots {
        let error = refused(&|h| set(h, wrong));
        assert!(matches!(error, BlockError::Root { field, got, .. } if field == name && got == wrong));
    }
    assert!(matches!(refused(&|h| h.prev = BlockId([1; 32])), BlockError::NotChild { .. }));
    assert!(matches!(refused(&|h| h.height = Height(9)), BlockError::NotNextHeight { .. }));
    let parent = ledger.tip().time;
    assert_eq!(refused(&|h| h.time = parent), BlockError::TimeNotAfterParent);
}

#[test]
fn a_block_without_work_is_refused() {
    let (_, ledger) = ready();
    let block = ledger.make(&[]).unwrap();
    let mut header = block.header().clone();
    for nonce in 0.. {
        header.seal = Seal::Work { bits: CompactTarget::EASIEST, nonce };
        if !CompactTarget::EASIEST.is_met_by(&header.id()) {
            break;
        }
    }
    let error = Block::assemble(header, []).unwrap().check(&ledger.spec).err();
    assert!(matches!(error, Some(BlockError::Seal(_))));
}

#[test]
fn a_transaction_is_in_a_block_once() {
    let (mut kit, ledger) = ready();
    let tx = kit.create_record(0, "x");
    let mut header = ledger.make(&[&tx]).unwrap().header().clone();
    header.tx_count = 2;
    header.tx_root = ehr_core::merkle::rfc6962::root([tx.bytes(), tx.bytes()]);
    let block = Block::assemble(seal(header), [tx.bytes(), tx.bytes()]).unwrap();
    assert_eq!(block.check(&ledger.spec).err(), Some(BlockError::DuplicateTx { index: 1, id: tx.id() }));
}

#[test]
fn an_invalid_transaction_is_named() {
    let (mut kit, ledger) = ready();
    let (one, two) = (kit.create_record(0, "x"), kit.create_record(1, "x"));
    let header = ledger.make(&[&one]).unwrap().header().clone();
    let with = |txs: [&Tx; 2]| {
        let bytes = txs.map(Tx::bytes);
        let header =
            Header { tx_count: 2, tx_root: ehr_core::merkle::rfc6962::root(bytes), ..header.clone() };
        let block = Block::assemble(seal(header), bytes).unwrap().check(&ledger.spec).unwrap();
        validate::execute(&ledger.spec, &ledger.base(), &ledger.store, &block).unwrap_err()
    };
    let exists = Box::new(TxError::Exists { what: "record", id: kit.record("x").into() });
    assert_eq!(with([&one, &two]), BlockError::InvalidTx { index: 1, id: two.id(), error: exists });
    // A bad signature among good ones is found by the batch and named too.
    let good = kit.create_record(1, "y");
    let mut signatures = good.signatures().to_vec();
    signatures[0].signature.0[0] ^= 1;
    let forged = Tx::assemble(good.body().clone(), signatures).unwrap();
    let error = with([&one, &forged]);
    assert!(matches!(&error, BlockError::InvalidTx { index: 1, id, error }
        if *id == forged.id() && matches!(**error, TxError::BadSignature { .. })));
    assert!(!error.is_transient());
}

#[test]
fn malformed_transactions_and_blocks() {
    let (_, ledger) = ready();
    let bytes: [&[u8]; 1] = [b"\x80"];
    let header = ledger.make(&[]).unwrap().header().clone();
    let header = Header { tx_count: 1, tx_root: ehr_core::merkle::rfc6962::root(bytes), ..header };
    let block = Block::assemble(seal(header.clone()), bytes).unwrap();
    assert!(matches!(block.check(&ledger.spec).err(), Some(BlockError::MalformedTx { index: 0, .. })));
    let long = vec![0; limits::MAX_BLOCK + 1];
    assert!(matches!(Block::decode(&long).err(), Some(DecodeError::TooLarge { .. })));
    let whole = ledger.make(&[]).unwrap();
    for cut in [0, 1, whole.bytes().len() - 1] {
        assert!(Block::decode(&whole.bytes()[..cut]).is_err());
    }
    let big = vec![0u8; limits::MAX_BLOCK];
    assert!(Block::assemble(header, [big.as_slice()]).is_err());
}

#[test]
fn limits_of_the_chain_hold_when_building_and_when_checking() {
    let params = Params { max_block_txs: 2, max_block_bytes: 20_000, ..Consortium::new(0).genesis.params };
    let mut kit = Consortium::with_params(0, params);
    let ledger = TestLedger::new(kit.spec());
    let setup = kit.setup();
    let template = Template {
        time: ledger.next_time(),
        proposer: AccountId::ZERO,
        seal: Seal::Work { bits: CompactTarget::EASIEST, nonce: 5 },
        last_commit: None,
    };
    let built =
        validate::build(&ledger.spec, &ledger.base(), &ledger.store, &template, &mut setup.iter()).unwrap();
    assert_eq!(built.txs, [setup[0].id(), setup[1].id()]);
    assert!(built.rejected.is_empty());
    let roomy = Consortium::new(0);
    let header = TestLedger::new(roomy.spec()).make(&[]).unwrap().header().clone();
    let bytes: Vec<&[u8]> = setup.iter().map(Tx::bytes).collect();
    let header = Header {
        chain_id: ledger.spec.chain_id(),
        params_hash: ledger.spec.params_hash(),
        tx_count: 4,
        ..header
    };
    let error = Block::assemble(header.clone(), bytes).unwrap().check(&ledger.spec).err();
    assert_eq!(error, Some(BlockError::TooManyTxs { limit: 2, got: 4 }));
    let long = vec![0u8; 20_000];
    let block = Block::assemble(Header { tx_count: 1, ..header }, [long.as_slice()]).unwrap();
    assert!(matches!(block.check(&ledger.spec).err(), Some(BlockError::TooLarge { limit: 20_000, .. })));
}

#[test]
fn building_leaves_out_what_does_not_apply_and_says_why() {
    let (mut kit, mut ledger) = ready();
    let (one, same, two) = (kit.create_record(0, "x"), kit.create_record(1, "x"), kit.create_record(1, "y"));
    let good = kit.create_record(0, "z");
    let mut signatures = good.signatures().to_vec();
    signatures[1].signature.0[0] ^= 1;
    let forged = Tx::assemble(good.body().clone(), signatures).unwrap();
    let last = kit.create_record(1, "last");
    let template = Template {
        time: ledger.next_time(),
        proposer: AccountId::ZERO,
        seal: Seal::Work { bits: CompactTarget::EASIEST, nonce: 0 },
        last_commit: None,
    };
    let candidates = [one.clone(), same.clone(), forged.clone(), two.clone(), last.clone()];
    let built =
        validate::build(&ledger.spec, &ledger.base(), &ledger.store, &template, &mut candidates.iter())
            .unwrap();
    assert_eq!(built.txs, [one.id(), two.id(), last.id()]);
    let why: Vec<_> = built.rejected.iter().map(|rejected| rejected.id).collect();
    assert_eq!(why, [same.id(), forged.id()]);
    assert!(matches!(built.rejected[0].error, TxError::Exists { .. }));
    assert!(matches!(built.rejected[1].error, TxError::BadSignature { .. }));
    ledger.block(&[&one, &two, &last]).unwrap();
}

#[test]
fn what_cannot_be_undone() {
    let (mut kit, mut ledger) = ready();
    let genesis = ledger.spec.block().header().clone();
    let undo =
        |ledger: &TestLedger, header: &Header| validate::undo(&ledger.spec, &ledger.store, header).err();
    let height = Height(0);
    assert_eq!(undo(&ledger, &genesis), Some(UndoError::NotUndoable { height }));
    let tx = kit.create_record(0, "x");
    let block = ledger.make(&[&tx]).unwrap();
    let id = block.id();
    assert_eq!(undo(&ledger, block.header()), Some(UndoError::Missing { id }), "never applied");
    let first = ledger.tip().clone();
    ledger.commit(&block).unwrap();
    // Not the newest block: the record restores another state than the one before.
    assert!(matches!(undo(&ledger, &first), Some(UndoError::WrongRoot { .. } | UndoError::Read(_))));
    let mut damage = ehr_core::store::ChangeSet::new();
    damage.put(Table::Undo, id.as_ref(), vec![0x80]);
    ledger.store.commit(&damage).unwrap();
    assert!(matches!(undo(&ledger, block.header()), Some(UndoError::Damaged(_))));
}

#[test]
fn genesis_obeys_the_rules_too() {
    let kit = Consortium::new(1);
    let with = |change: &dyn Fn(&mut ehr_core::block::Genesis)| {
        let mut genesis = kit.genesis.clone();
        change(&mut genesis);
        ChainSpec::new(genesis).err()
    };
    assert!(with(&|_| ()).is_none());
    let range = |error, name: &str| matches!(error, Some(GenesisError::Range { field, .. }) if field == name);
    assert!(range(with(&|g| g.name.clear()), "name"));
    assert!(range(with(&|g| g.institutions.clear()), "institutions"));
    assert!(range(with(&|g| g.params.max_block_bytes = 100), "max_block_bytes"));
    assert!(range(with(&|g| g.params.max_block_txs = 5000), "max_block_txs"));
    assert!(range(with(&|g| g.params.confirmations = 0), "confirmations"));
    let entry = |error, name: &str| match error {
        Some(GenesisError::Entry { list, error, .. }) if list == name => error,
        other => panic!("{other:?}"),
    };
    let twice = with(&|g| g.accounts.push(g.accounts[0].clone()));
    assert!(matches!(entry(twice, "accounts"), TxError::Exists { .. }));
    let unproven = with(&|g| g.accounts[0].possessions[0].0[0] ^= 1);
    assert!(matches!(entry(unproven, "accounts"), TxError::BadPossession { index: 0, .. }));
    let stranger = Person::new(Role::Institution, "nobody");
    let unknown = with(&|g| g.institutions[0].account = stranger.id);
    assert!(matches!(entry(unknown, "institutions"), TxError::Unknown { .. }));
    let patient = with(&|g| g.institutions[0].account = kit.patients[0].id);
    assert!(matches!(entry(patient, "institutions"), TxError::WrongRole { .. }));
    let balance = with(&|g| g.balances[0].account = stranger.id);
    assert!(matches!(entry(balance, "balances"), TxError::Unknown { .. }));
    // Any difference is another chain.
    let mut other = kit.genesis.clone();
    other.time = Timestamp(other.time.0 + 1);
    assert_ne!(ChainSpec::new(other).unwrap().chain_id(), kit.chain_id);
}
