use crate::{four, powers, rules};
use ehr_core::block::{ChainSpec, Genesis, GenesisError};
use ehr_core::codec::limits;
use ehr_core::consensus::{ConsensusParams, StakeParams};
use ehr_core::state::testkit::{Consortium, Staked};
use ehr_core::state::{TxError, validator_sets};
use ehr_core::store::{LedgerStore, MemoryStore};

fn refused(genesis: Genesis) -> GenesisError {
    ChainSpec::new(genesis).map(drop).expect_err("the specification is valid")
}

#[test]
fn the_first_validators_decide_the_first_blocks() {
    let (kit, ledger) = four(rules());
    let sets = ledger.sets();
    assert_eq!(powers(&kit, &sets.current), [1_000, 1_000, 1_000, 1_000, 0, 0]);
    assert!(sets.last == sets.current && sets.current == sets.next);
    let spec = kit.spec();
    let header = spec.block().header();
    assert_eq!(header.validators_hash, sets.current.hash());
    assert_eq!(header.next_validators_hash, sets.current.hash());
    assert_eq!(ledger.balance(kit.id(0)), Staked::CREDITS - 1_000, "out of the balance");
    assert_eq!(ledger.stake(kit.id(0)).unwrap().since.0, 0);
}

#[test]
fn a_chain_of_work_has_no_sets_and_no_validators() {
    let mut kit = Consortium::new(0);
    let mut store = MemoryStore::new();
    store.commit(kit.spec().changes()).unwrap();
    assert_eq!(validator_sets(&store), Ok(None));
    let header = kit.spec().block().header().clone();
    assert_eq!(header.validators_hash.0, [0; 32]);
    kit.genesis.validators = four(rules()).0.genesis.validators;
    let range = |got, min, max| GenesisError::Range { field: "validators", min, max, got };
    assert_eq!(refused(kit.genesis), range(4, 0, 0));
    let (kit, _) = four(rules());
    let mut genesis = kit.genesis.clone();
    genesis.validators.clear();
    assert_eq!(refused(genesis), range(0, 1, 128), "somebody must decide");
}

#[test]
fn validators_obey_what_stake_obeys_later() {
    let (kit, _) = four(rules());
    let entry = |index, error| GenesisError::Entry { list: "validators", index, error };
    let broken = |change: &dyn Fn(&mut Genesis)| {
        let mut genesis = kit.genesis.clone();
        change(&mut genesis);
        refused(genesis)
    };
    assert_eq!(
        broken(&|g| g.validators[2].amount = 99),
        entry(2, TxError::TooSmall { field: "amount", min: 100, got: 99 })
    );
    assert_eq!(
        broken(&|g| g.validators[1].amount = 2_000_000),
        entry(1, TxError::BalanceTooLow { field: "amount", balance: 1_000_000, got: 2_000_000 })
    );
    let stranger = kit.id(0);
    assert_eq!(
        broken(&|g| _ = g.institutions.remove(0)),
        entry(0, TxError::NotAdmitted { institution: stranger })
    );
    let swapped = broken(&|g| g.validators[0].possession = g.validators[1].possession);
    let GenesisError::Entry { index: 0, error: TxError::BadPossession { .. }, .. } = swapped else {
        panic!("{swapped}")
    };
}

#[test]
fn parameters_have_ranges() {
    let (kit, _) = four(rules());
    let with = |change: &dyn Fn(&mut StakeParams)| {
        let mut stake = rules();
        change(&mut stake);
        let mut genesis = kit.genesis.clone();
        genesis.params.consensus = ConsensusParams::Stake { stake };
        ChainSpec::new(genesis).map(drop)
    };
    type Case<'a> = (&'a str, &'a dyn Fn(&mut StakeParams));
    let cases: [Case<'_>; 18] = [
        ("max_share", &|r| r.power.max_share = 0),
        ("max_share", &|r| r.power.max_share = 1001),
        ("max_change", &|r| r.power.max_change = 0),
        ("max_change", &|r| r.power.max_change = 1001),
        ("epoch_blocks", &|r| r.epoch_blocks = 0),
        ("min_stake", &|r| r.min_stake = 0),
        ("min_stake", &|r| r.min_stake = 1 << 62),
        ("unbonding_ms", &|r| r.unbonding_ms = 1),
        ("trusting_ms", &|r| r.trusting_ms = 0),
        ("trusting_ms", &|r| r.trusting_ms = r.unbonding_ms),
        ("evidence_blocks", &|r| r.evidence_blocks = 0),
        ("slash_equivocation", &|r| r.slash_equivocation = 1001),
        ("slash_downtime", &|r| r.slash_downtime = 1001),
        ("reporter_share", &|r| r.reporter_share = 1001),
        ("window_blocks", &|r| r.window_blocks = 0),
        ("max_missed", &|r| r.max_missed = r.window_blocks),
        ("reward", &|r| r.reward = (1 << 32) + 1),
        ("max_missed", &|r| (r.window_blocks, r.max_missed) = (1, 1)),
    ];
    for (name, change) in cases {
        match with(change) {
            Err(GenesisError::Range { field, .. }) => assert_eq!(field, format!("stake.{name}")),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(with(&|r| r.trusting_ms = r.unbonding_ms - 1), Ok(()));
    let mut genesis = kit.genesis.clone();
    genesis.balances[0].credits = u64::MAX;
    let Err(GenesisError::Range { field: "balances", .. }) = ChainSpec::new(genesis).map(drop) else {
        panic!("more credits than can be counted")
    };
}

/// More credits than a number holds would be lost when two balances meet, whoever seals the blocks.
#[test]
fn credits_of_genesis_fit_a_number() {
    let mut genesis = Consortium::new(0).genesis;
    let total: u64 = genesis.balances.iter().map(|balance| balance.credits).sum();
    genesis.balances[0].credits += u64::MAX - 1 - total;
    assert!(ChainSpec::new(genesis.clone()).is_ok());
    genesis.balances[1].credits += 1;
    let range = GenesisError::Range { field: "balances", min: 0, max: u64::MAX - 1, got: u64::MAX };
    assert_eq!(refused(genesis.clone()), range);
    genesis.balances[1].credits = u64::MAX;
    assert_eq!(refused(genesis), range);
}

/// However large the certificate, the largest transaction still fits a block.
#[test]
fn any_transaction_fits_a_block() {
    let (kit, _) = four(rules());
    let limit = |genesis: &Genesis| {
        let mut genesis = genesis.clone();
        genesis.params.max_block_bytes = 1;
        match refused(genesis) {
            GenesisError::Range { field: "max_block_bytes", min, .. } => min as usize,
            other => panic!("{other}"),
        }
    };
    let rest = limits::MAX_HEADER + limits::MAX_TX;
    // An array of three, one of a single transaction, and that transaction's length.
    assert!(limit(&Consortium::new(0).genesis) >= rest + 1 + 1 + 5);
    assert!(limit(&kit.genesis) >= rest + limits::MAX_CERTIFICATE + 1 + 1 + 5);
}
