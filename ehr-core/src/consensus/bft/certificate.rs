//! Commit certificates: the proof that a block is final, a few hundred bytes for a phone.

use super::{SignedVote, Validator, ValidatorSet, Vote, VoteKind, is_more_than_two_thirds};
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::hash::sha256;
use crate::crypto::signature::{Batch, SignatureError};
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Signature};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// Precommits of one round for one block (rule BF-7): who signed as a bitmap over the canonical order of the
/// validator set, and the signatures in that order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Certificate {
    /// Height decided.
    pub height: Height,
    /// Round of the precommits.
    pub round: u32,
    /// Block decided.
    pub block: BlockId,
    /// Bit `i mod 8` (lowest first) of byte `i / 8` is set if validator `i` signed; one bit a validator, rounded up to
    /// whole bytes.
    signers: ByteBuf,
    /// 64 bytes a signer.
    signatures: ByteBuf,
}

/// A certificate that does not prove its block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The bitmap is not that of a set of this size: too short, too long, or with a bit for nobody.
    #[error("the bitmap of signers does not fit {validators} validators")]
    Bitmap {
        /// Size of the set.
        validators: usize,
    },
    /// Not 64 bytes a signer.
    #[error("{signers} signers and {bytes} bytes of signatures, 64 needed for each")]
    Length {
        /// Bits set.
        signers: usize,
        /// Bytes given.
        bytes: usize,
    },
    /// A round no chain can reach.
    #[error("round {0} is above {limit}", limit = limits::MAX_ROUND)]
    Round(u32),
    /// Signatures of these validators are not valid for this chain, height, round and block. One is enough to
    /// refuse: a maker of certificates checks what it puts in.
    #[error("{} signatures are invalid", .0.len())]
    Signatures(BTreeMap<AccountId, SignatureError>),
    /// More than two thirds are needed (rule BF-9).
    #[error("validators of {signed} of {total} voting power signed, more than two thirds needed")]
    NotEnough {
        /// Power that signed.
        signed: u64,
        /// Power there is.
        total: u64,
    },
    /// A vote that is no precommit of this round for this block, a second one, or of somebody else.
    #[error("a vote of {0} does not belong in the certificate")]
    Foreign(AccountId),
}

impl Certificate {
    /// Puts a certificate together from precommits; nothing is verified.
    ///
    /// # Errors
    /// [`CertificateError::Foreign`] if a signer is not in the set or twice.
    pub fn new(
        (height, round, block): (Height, u32, BlockId),
        precommits: impl IntoIterator<Item = (AccountId, Signature)>,
        set: &ValidatorSet,
    ) -> Result<Self, CertificateError> {
        let mut by_index = BTreeMap::new();
        for (account, signature) in precommits {
            let index = set.index_of(&account).ok_or(CertificateError::Foreign(account))?;
            if by_index.insert(index, signature).is_some() {
                return Err(CertificateError::Foreign(account));
            }
        }
        let mut signers = vec![0u8; set.len().div_ceil(8)];
        let mut signatures = Vec::with_capacity(by_index.len().saturating_mul(Signature::LEN));
        for (index, signature) in by_index {
            if let Some(byte) = signers.get_mut(index / 8) {
                *byte |= 1u8.wrapping_shl(u32::try_from(index % 8).unwrap_or_default());
            }
            signatures.extend_from_slice(&signature.0);
        }
        Ok(Self {
            height,
            round,
            block,
            signers: ByteBuf::from(signers),
            signatures: ByteBuf::from(signatures),
        })
    }

    /// Who signed and with what, in canonical order.
    ///
    /// # Errors
    /// The bitmap or the signatures do not fit the set (rule BF-7). Nothing is verified.
    pub fn signers<'a>(
        &'a self,
        set: &'a ValidatorSet,
    ) -> Result<Vec<(&'a Validator, Signature)>, CertificateError> {
        if self.round > limits::MAX_ROUND {
            return Err(CertificateError::Round(self.round));
        }
        let bitmap = CertificateError::Bitmap { validators: set.len() };
        let ones = self.signers.iter().fold(0u32, |n, byte| n.saturating_add(byte.count_ones()));
        let ones = usize::try_from(ones).unwrap_or(usize::MAX);
        if self.signers.len() != set.len().div_ceil(8) {
            return Err(bitmap);
        }
        let (chunks, rest) = self.signatures.as_chunks::<{ Signature::LEN }>();
        if chunks.len() != ones || !rest.is_empty() {
            return Err(CertificateError::Length { signers: ones, bytes: self.signatures.len() });
        }
        let signed: Vec<_> = set
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                let mask = 1u8.wrapping_shl(u32::try_from(index % 8).unwrap_or_default());
                self.signers.get(index / 8).is_some_and(|byte| byte & mask != 0)
            })
            .map(|(_, validator)| validator)
            .collect();
        if signed.len() != ones {
            return Err(bitmap);
        }
        Ok(signed.into_iter().zip(chunks.iter().map(|bytes| Signature(*bytes))).collect())
    }

    /// The same with votes that came after it was made: those of other members of the set for this very place and block
    /// whose signature is valid on this chain. All others are left out.
    ///
    /// # Errors
    /// The bitmap or the signatures do not fit the set (rule BF-7). What is in the certificate already is not verified.
    pub fn with_late<'v>(
        &self,
        chain: &ChainId,
        set: &ValidatorSet,
        late: impl IntoIterator<Item = &'v SignedVote>,
    ) -> Result<Self, CertificateError> {
        let mut all: BTreeMap<_, _> =
            self.signers(set)?.into_iter().map(|(signer, signature)| (signer.account, signature)).collect();
        for signed in late {
            let account = signed.vote.validator;
            if all.contains_key(&account) || signed.vote != self.vote_of(account) {
                continue;
            }
            if set.get(&account).is_some_and(|(_, key)| signed.verify(chain, key).is_ok()) {
                all.insert(account, signed.signature);
            }
        }
        Self::new((self.height, self.round, self.block), all, set)
    }

    /// The precommit that validator `account` signed if it is one of the signers.
    pub const fn vote_of(&self, account: AccountId) -> Vote {
        Vote {
            kind: VoteKind::Precommit,
            height: self.height,
            round: self.round,
            block: Some(self.block),
            validator: account,
        }
    }

    /// Checks that validators of more than two thirds of the power precommitted this block on this chain (rule
    /// BF-8), all signatures in one batch. That `set` is the set of this height is for the caller: its hash is in
    /// the header.
    ///
    /// # Errors
    /// The first rule broken, cheapest first. Returns the power that signed.
    pub fn verify(&self, chain: &ChainId, set: &ValidatorSet) -> Result<u64, CertificateError> {
        let signers = self.signers(set)?;
        let signed = signers.iter().fold(0u64, |sum, (v, _)| sum.saturating_add(v.power));
        let total = set.total_power();
        if !is_more_than_two_thirds(signed, total) {
            return Err(CertificateError::NotEnough { signed, total });
        }
        let mut batch = Batch::new();
        for (validator, signature) in &signers {
            if let Some((_, key)) = set.get(&validator.account) {
                batch.push(Domain::Vote, key, &self.vote_of(validator.account).message(chain), signature);
            }
        }
        batch.verify().map_err(|culprits| {
            let named = culprits.errors.into_iter().filter_map(|(index, error)| {
                signers.get(index).map(|(validator, _)| (validator.account, error))
            });
            CertificateError::Signatures(named.collect())
        })?;
        Ok(signed)
    }

    /// `last_commit_hash` of the next header: SHA-256 of the certificate's bytes (rule BF-10). Two certificates for
    /// one block may differ in who signed; the header says which one the chain keeps.
    pub fn hash(&self) -> Hash32 {
        // Integers and byte strings always encode, so the empty default is never hashed.
        sha256(&self.to_bytes().unwrap_or_default())
    }
}

impl Wire for Certificate {
    const NAME: &'static str = "commit certificate";
    const MAX_BYTES: usize = limits::MAX_CERTIFICATE;
}
