//! Our types in the shape Malachite's consensus core asks for, and back. Private: nothing of it may show outside.

use core::fmt;
use ehr_core::consensus::bft as ours;
use ehr_core::crypto::signature::AdmittedKey;
use ehr_core::primitives::{AccountId, BlockId, Height, Signature};
use malachite_core_types::{self as theirs, NilOrVal, Round, VoteType};
use std::sync::Arc;

mod convert;
pub(crate) use convert::{
    number, polka_votes, proposal_out, signed_proposal_in, signed_proposal_out, signed_vote_in,
    signed_vote_out, vote_out,
};

pub(crate) type CoreSignedVote = theirs::SignedVote<Context>;
pub(crate) type CoreSignedProposal = theirs::SignedProposal<Context>;

macro_rules! shown_as_inner {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Debug::fmt(&self.0, f) }
        }
    )+};
}
shown_as_inner!(Address, CoreHeight, Value);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(pub(crate) AccountId);
impl theirs::Address for Address {}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CoreHeight(pub(crate) Height);
impl theirs::Height for CoreHeight {
    const ZERO: Self = Self(Height::ZERO);
    const INITIAL: Self = Self(Height(1));
    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.plus(n))
    }
    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.0.checked_sub(n).map(|h| Self(Height(h)))
    }
    fn as_u64(&self) -> u64 {
        self.0.0
    }
}

/// What is agreed on: the id of a block, whose body travels beside the proposal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) BlockId);
impl theirs::Value for Value {
    type Id = Self;
    fn id(&self) -> Self {
        *self
    }
}

/// Unused: blocks travel beside proposals, not as parts of Malachite's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoPart;
impl theirs::ProposalPart<Context> for NoPart {
    fn is_first(&self) -> bool {
        true
    }
    fn is_last(&self) -> bool {
        true
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoreProposal {
    height: CoreHeight,
    round: Round,
    value: Value,
    pol_round: Round,
    address: Address,
}
impl theirs::Proposal<Context> for CoreProposal {
    fn height(&self) -> CoreHeight {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &Value {
        &self.value
    }
    fn take_value(self) -> Value {
        self.value
    }
    fn pol_round(&self) -> Round {
        self.pol_round
    }
    fn validator_address(&self) -> &Address {
        &self.address
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoreVote {
    kind: VoteType,
    height: CoreHeight,
    round: Round,
    value: NilOrVal<Value>,
    address: Address,
}
impl theirs::Vote<Context> for CoreVote {
    fn height(&self) -> CoreHeight {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &NilOrVal<Value> {
        &self.value
    }
    fn take_value(self) -> NilOrVal<Value> {
        self.value
    }
    fn vote_type(&self) -> VoteType {
        self.kind
    }
    fn validator_address(&self) -> &Address {
        &self.address
    }
    // Vote extensions are not used: their policy is always `Disabled`.
    fn extension(&self) -> Option<&theirs::SignedExtension<Context>> {
        None
    }
    fn take_extension(&mut self) -> Option<theirs::SignedExtension<Context>> {
        None
    }
    fn extend(self, _: theirs::SignedExtension<Context>) -> Self {
        self
    }
}

/// Ed25519 under the one signature rule. The core never decodes or signs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scheme;
impl theirs::SigningScheme for Scheme {
    type DecodingError = &'static str;
    type Signature = Signature;
    type PublicKey = AdmittedKey;
    type PrivateKey = ();
    fn decode_signature(_: &[u8]) -> Result<Signature, &'static str> {
        Err("signatures are decoded with the messages they come in")
    }
    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.0.to_vec()
    }
    fn decode_public_key(_: &[u8]) -> Result<AdmittedKey, &'static str> {
        Err("keys come from validator sets")
    }
    fn encode_public_key(key: &AdmittedKey) -> Vec<u8> {
        key.bytes().0.to_vec()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoreValidator {
    address: Address,
    key: AdmittedKey,
    power: u64,
}
impl theirs::Validator<Context> for CoreValidator {
    fn address(&self) -> &Address {
        &self.address
    }
    fn public_key(&self) -> &AdmittedKey {
        &self.key
    }
    fn voting_power(&self) -> u64 {
        self.power
    }
}

/// A validator set with its members in the core's shape, in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoreSet(Arc<SetContent>);

#[derive(Debug, PartialEq, Eq)]
struct SetContent {
    set: ours::ValidatorSet,
    members: Vec<CoreValidator>,
    /// The first member again: sets are not empty, and [`theirs::Context::select_proposer`] must return one.
    first: CoreValidator,
}

impl CoreSet {
    /// None for an empty set, which does not exist.
    pub(crate) fn new(set: &ours::ValidatorSet) -> Option<Self> {
        let members: Vec<_> = (0..set.len())
            .filter_map(|index| set.at(index))
            .map(|(v, key)| CoreValidator { address: Address(v.account), key: key.clone(), power: v.power })
            .collect();
        let first = members.first()?.clone();
        Some(Self(Arc::new(SetContent { set: set.clone(), members, first })))
    }

    pub(crate) fn ours(&self) -> &ours::ValidatorSet {
        &self.0.set
    }
}
impl theirs::ValidatorSet<Context> for CoreSet {
    fn count(&self) -> usize {
        self.0.members.len()
    }
    fn total_voting_power(&self) -> u64 {
        self.0.set.total_power()
    }
    fn get_by_address(&self, address: &Address) -> Option<&CoreValidator> {
        self.0.members.get(self.0.set.index_of(&address.0)?)
    }
    fn get_by_index(&self, index: usize) -> Option<&CoreValidator> {
        self.0.members.get(index)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Context;

impl theirs::Context for Context {
    type Address = Address;
    type Height = CoreHeight;
    type ProposalPart = NoPart;
    type Proposal = CoreProposal;
    type Validator = CoreValidator;
    type ValidatorSet = CoreSet;
    type Timeouts = theirs::LinearTimeouts;
    type Value = Value;
    type Vote = CoreVote;
    type Extension = ();
    type SigningScheme = Scheme;

    fn select_proposer<'a>(&self, set: &'a CoreSet, height: CoreHeight, round: Round) -> &'a CoreValidator {
        let account = set.0.set.proposer(height.0, number(round)).account;
        set.0.set.index_of(&account).and_then(|i| set.0.members.get(i)).unwrap_or(&set.0.first)
    }
    fn new_proposal(
        &self,
        height: CoreHeight,
        round: Round,
        value: Value,
        pol_round: Round,
        address: Address,
    ) -> CoreProposal {
        CoreProposal { height, round, value, pol_round, address }
    }
    fn new_prevote(
        &self,
        height: CoreHeight,
        round: Round,
        value: NilOrVal<Value>,
        address: Address,
    ) -> CoreVote {
        CoreVote { kind: VoteType::Prevote, height, round, value, address }
    }
    fn new_precommit(
        &self,
        height: CoreHeight,
        round: Round,
        value: NilOrVal<Value>,
        address: Address,
    ) -> CoreVote {
        CoreVote { kind: VoteType::Precommit, height, round, value, address }
    }
}
