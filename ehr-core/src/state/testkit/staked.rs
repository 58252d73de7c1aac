//! Institutions with stake and what they sign.

use super::consortium::START;
use super::person::{Person, bytes32};
use crate::block::{Balance, ChainSpec, Genesis};
use crate::codec::Wire;
use crate::codec::limits::MAX_VALIDITY;
use crate::consensus::bft::{Evidence, Proposal, SignedProposal, SignedVote, Vote, VoteKind};
use crate::consensus::{ConsensusParams, StakeParams};
use crate::crypto::signature::{Signer, SoftwareSigner};
use crate::policy::StaffRoles;
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height};
use crate::state::Params;
use crate::tx::{
    AdmitInstitution, Payload, ReportEvidence, Role, Stake, TX_VERSION, Tx, TxBody, Unjail, Unstake,
};

/// Admitted institutions, the first of them with stake, each named by its index. Hands out nonces.
pub struct Staked {
    /// The institutions.
    pub people: Vec<Person>,
    /// Their validator keys.
    pub keys: Vec<SoftwareSigner>,
    /// The specification of their chain.
    pub genesis: Genesis,
    /// Its id.
    pub chain_id: ChainId,
    nonce: u64,
}

impl Staked {
    /// What each institution has at the start, stake included.
    pub const CREDITS: u64 = 1_000_000;

    /// Validators with these stakes, and `others` without any.
    pub fn new(stakes: &[u64], others: usize, stake: StakeParams) -> Self {
        let names = (0..stakes.len() + others).map(|n| format!("institution {n}"));
        let people: Vec<Person> = names.map(|name| Person::new(Role::Institution, &name)).collect();
        let key = |n| SoftwareSigner::from_seed(&bytes32(&format!("institution {n}/validator")));
        let keys: Vec<SoftwareSigner> = (0..people.len()).map(key).collect();
        let admission = |person: &Person| AdmitInstitution {
            account: person.id,
            name_commit: Hash32(bytes32(&format!("{}/name commitment", person.name))),
            jurisdiction: 276,
            roles: StaffRoles::ALL,
            emergency_key: person.enc_key("emergency"),
        };
        let genesis = Genesis {
            name: "staked consortium".into(),
            time: START,
            params: Params { consensus: ConsensusParams::Stake { stake }, ..Params::default() },
            accounts: people.iter().map(|person| person.enrolment(ChainId::ZERO, None)).collect(),
            institutions: people.iter().map(admission).collect(),
            balances: people.iter().map(|p| Balance { account: p.id, credits: Self::CREDITS }).collect(),
            validators: Vec::new(),
        };
        let mut kit = Self { people, keys, genesis, chain_id: ChainId::ZERO, nonce: 0 };
        kit.genesis.validators = stakes.iter().enumerate().map(|(n, amount)| kit.stake(n, *amount)).collect();
        kit.chain_id = kit.spec().chain_id();
        kit
    }

    /// The chain.
    pub fn spec(&self) -> ChainSpec {
        ChainSpec::new(self.genesis.clone()).unwrap()
    }

    /// Account of an institution.
    pub fn id(&self, who: usize) -> AccountId {
        self.people[who].id
    }

    /// A payload that puts up stake, with the institution's own validator key.
    pub fn stake(&self, who: usize, amount: u64) -> Stake {
        let (person, key) = (&self.people[who], &self.keys[who]);
        let possession = person.possession(self.chain_id, key);
        Stake { account: person.id, key: key.public_key(), amount, possession }
    }

    /// A transaction that an institution signs and pays for.
    pub fn tx(&mut self, who: usize, payload: Payload) -> Tx {
        self.nonce += 1;
        let body = TxBody {
            version: TX_VERSION,
            chain_id: self.chain_id,
            shard: 0,
            fee_payer: self.id(who),
            nonce: self.nonce,
            fee: self.genesis.params.min_fee,
            valid_from: Height::ZERO,
            valid_until: Height(MAX_VALIDITY),
            payload,
        };
        let signature = self.people[who].sign(&body.to_bytes().unwrap());
        Tx::assemble(body, vec![signature]).unwrap()
    }

    /// Puts up stake.
    pub fn stake_tx(&mut self, who: usize, amount: u64) -> Tx {
        let stake = self.stake(who, amount);
        self.tx(who, Payload::Stake { stake })
    }

    /// Withdraws stake.
    pub fn unstake_tx(&mut self, who: usize, amount: u64) -> Tx {
        let account = self.id(who);
        self.tx(who, Payload::Unstake { unstake: Unstake { account, amount } })
    }

    /// Comes back.
    pub fn unjail_tx(&mut self, who: usize) -> Tx {
        let account = self.id(who);
        self.tx(who, Payload::Unjail { unjail: Unjail { account } })
    }

    /// Reports an offence.
    pub fn report_tx(&mut self, who: usize, evidence: Evidence) -> Tx {
        let reporter = self.id(who);
        self.tx(who, Payload::ReportEvidence { report: ReportEvidence { reporter, evidence } })
    }

    /// A vote of an institution for a block that is named by a byte.
    pub fn vote(&self, who: usize, kind: VoteKind, height: u64, round: u32, block: u8) -> SignedVote {
        let (height, block) = (Height(height), Some(BlockId([block; 32])));
        let vote = Vote { kind, height, round, block, validator: self.id(who) };
        vote.sign(&self.chain_id, &self.keys[who]).unwrap()
    }

    /// A proposal of an institution.
    pub fn proposal(&self, who: usize, height: u64, round: u32, block: u8) -> SignedProposal {
        let (height, block) = (Height(height), BlockId([block; 32]));
        let proposal = Proposal { height, round, block, valid_round: None, proposer: self.id(who) };
        proposal.sign(&self.chain_id, &self.keys[who]).unwrap()
    }

    /// Evidence that an institution precommitted two blocks.
    pub fn two_votes(&self, who: usize, height: u64, round: u32) -> Evidence {
        let vote = |block| self.vote(who, VoteKind::Precommit, height, round, block);
        Evidence::votes(vote(1), vote(2))
    }

    /// Evidence that an institution proposed two blocks.
    pub fn two_proposals(&self, who: usize, height: u64, round: u32) -> Evidence {
        Evidence::proposals(self.proposal(who, height, round, 1), self.proposal(who, height, round, 2))
    }
}
