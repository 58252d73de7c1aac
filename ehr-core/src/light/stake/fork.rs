//! Two decided blocks at one height: proof that a third of the voting power broke the rules.

use super::step::Rules;
use super::{LightBlock, StakeAnchor, StakeError};
use crate::codec::{Wire, limits};
use crate::consensus::bft::{Evidence, SignedVote};
use crate::primitives::{AccountId, BlockId, Height};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// Two chains of blocks, each step valid, from one trusted header to two blocks of one height (rule LC-20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ForkProof {
    /// Id of the header both follow from.
    pub base: BlockId,
    /// Steps to one of the two, rising; usually it alone.
    pub first: Vec<LightBlock>,
    /// Steps to the other.
    pub second: Vec<LightBlock>,
}

/// What a fork proof shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Height of the two blocks.
    pub height: Height,
    /// The two blocks.
    pub blocks: [BlockId; 2],
    /// Validators that signed both, in order. If both blocks are of one validator set, these have more than a third
    /// of its power. If the blocks are of two rounds, some of them may have followed the rules: who saw the prevotes of
    /// two thirds for the other block in between was free to go over.
    pub offenders: Vec<AccountId>,
    /// Evidence against each of them that the ledger takes as it is: their two precommits, if they are of one round.
    /// In different rounds each precommit alone is allowed, and the proof itself is the accusation.
    pub evidence: Vec<Evidence>,
    /// Validators of the base's next set that signed the first or the second block: whichever block is not the
    /// chain's, these left the chain. It takes more than a third of the set's power to leave it unnoticed.
    pub signed: [Vec<AccountId>; 2],
}

impl ForkProof {
    /// Height of the fork; 0 if there is no block in it.
    pub fn height(&self) -> Height {
        self.first.last().map_or(Height::ZERO, |block| block.header.height)
    }

    /// Checks both chains from the base, which whoever judges trusts. No clock: a proof does not get old.
    ///
    /// # Errors
    /// [`StakeError::NoFork`] if they do not end in two blocks of one height, or the first rule a step breaks.
    pub fn verify(&self, base: &StakeAnchor) -> Result<Verdict, StakeError> {
        let no_fork = StakeError::NoFork;
        let (Some(a), Some(b)) = (self.first.last(), self.second.last()) else { return Err(no_fork) };
        let too_long = |side: &[LightBlock]| side.len() > limits::MAX_LIGHT_STEPS;
        let differ = a.header.height == b.header.height && a.certificate.block != b.certificate.block;
        if self.base != base.id() || !differ || too_long(&self.first) || too_long(&self.second) {
            return Err(no_fork);
        }
        for side in [&self.first, &self.second] {
            side.iter().try_fold(base.clone(), |trusted, step| Rules::new(0).follow(&trusted, step))?;
        }
        let (by_a, by_b) = (precommits(a)?, precommits(b)?);
        let both = by_a.iter().filter_map(|(who, vote)| Some((who, vote, by_b.get(who)?)));
        let both: Vec<_> = both.map(|((account, _), x, y)| (*account, *x, *y)).collect();
        let one_round = a.certificate.round == b.certificate.round;
        let evidence = both.iter().filter(|_| one_round).map(|(_, x, y)| Evidence::votes(*x, *y));
        let trusted = |votes: &Precommits| {
            let known = votes.keys().filter(|(account, key)| {
                base.next().get(account).is_some_and(|(validator, _)| validator.key.0 == *key)
            });
            known.map(|(account, _)| *account).collect()
        };
        Ok(Verdict {
            height: a.header.height,
            blocks: [a.certificate.block, b.certificate.block],
            evidence: evidence.collect(),
            offenders: both.into_iter().map(|(account, _, _)| account).collect(),
            signed: [trusted(&by_a), trusted(&by_b)],
        })
    }
}

/// By account and key.
type Precommits = BTreeMap<(AccountId, [u8; 32]), SignedVote>;

/// The votes of a verified certificate.
fn precommits(block: &LightBlock) -> Result<Precommits, StakeError> {
    let signers = block.certificate.signers(&block.validators)?;
    let vote = |account, signature| SignedVote { vote: block.certificate.vote_of(account), signature };
    Ok(signers.into_iter().map(|(v, s)| ((v.account, v.key.0), vote(v.account, s))).collect())
}

impl Wire for ForkProof {
    const NAME: &'static str = "fork proof";
    const MAX_BYTES: usize = limits::MAX_FORK_PROOF;
}
