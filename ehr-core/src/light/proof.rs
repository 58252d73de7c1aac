//! One proof: a header, how it hangs from the trusted one, and facts as of it.

use super::{AncestorProof, InclusionProof, LightError, StateProof};
use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::merkle::ProofError;
use crate::primitives::BlockId;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Everything a phone needs to believe some facts, given one header it trusts: about 1.5 to 3 kB for a record or a
/// grant (rule L-5). Proves nothing until [`LightProof::verify`].
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

    /// Checks every part, trusting nothing but the header with id `trusted` (rules L-6 to L-10).
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

    /// The bytes of a state entry, `None` if it is proven absent.
    ///
    /// # Errors
    /// [`LightError::NotShown`] if the proof says nothing about it.
    pub fn value(&self, namespace: u8, id: &[u8]) -> Result<Option<&'a [u8]>, LightError> {
        let mut shown = self.proof.state.iter();
        let fact = shown.find(|f| f.namespace == namespace && f.id.as_slice() == id);
        let fact = fact.ok_or(LightError::NotShown { what: "state entry" })?;
        Ok(fact.value.as_deref().map(Vec::as_slice))
    }
}
