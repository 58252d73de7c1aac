//! Signatures of messages, checked once.

use crate::memo::{Memo, name};
use ehr_core::consensus::bft::{SignedProposal, SignedVote, ValidatorSet};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{AdmittedKey, Batch, verify};
use ehr_core::primitives::{ChainId, Signature};
use std::collections::BTreeSet;

/// Checks signatures of one chain.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    pub(crate) chain: ChainId,
    pub(crate) memo: Memo,
}

impl Verifier {
    pub(crate) fn vote(&self, vote: &SignedVote, key: &AdmittedKey) -> bool {
        self.one(Domain::Vote, key, &vote.vote.message(&self.chain), &vote.signature)
    }

    pub(crate) fn proposal(&self, proposal: &SignedProposal, key: &AdmittedKey) -> bool {
        self.one(Domain::Proposal, key, &proposal.proposal.message(&self.chain), &proposal.signature)
    }

    /// A signature made here.
    pub(crate) fn remember(&self, domain: Domain, key: &AdmittedKey, message: &[u8], signature: &Signature) {
        self.memo.remember(name(domain, &key.bytes(), message, signature));
    }

    fn one(&self, domain: Domain, key: &AdmittedKey, message: &[u8], signature: &Signature) -> bool {
        if *signature == Signature::ZERO {
            return false; // what was not signed here (rule BF-17)
        }
        let name = name(domain, &key.bytes(), message, signature);
        if self.memo.knows(&name) {
            return true;
        }
        let valid = verify(domain, key, message, signature).is_ok();
        if valid {
            self.memo.remember(name);
        }
        valid
    }

    /// The voting power behind votes of different members of a set, none of them invalid; or nothing.
    pub(crate) fn votes(&self, votes: &[SignedVote], set: &ValidatorSet) -> Option<u64> {
        let (mut seen, mut power) = (BTreeSet::new(), 0u64);
        let (mut batch, mut new) = (Batch::new(), Vec::new());
        for signed in votes {
            let (validator, key) = set.get(&signed.vote.validator)?;
            if !seen.insert(validator.account) || signed.signature == Signature::ZERO {
                return None;
            }
            power = power.saturating_add(validator.power);
            let message = signed.vote.message(&self.chain);
            let name = name(Domain::Vote, &validator.key, &message, &signed.signature);
            if !self.memo.knows(&name) {
                batch.push(Domain::Vote, key, &message, &signed.signature);
                new.push(name);
            }
        }
        batch.verify().ok()?;
        new.into_iter().for_each(|name| self.memo.remember(name));
        Some(power)
    }
}
