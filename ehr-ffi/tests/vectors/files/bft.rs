//! Validators, votes, certificates and evidence.

use super::{Fault, Read, Sheet, described, recodes};
use ehr_core::primitives::{AccountId, ChainId, Height};
use ehr_ffi::toolbox::{hashing::sha256, stake::*};
use serde_json::Value;

pub(super) fn bft(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let chain: ChainId = file.id("chain")?;
    let set = file.at("validator_set")?.bytes("bytes")?;
    sheet.case("validator_set", |case| {
        recodes(case, "validator set", &set)?;
        let facts = validator_set_facts(set.clone())?;
        case.same("hash", file.at("validator_set")?.bytes("hash")?, facts.hash);
        case.same("total_power", file.at("validator_set")?.number("total_power")?, facts.total_power);
        Ok(())
    });
    for (round, key) in [(0, "round_0_heights_0_to_19"), (1, "round_1_heights_0_to_19")] {
        for (i, one) in (0..).zip(file.at("proposers")?.at(key)?.list()?) {
            sheet.case(&format!("proposers.{key}[{i}]"), |case| {
                let account = AccountId([u8::try_from(one.int()?)?; 32]);
                case.same("proposer", account, proposer(set.clone(), Height(i), round)?);
                Ok(())
            });
        }
    }
    let (votes, proposals) = (file.at("vote")?, file.at("proposal")?);
    for (message, bytes) in [("message", "bytes"), ("message_for_none", "bytes_for_none")] {
        sheet.case(&format!("vote.{bytes}"), |case| {
            let vote = votes.bytes(bytes)?;
            recodes(case, "signed vote", &vote)?;
            case.same("vote_message", votes.bytes(message)?, vote_message(chain, vote.clone())?);
            Ok(verify_vote(chain, set.clone(), vote.clone())?)
        });
    }
    for (message, bytes) in [("message", "bytes"), ("message_again", "bytes_again")] {
        sheet.case(&format!("proposal.{bytes}"), |case| {
            let proposal = proposals.bytes(bytes)?;
            recodes(case, "signed proposal", &proposal)?;
            case.same(
                "proposal_message",
                proposals.bytes(message)?,
                proposal_message(chain, proposal.clone())?,
            );
            Ok(verify_proposal(chain, set.clone(), proposal.clone())?)
        });
    }
    sheet.case("certificate", |case| {
        let certificate = file.at("certificate")?.bytes("bytes")?;
        recodes(case, "commit certificate", &certificate)?;
        case.same("sha256", file.at("certificate")?.bytes("hash")?, sha256(certificate.clone()));
        case.same("verify_certificate", 90, verify_certificate(chain, set.clone(), certificate.clone())?);
        let elsewhere = verify_certificate(ChainId([0; 32]), set.clone(), certificate.clone());
        case.refused("verify_certificate on another chain", &elsewhere);
        Ok(())
    });
    for (i, one) in file.at("evidence")?.list()?.iter().enumerate() {
        sheet.case(&format!("evidence[{i}]"), |case| {
            let evidence = one.hex()?;
            recodes(case, "evidence", &evidence)?;
            let convicted = verify_evidence(chain, set.clone(), evidence.clone())?;
            // The last field of either message.
            let accused = described("evidence", &evidence)?;
            let accused = accused.pointer("/1/0/4").ok_or("no account")?.str()?.parse()?;
            case.same("verify_evidence", accused, convicted);
            Ok(())
        });
    }
    Ok(())
}
