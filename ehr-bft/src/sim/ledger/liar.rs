//! What the misbehaving validator sends instead of, or beside, what its replica says.

use super::members::Members;
use super::scenario::Lie;
use crate::Message;
use crate::replica::Replica;
use ehr_core::block::Seal;
use ehr_core::consensus::bft::Certificate;
use ehr_core::engine::certificate_of;
use ehr_core::primitives::{BlockId, ChainId};
use ehr_core::state::validator_sets;
use ehr_core::store::LedgerRead;
use ehr_core::validate::{self, Base, Template};
use std::sync::Arc;

/// Index of the liar.
pub(super) const LIAR: usize = 0;

/// A frame of the liar: what goes out at once, and what goes out as well, so much later.
pub(super) struct Twisted {
    pub(super) now: Arc<[u8]>,
    pub(super) later: Option<(u64, Arc<[u8]>)>,
}

pub(super) fn twist(
    lie: Lie,
    members: &Members,
    replica: &Replica,
    disk: &dyn LedgerRead,
    bytes: &Arc<[u8]>,
) -> Twisted {
    let honest = Twisted { now: Arc::clone(bytes), later: None };
    let Some((1, rest)) = bytes.split_first() else { return honest };
    let Ok(message) = Message::from_bytes(rest) else { return honest };
    match lie {
        Lie::Equivocate { late_ms } => match conflicting(members, message) {
            Some(other) => Twisted { later: Some((late_ms, framed(&other))), ..honest },
            None => honest,
        },
        Lie::ForgeCertificates => match forged(members, replica, disk, &message) {
            Some(other) => Twisted { now: framed(&other), later: None },
            None => honest,
        },
    }
}

fn framed(message: &Message) -> Arc<[u8]> {
    [&[1], message.to_bytes().expect("encodes").as_slice()].concat().into()
}

/// The opposite of a vote; another proposal of the same block, which refers to a round before.
fn conflicting(members: &Members, message: Message) -> Option<Message> {
    let (chain, key): (ChainId, _) = (members.staked.chain_id, &members.staked.keys[LIAR]);
    match message {
        Message::Vote(signed) => {
            let mut vote = signed.vote;
            vote.block = vote.block.is_none().then_some(BlockId([1; 32]));
            (vote.validator == members.staked.id(LIAR))
                .then(|| vote.sign(&chain, key).ok().map(Message::Vote))?
        }
        Message::Proposal { proposal, block } => {
            let mut said = proposal.proposal;
            // Proposals of others are passed on with their locks.
            if said.proposer != members.staked.id(LIAR) {
                return None;
            }
            said.valid_round = match said.valid_round {
                None if said.round > 0 => Some(0),
                None => return None,
                Some(_) => None,
            };
            let proposal = said.sign(&chain, key).ok()?;
            Some(Message::Proposal { proposal, block })
        }
        _ => None,
    }
}

/// A block of its own whose certificate of the parent has one signature.
fn forged(members: &Members, replica: &Replica, disk: &dyn LedgerRead, message: &Message) -> Option<Message> {
    let Message::Proposal { proposal, .. } = message else { return None };
    let mut said = proposal.proposal;
    let best = replica.engine().best();
    let own = said.proposer == members.staked.id(LIAR);
    if !own || said.valid_round.is_some() || best.header.height.next() != Some(said.height) {
        return None;
    }
    let view = replica.view(disk);
    let last = validator_sets(&view).ok()??.last;
    let parent = certificate_of(&view, &best.id).ok()??;
    let signers: Vec<_> = parent.signers(&last).ok()?.iter().map(|(v, s)| (v.account, *s)).take(1).collect();
    let certificate = Certificate::new((parent.height, parent.round, parent.block), signers, &last).ok()?;
    let template = Template {
        time: best.header.time.plus(1),
        proposer: said.proposer,
        seal: Seal::Stake { round: said.round },
        last_commit: Some(certificate),
    };
    let base = Base { header: &best.header, total: best.weight };
    let spec = members.spec();
    let built = validate::build(&spec, &base, &view, &template, &mut std::iter::empty()).ok()?;
    said.block = built.block.id();
    let proposal = said.sign(&members.staked.chain_id, &members.staked.keys[LIAR]).ok()?;
    Some(Message::Proposal { proposal, block: built.block.bytes().to_vec() })
}
