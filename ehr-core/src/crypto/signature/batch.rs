//! Many signatures at once: a third of the cost each, the same verdict for each.

use super::admission::AdmittedKey;
use super::equation::{Term, all_hold};
use super::verify::{SignatureError, check};
use crate::crypto::domain::Domain;
use crate::primitives::Signature;
use std::collections::BTreeMap;

/// Up to this many signatures, halving further gains little for one culprit and loses much for many.
const LEAF: usize = 32;

/// Signatures to verify together. Larger is faster up to about a thousand; signatures by one key share its part.
/// The verdict for each signature is that of [`verify`](super::verify()) (rule S-8).
///
/// ```
/// use ehr_core::crypto::{domain::Domain, signature::{Batch, Signer, SoftwareSigner, admit}};
/// let signer = SoftwareSigner::from_seed(&[7; 32]);
/// let key = admit(&signer.public_key())?;
/// let mut batch = Batch::new();
/// for message in [b"first", b"other"] {
///     batch.push(Domain::Tx, &key, message, &signer.sign(Domain::Tx, message)?);
/// }
/// batch.push(Domain::Tx, &key, b"third", &signer.sign(Domain::Wrap, b"third")?);
/// let culprits = batch.verify().unwrap_err();
/// assert_eq!(culprits.errors.keys().copied().collect::<Vec<_>>(), [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Batch {
    /// In the order pushed; what cannot be parsed is known to be invalid at once.
    terms: Vec<Result<Term, SignatureError>>,
}

/// The invalid signatures of a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of {total} signatures are invalid, the first at index {}", errors.len(), first(errors))]
pub struct Culprits {
    /// Signatures in the batch.
    pub total: usize,
    /// Index (in push order, from 0) and reason of each invalid one; never empty.
    pub errors: BTreeMap<usize, SignatureError>,
}

fn first(errors: &BTreeMap<usize, SignatureError>) -> usize {
    errors.keys().next().copied().unwrap_or_default()
}

impl Batch {
    /// An empty batch, which is valid.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many more signatures.
    pub fn reserve(&mut self, signatures: usize) {
        self.terms.reserve(signatures);
    }

    /// Adds a signature. Hashes the message now, so that nothing is borrowed.
    pub fn push(&mut self, domain: Domain, key: &AdmittedKey, message: &[u8], signature: &Signature) {
        self.terms.push(Term::new(domain.tag(), key, message, signature));
    }

    /// Whether all are valid, without finding those that are not.
    pub fn holds(&self) -> bool {
        let parsed: Option<Vec<_>> =
            self.terms.iter().map(|term| term.as_ref().ok().map(|t| (0, t))).collect();
        parsed.is_some_and(|terms| hold(&terms))
    }

    /// Whether all are valid. If not, the invalid ones are found by halving, then one by one; a batch in which
    /// every signature is invalid costs about three times as much as verifying each alone.
    ///
    /// # Errors
    /// Exactly the signatures that [`verify`](super::verify()) refuses, with its reasons.
    pub fn verify(self) -> Result<(), Culprits> {
        let mut errors = BTreeMap::new();
        let mut parsed = Vec::with_capacity(self.terms.len());
        for (index, term) in self.terms.iter().enumerate() {
            match term {
                Ok(term) => parsed.push((index, term)),
                Err(e) => drop(errors.insert(index, *e)),
            }
        }
        if !hold(&parsed) {
            find(&parsed, &mut errors);
        }
        if errors.is_empty() { Ok(()) } else { Err(Culprits { total: self.terms.len(), errors }) }
    }
}

fn hold(terms: &[(usize, &Term)]) -> bool {
    match terms {
        [] => true,
        [(_, only)] => only.holds(),
        _ => all_hold(&terms.iter().map(|(_, t)| *t).collect::<Vec<_>>()),
    }
}

/// Finds the culprits in `terms`, which do not all hold. Depth is the logarithm of the length.
fn find(terms: &[(usize, &Term)], errors: &mut BTreeMap<usize, SignatureError>) {
    if terms.len() <= LEAF {
        errors.extend(terms.iter().filter_map(|(index, t)| Some((*index, check(t).err()?))));
        return;
    }
    let (left, right) = terms.split_at(terms.len() / 2);
    if hold(left) {
        return find(right, errors); // what is wrong must be here
    }
    find(left, errors);
    if !hold(right) {
        find(right, errors);
    }
}
