//! One transaction on its way through the rules.

use crate::block::{Event, EventCode, Receipt};
use crate::primitives::{Hash32, TxId};
use crate::state::apply::Applied;
use crate::state::claims::Claim;
use crate::state::{BlockContext, Draft, StateDelta};
use crate::tx::Tx;

/// What the rules read and what they have found so far.
pub(crate) struct Run<'a, 'v, 't> {
    pub(crate) ctx: &'a BlockContext<'a>,
    /// The transaction's id; zero in genesis.
    pub(crate) id: TxId,
    pub(crate) draft: Draft<'a, 'v>,
    pub(crate) claims: Vec<Claim<'t>>,
    /// Whether the recovery key signed a key rotation.
    pub(crate) by_recovery: bool,
    created: Option<Hash32>,
    events: Vec<Event>,
}

impl<'a, 'v, 't> Run<'a, 'v, 't> {
    pub(crate) fn new(ctx: &'a BlockContext<'a>, id: TxId, draft: Draft<'a, 'v>) -> Self {
        Self { ctx, id, draft, claims: Vec::new(), by_recovery: false, created: None, events: Vec::new() }
    }

    /// Notes what happened.
    pub(crate) fn event(&mut self, code: EventCode, about: impl Into<Hash32>) {
        self.events.push(Event { code, about: about.into() });
    }

    /// Notes what happened and that it brought `id` into being.
    pub(crate) fn created(&mut self, code: EventCode, id: impl Into<Hash32>) {
        let id = id.into();
        self.created = Some(id);
        self.event(code, id);
    }

    pub(crate) fn finish(self, tx: &Tx) -> Applied<'t> {
        let body = tx.body();
        let receipt = Receipt {
            tx: self.id,
            kind: body.payload.code(),
            created: self.created,
            fee: body.fee,
            events: self.events,
        };
        Applied { delta: self.draft.into_delta(), receipt, claims: self.claims }
    }

    pub(crate) fn into_parts(self) -> (StateDelta, Vec<Claim<'t>>) {
        (self.draft.into_delta(), self.claims)
    }
}
