//! Watches for validators that say two things (rule BF-27). Every authenticated message of the current height, of the
//! next and of `evidence_heights` below passes here, so a conflicting copy that arrives long after its height was decided
//! convicts as well.

use ehr_core::consensus::bft::{Evidence, SignedProposal, SignedVote, ValidatorSet, VoteKind};
use ehr_core::primitives::{AccountId, Height};
use std::collections::BTreeMap;

/// Most rounds of one validator and height that are watched; the first ones. Bounds what a validator that signs for
/// every round can make us hold.
const MAX_ROUNDS: usize = 64;

/// First messages of each slot, and whether the slot has convicted already.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    heights: BTreeMap<Height, Watched>,
}

#[derive(Debug)]
struct Watched {
    validators: ValidatorSet,
    votes: BTreeMap<(AccountId, VoteKind), BTreeMap<u32, Seen<SignedVote>>>,
    proposals: BTreeMap<AccountId, BTreeMap<u32, Seen<SignedProposal>>>,
}

#[derive(Debug)]
struct Seen<T> {
    first: T,
    convicted: bool,
}

impl Witness {
    /// Watches a height from now on, and forgets those below `oldest`.
    pub(crate) fn watch(&mut self, height: Height, validators: &ValidatorSet, oldest: Height) {
        self.heights = self.heights.split_off(&oldest);
        let new =
            || Watched { validators: validators.clone(), votes: BTreeMap::new(), proposals: BTreeMap::new() };
        self.heights.entry(height).or_insert_with(new);
    }

    /// Who votes at a height, if it is watched.
    pub(crate) fn validators(&self, height: Height) -> Option<&ValidatorSet> {
        self.heights.get(&height).map(|watched| &watched.validators)
    }

    /// Whether this validator is known to have voted in a slot, or may be: after many rounds that is not kept.
    pub(crate) fn knows_vote(&self, vote: &SignedVote) -> bool {
        let slots = self.heights.get(&vote.vote.height).map(|watched| &watched.votes);
        let rounds = slots.and_then(|votes| votes.get(&(vote.vote.validator, vote.vote.kind)));
        rounds.is_some_and(|rounds| rounds.contains_key(&vote.vote.round) || rounds.len() >= MAX_ROUNDS)
    }

    /// First precommits of a height, in every round; none if it is not watched.
    pub(crate) fn precommits(&self, height: Height) -> impl Iterator<Item = SignedVote> + '_ {
        let slots = self.heights.get(&height).into_iter().flat_map(|watched| &watched.votes);
        let precommits = slots.filter(|((_, kind), _)| *kind == VoteKind::Precommit);
        precommits.flat_map(|(_, rounds)| rounds.values().map(|seen| seen.first))
    }

    /// Whether a validator is known to have precommitted in a round, for whatever.
    pub(crate) fn has_precommit(&self, height: Height, round: u32, validator: AccountId) -> bool {
        let slots = self.heights.get(&height).and_then(|w| w.votes.get(&(validator, VoteKind::Precommit)));
        slots.is_some_and(|rounds| rounds.contains_key(&round))
    }

    /// Takes an authenticated vote; what it convicts, once a slot.
    pub(crate) fn vote(&mut self, vote: &SignedVote) -> Option<Evidence> {
        let watched = self.heights.get_mut(&vote.vote.height)?;
        let slots = watched.votes.entry((vote.vote.validator, vote.vote.kind)).or_default();
        let first = see(slots, vote.vote.round, *vote, |a, b| a.vote.block != b.vote.block)?;
        Some(Evidence::votes(first, *vote))
    }

    /// Takes an authenticated proposal; what it convicts, once a slot.
    pub(crate) fn proposal(&mut self, proposal: &SignedProposal) -> Option<Evidence> {
        let watched = self.heights.get_mut(&proposal.proposal.height)?;
        let slots = watched.proposals.entry(proposal.proposal.proposer).or_default();
        let first = see(slots, proposal.proposal.round, *proposal, |a, b| a.proposal != b.proposal)?;
        Some(Evidence::proposals(first, *proposal))
    }
}

fn see<T: Copy>(
    slots: &mut BTreeMap<u32, Seen<T>>,
    round: u32,
    message: T,
    conflict: impl Fn(&T, &T) -> bool,
) -> Option<T> {
    match slots.get_mut(&round) {
        Some(seen) if !seen.convicted && conflict(&seen.first, &message) => {
            seen.convicted = true;
            Some(seen.first)
        }
        Some(_) => None,
        None => {
            if slots.len() < MAX_ROUNDS {
                slots.insert(round, Seen { first: message, convicted: false });
            }
            None
        }
    }
}
