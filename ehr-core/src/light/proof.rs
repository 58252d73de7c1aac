//! One proof: a header, how it hangs from the trusted one, and facts as of it.

use super::{AncestorProof, InclusionProof, LightError, StateProof};
use crate::block::{Header, Receipt};
use crate::codec::{Wire, limits};
use crate::merkle::ProofError;
use crate::primitives::{BlockId, GrantId, TxId};
use crate::state::{Entry, GrantEntry, GrantStatus, StateRead};
use crate::store::ReadError;
use crate::tx::{SignedTx, Tx};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::rc::Rc;

/// Everything a phone needs to believe some facts, given one header it trusts: about 1.5 to 3 kB for a record or a
/// grant (rule LC-5). Proves nothing until [`LightProof::verify`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LightProof {
    /// The header the facts are tied to.
    pub header: Header,
    /// How a later header, the trusted one, follows from it; none if `header` itself is trusted.
    pub ancestor: Option<AncestorProof>,
    /// Entries of the state after that block.
    pub state: Vec<StateProof>,
    /// Transactions of that block.
    pub txs: Vec<InclusionProof>,
    /// Receipts of that block.
    pub receipts: Vec<InclusionProof>,
}

impl Wire for LightProof {
    const NAME: &'static str = "light proof";
    const MAX_BYTES: usize = limits::MAX_LIGHT_PROOF;
}

impl LightProof {
    /// A proof of no fact yet.
    pub const fn of(header: Header) -> Self {
        Self { header, ancestor: None, state: Vec::new(), txs: Vec::new(), receipts: Vec::new() }
    }

    /// The header this proof stands on: the one that must be trusted.
    pub const fn stands_on(&self) -> &Header {
        match &self.ancestor {
            Some(proof) => &proof.descendant,
            None => &self.header,
        }
    }

    /// Checks every part, trusting nothing but the header with id `trusted` (rules LC-6 to LC-10).
    ///
    /// # Errors
    /// The first part that does not hold.
    pub fn verify(&self, trusted: &BlockId) -> Result<Proven<'_>, LightError> {
        let got = self.stands_on().id();
        if got != *trusted {
            return Err(LightError::NotTrusted { got });
        }
        let header = &self.header;
        if let Some(ancestor) = &self.ancestor {
            ancestor.verify(header).map_err(|error| LightError::Ancestor { height: header.height, error })?;
        }
        check("state", &self.state, |fact| fact.verify(header))?;
        check("txs", &self.txs, |fact| fact.verify(header, &header.tx_root))?;
        check("receipts", &self.receipts, |fact| fact.verify(header, &header.receipts_root))?;
        Ok(Proven { proof: self, id: if self.ancestor.is_some() { header.id() } else { got } })
    }
}

fn check<T>(
    list: &'static str,
    facts: &[T],
    verify: impl Fn(&T) -> Result<(), ProofError>,
) -> Result<(), LightError> {
    for (index, fact) in facts.iter().enumerate() {
        verify(fact).map_err(|error| LightError::Fact { list, index, error })?;
    }
    Ok(())
}

/// A proof whose every part was checked: only [`LightProof::verify`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Proven<'a> {
    proof: &'a LightProof,
    id: BlockId,
}

impl<'a> Proven<'a> {
    /// The header as of which everything here is true. Its time says how old the knowledge is.
    pub const fn as_of(&self) -> &'a Header {
        &self.proof.header
    }

    /// Its id.
    pub const fn id(&self) -> BlockId {
        self.id
    }

    /// A state entry, `None` if it is proven absent.
    ///
    /// # Errors
    /// The proof says nothing about it, or proves bytes that are no such entry.
    pub fn entry<E: Entry>(&self, id: &E::Id) -> Result<Option<E>, LightError> {
        let mut shown = self.proof.state.iter();
        let fact = shown.find(|f| f.namespace == E::NAMESPACE && f.id.as_slice() == id.as_ref());
        let fact = fact.ok_or(LightError::NotShown { what: E::NAME })?;
        Ok(fact.value.as_deref().map(|bytes| E::from_bytes(bytes)).transpose()?)
    }

    /// Whether a grant was in force: not revoked, inside its window and not used up, nor any that it is delegated
    /// from (rule LC-12). What it allows whom is for the policy to say.
    ///
    /// # Errors
    /// The proof does not show all of these grants, or there is no such grant.
    pub fn grant_in_force(&self, id: &GrantId) -> Result<bool, LightError> {
        let (mut next, time) = (Some(*id), self.as_of().time);
        // A grant delegated on has less depth than its parent, so this ends after a few steps.
        while let Some(id) = next {
            let entry =
                self.entry::<GrantEntry>(&id)?.ok_or(LightError::Unknown { what: GrantEntry::NAME })?;
            let GrantEntry { grant, uses, status, .. } = entry;
            let in_window = grant.not_before <= time && time < grant.not_after;
            let used_up = grant.max_uses.is_some_and(|max| uses >= max);
            if status != (GrantStatus::Active {}) || !in_window || used_up {
                return Ok(false);
            }
            next = grant.parent;
        }
        Ok(true)
    }

    /// A transaction of the block with its position.
    ///
    /// # Errors
    /// The proof does not show it, or proves bytes that are no transaction.
    pub fn tx(&self, id: &TxId) -> Result<(u32, Tx), LightError> {
        for fact in &self.proof.txs {
            let tx = Tx::decode(&fact.leaf)?;
            if tx.id() == *id {
                return Ok((fact.index, tx));
            }
        }
        Err(LightError::NotShown { what: SignedTx::NAME })
    }

    /// The receipt of a transaction of the block.
    ///
    /// # Errors
    /// The proof does not show it, or proves bytes that are no receipt.
    pub fn receipt(&self, id: &TxId) -> Result<Receipt, LightError> {
        for fact in &self.proof.receipts {
            let receipt = Receipt::from_bytes(&fact.leaf)?;
            if receipt.tx == *id {
                return Ok(receipt);
            }
        }
        Err(LightError::NotShown { what: Receipt::NAME })
    }
}

/// A proof is a state with holes: the policy evaluates on it as on a full ledger, and a fact that the proof does not
/// show is a failed read, never an absent entry (rule LC-11).
impl StateRead for Proven<'_> {
    fn get<E: Entry>(&self, id: &E::Id) -> Result<Option<Rc<E>>, ReadError> {
        match self.entry::<E>(id) {
            Ok(found) => Ok(found.map(Rc::new)),
            Err(error) => Err(ReadError::Io(error.to_string())),
        }
    }
}
