//! Decided blocks: served to peers that are behind, taken when we are (rules BF-25 and BF-26).

use crate::catch_up::Ahead;
use crate::context::{Address, CoreHeight, Value};
use crate::io::Output;
use crate::machine::{CoreInput, Shell};
use crate::message::Message;
use crate::peers::Offence;
use ehr_core::consensus::bft::{Certificate, SignedVote, is_more_than_two_thirds};
use ehr_core::primitives::Height;
use ehr_core::transport::PeerId;
use malachite_core_types::{ExtendedCommitCertificate, ExtendedCommitSignature, Round, ValueResponse};
use std::sync::Arc;

impl Shell {
    pub(crate) fn serve(&mut self, to: PeerId, from: Height, count: u16) -> Result<(), Offence> {
        if count == 0 || count > Message::MAX_REQUEST || !self.peers.may_serve(to, count, self.now) {
            return Err(Offence::TooMuch);
        }
        if from < self.standing() {
            self.outbox.now(Output::Serve { to, from, count });
        }
        Ok(())
    }

    /// A decided block that was asked for.
    pub(crate) fn decided_frame(
        &mut self,
        from: PeerId,
        certificate: Certificate,
        block: Vec<u8>,
    ) -> Result<(), Offence> {
        let height = certificate.height;
        let asked = self.catch_up.asked.filter(|asked| asked.peer == from && height <= asked.last);
        if asked.is_none() {
            return if height < self.height { Ok(()) } else { Err(Offence::Unsolicited) };
        }
        if (self.config.block_id)(&block) != Some(certificate.block) {
            return Err(Offence::BadCertificate);
        }
        self.peers.credit(from);
        let bytes: Arc<[u8]> = block.into();
        if height > self.height {
            self.catch_up.keep(height, Ahead { from, certificate, bytes });
            return Ok(());
        }
        if height < self.height || self.decided {
            return Ok(());
        }
        self.decided_block(from, &certificate, bytes)
    }

    /// Checks the certificate of the current height and gives it to the core.
    pub(crate) fn decided_block(
        &mut self,
        from: PeerId,
        certificate: &Certificate,
        bytes: Arc<[u8]>,
    ) -> Result<(), Offence> {
        let signers = certificate.signers(&self.validators).map_err(|_| Offence::BadCertificate)?;
        let votes: Vec<_> = signers
            .iter()
            .map(|(v, signature)| SignedVote { vote: certificate.vote_of(v.account), signature: *signature })
            .collect();
        let power = self.verifier.votes(&votes, &self.validators).ok_or(Offence::BadCertificate)?;
        if !is_more_than_two_thirds(power, self.validators.total_power()) {
            return Err(Offence::BadCertificate);
        }
        self.peers.claims(from, certificate.height.plus(1));
        for vote in &votes {
            self.witness_vote(vote);
        }
        self.blocks.keep(certificate.block, bytes);
        self.catch_up.given = Some(certificate.height);
        let signatures = votes
            .iter()
            .map(|v| ExtendedCommitSignature::new(Address(v.vote.validator), v.signature, None))
            .collect();
        let certificate = ExtendedCommitCertificate {
            height: CoreHeight(certificate.height),
            round: Round::new(certificate.round),
            value_id: Value(certificate.block),
            commit_signatures: signatures,
        };
        let response = ValueResponse::new(self.nobody, Default::default(), certificate);
        self.pending.push_back(CoreInput::SyncValueResponse(response));
        Ok(())
    }
}
