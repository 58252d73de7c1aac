//! Stake in real blocks: what [`StakeLedger`] shows is what blocks do, and blocks undo it to the byte.

use crate::{four, powers, rules};
use ehr_core::block::{Block, ChainSpec, Checked, Header, Seal};
use ehr_core::consensus::bft::{Certificate, VoteKind};
use ehr_core::consensus::{SealRules, StakeParams, Weight};
use ehr_core::primitives::AccountId;
use ehr_core::state::testkit::Staked;
use ehr_core::state::{TxError, validator_sets};
use ehr_core::store::{LedgerRead, LedgerStore, MemoryStore, Table};
use ehr_core::tx::Tx;
use ehr_core::validate::{self, Base, BlockError, Template};

struct Chain {
    spec: ChainSpec,
    store: MemoryStore,
    headers: Vec<(Header, Weight)>,
}

impl Chain {
    fn new(spec: ChainSpec) -> Self {
        let mut store = MemoryStore::new();
        store.commit(spec.changes()).unwrap();
        let headers = vec![(spec.block().header().clone(), Weight::ZERO)];
        Self { spec, store, headers }
    }

    /// Precommits of all who decided the newest block, but those named.
    fn certificate(&self, kit: &Staked, absent: &[usize]) -> Option<Certificate> {
        let (tip, _) = self.headers.last().unwrap();
        let last = validator_sets(&self.store).unwrap().unwrap().last;
        let votes = (0..kit.people.len())
            .filter(|n| last.power_of(&kit.id(*n)) > 0 && !absent.contains(n))
            .map(|n| {
                let mut vote = kit.vote(n, VoteKind::Precommit, tip.height.0, 0, 0).vote;
                vote.block = Some(tip.id());
                (kit.id(n), vote.sign(&kit.chain_id, &kit.keys[n]).unwrap().signature)
            });
        let place = (tip.height, 0, tip.id());
        (tip.height.0 > 0).then(|| Certificate::new(place, votes, &last).unwrap())
    }

    /// The next block, ten seconds later, with these transactions, valid or not.
    fn block(&self, kit: &Staked, txs: &[Tx], absent: &[usize]) -> (AccountId, Block<Checked>) {
        let (tip, total) = self.headers.last().unwrap();
        let height = tip.height.next().unwrap();
        let proposer = validator_sets(&self.store).unwrap().unwrap().current.proposer(height, 0).account;
        let template = Template {
            time: tip.time.plus(10_000),
            proposer,
            seal: Seal::Stake { round: 0 },
            last_commit: self.certificate(kit, absent),
        };
        let base = Base { header: tip, total: *total };
        let built = validate::build(&self.spec, &base, &self.store, &template, &mut txs.iter()).unwrap();
        (proposer, Block::decode(built.block.bytes()).unwrap().check(&self.spec).unwrap())
    }

    fn commit(&mut self, block: &Block<Checked>) -> Result<(), BlockError> {
        let (tip, total) = self.headers.last().unwrap();
        let executed =
            validate::execute(&self.spec, &Base { header: tip, total: *total }, &self.store, block)?;
        self.store.commit(&executed.changes).unwrap();
        let total = total.checked_add(self.spec.consensus().weight(block.proof())).unwrap();
        self.headers.push((block.header().clone(), total));
        Ok(())
    }

    fn state(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.store.range(Table::State, &[], &[], usize::MAX).unwrap()
    }
}

#[test]
fn blocks_do_what_the_rules_say_and_undo_it() {
    let rules = StakeParams { reward: 3, max_missed: 2, ..rules() };
    let (mut kit, mut ledger) = four(rules);
    let mut chain = Chain::new(kit.spec());
    let (votes, proposals) = (kit.two_votes(0, 1, 0), kit.two_proposals(1, 1, 0));
    let plan = [
        vec![kit.stake_tx(4, 700), kit.report_tx(5, votes)],
        vec![kit.unstake_tx(2, 300), kit.unjail_tx(0)],
        vec![kit.stake_tx(0, 5)],
        vec![kit.unjail_tx(0)],
        vec![kit.unstake_tx(4, 700)],
        vec![],
        vec![kit.stake_tx(5, 100), kit.report_tx(4, proposals)],
        vec![],
        vec![],
        vec![kit.unjail_tx(1)],
    ];
    let mut states = Vec::new();
    for n in 0..16 {
        states.push(chain.state());
        let txs = plan.get(n).map_or(&[][..], Vec::as_slice);
        // Validator 3 sleeps until it is thrown out.
        let (proposer, block) = chain.block(&kit, txs, &[3]);
        let last = ledger.sets().last;
        let absent: Vec<AccountId> = if n == 0 {
            vec![]
        } else {
            last.iter().map(|v| v.account).filter(|a| *a == kit.id(3)).collect()
        };
        ledger.try_block(txs, proposer, &absent);
        chain.commit(&block).unwrap();
        assert!(chain.state() == ledger.entries(), "block {}", n + 1);
        let sets = ledger.sets();
        let header = block.header();
        assert_eq!(header.validators_hash, sets.last.hash(), "who decided it");
        assert_eq!(header.next_validators_hash, sets.current.hash());
    }
    assert_eq!(powers(&kit, &ledger.sets().next), [955, 950, 700, 0, 0, 100]);
    while let Some(state) = states.pop() {
        let (tip, _) = chain.headers.pop().unwrap();
        chain.store.commit(&validate::undo(&chain.spec, &chain.store, &tip).unwrap()).unwrap();
        assert!(chain.state() == state, "block {} undone", tip.height);
    }
}

#[test]
fn forged_evidence_is_found_by_the_batch() {
    let (mut kit, _) = four(rules());
    let mut chain = Chain::new(kit.spec());
    let mut evidence = kit.two_proposals(1, 1, 0);
    if let ehr_core::consensus::bft::Evidence::Proposals { second, .. } = &mut evidence {
        second.signature.0[40] ^= 1;
    }
    let (good, forged) = (kit.stake_tx(4, 500), kit.report_tx(5, evidence));
    // A builder leaves it out; a block that has it is refused.
    let (_, block) = chain.block(&kit, &[good.clone(), forged.clone()], &[]);
    assert_eq!(block.txs().len(), 1);
    let txs = [good.bytes(), forged.bytes()];
    let header =
        Header { tx_root: ehr_core::merkle::rfc6962::root(txs), tx_count: 2, ..block.header().clone() };
    let bad = Block::assemble(header, txs).unwrap();
    let bad = Block::decode(bad.bytes()).unwrap().check(&chain.spec).unwrap();
    match chain.commit(&bad) {
        Err(BlockError::InvalidTx { index: 1, error, .. }) => {
            assert!(matches!(*error, TxError::Evidence(_)), "{error}");
        }
        other => panic!("{other:?}"),
    }
    chain.commit(&block).unwrap();
}
