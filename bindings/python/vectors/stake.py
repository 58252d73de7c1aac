"""Validators, votes, certificates, evidence; the light client under stake, forks and checkpoints."""

from __future__ import annotations

from typing import Any

from ehr_ledger import toolbox as t
from sheet import Sheet, each, recodes, unhex


def bft(file: dict[str, Any], sheet: Sheet) -> None:
    chain, validators = file["chain"], unhex(file["validator_set"]["bytes"])
    with sheet.case("validator_set") as case:
        recodes(case, "validator set", validators)
        facts = t.validator_set_facts(validators)
        case.same("hash", unhex(file["validator_set"]["hash"]), facts.hash)
        case.same("total_power", file["validator_set"]["total_power"], facts.total_power)
    for number, key in enumerate(("round_0_heights_0_to_19", "round_1_heights_0_to_19")):
        for scope, height, one in each(sheet, f"proposers.{key}", file["proposers"][key]):
            with scope as case:
                case.same("proposer", bytes([one] * 32).hex(), str(t.proposer(validators, height, number)))
    for message, data in (("message", "bytes"), ("message_for_none", "bytes_for_none")):
        with sheet.case(f"vote.{data}") as case:
            vote = unhex(file["vote"][data])
            recodes(case, "signed vote", vote)
            case.same("vote_message", unhex(file["vote"][message]), t.vote_message(chain, vote))
            t.verify_vote(chain, validators, vote)
    for message, data in (("message", "bytes"), ("message_again", "bytes_again")):
        with sheet.case(f"proposal.{data}") as case:
            proposal = unhex(file["proposal"][data])
            recodes(case, "signed proposal", proposal)
            case.same("proposal_message", unhex(file["proposal"][message]), t.proposal_message(chain, proposal))
            t.verify_proposal(chain, validators, proposal)
    with sheet.case("certificate") as case:
        certificate = unhex(file["certificate"]["bytes"])
        recodes(case, "commit certificate", certificate)
        case.same("sha256", unhex(file["certificate"]["hash"]), t.sha256(certificate))
        case.same("verify_certificate", 90, t.verify_certificate(chain, validators, certificate))
        elsewhere = "00" * 32
        case.refused("another chain", lambda: t.verify_certificate(elsewhere, validators, certificate))
    for scope, _, one in each(sheet, "evidence", file["evidence"]):
        with scope as case:
            evidence = unhex(one)
            recodes(case, "evidence", evidence)
            # The last field of either message.
            accused = t.describe("evidence", evidence)[1][0][4]
            case.same("verify_evidence", accused, str(t.verify_evidence(chain, validators, evidence)))


def light_stake(file: dict[str, Any], sheet: Sheet) -> None:
    anchor, trusting, now = unhex(file["anchor"]["bytes"]), file["trusting_ms"], file["now"]
    with sheet.case("anchor") as case:
        one = file["anchor"]
        data = unhex(one["header"])
        recodes(case, "stake anchor", anchor)
        case.same("stake_anchor", anchor, t.stake_anchor(data, unhex(one["next"])))
        case.same("id", one["id"], str(t.header_digests(data).id))
        case.same("height", one["height"], t.describe("header", data)[3])
    for scope, _, one in each(sheet, "steps", file["steps"]):
        with scope as case:
            block, verdict, at = unhex(one["block"]), one["verdict"], one["now"]
            recodes(case, "light block", block)
            if verdict == "trusted":
                case.same("anchor", unhex(one["anchor"]), t.light_step(anchor, trusting, at, block).anchor)
            elif verdict == "bisect":
                case.same("need", one["need"], t.light_step(anchor, trusting, at, block).need)
            else:
                case.check("verdict", verdict in ("expired", "refused"))
                case.refused("light_step", lambda: t.light_step(anchor, trusting, at, block))
    for scope, _, one in each(sheet, "proofs", file["proofs"]):
        with scope as case:
            proof = unhex(one["proof"])
            recodes(case, "stake proof", proof)
            proven = t.verify_stake_proof(unhex(one["from"]), trusting, one["now"], proof)
            case.same("as_of", one["as_of"], str(proven.facts.as_of))
            case.same("height", one["height"], proven.facts.height)
            case.same("keys", one["keys"], [entry.key.hex() for entry in proven.facts.state])
            values = [None if entry.value is None else entry.value.hex() for entry in proven.facts.state]
            case.same("values", one["values"], values)
            case.same("anchor", unhex(one["anchor"]), proven.anchor)
    for scope, _, one in each(sheet, "proofs_refused", file["proofs_refused"]):
        with scope as case:
            data = unhex(one)
            case.refused("verify_stake_proof", lambda: t.verify_stake_proof(anchor, trusting, now, data))
    for scope, _, one in each(sheet, "forks", file["forks"]):
        with scope as case:
            proof = unhex(one["proof"])
            recodes(case, "fork proof", proof)
            facts = t.verify_fork_proof(anchor, proof)
            case.same("height", one["height"], facts.height)
            case.same("blocks", one["blocks"], [str(block) for block in facts.blocks])
            case.same("offenders", one["offenders"], [str(account) for account in facts.offenders])
            signed = [[str(account) for account in side] for side in facts.signed]
            case.same("signed", one["signed"], signed)
            case.same("evidence", one["evidence"], [evidence.hex() for evidence in facts.evidence])
    for scope, _, one in each(sheet, "forks_refused", file["forks_refused"]):
        with scope as case:
            data = unhex(one)
            case.refused("verify_fork_proof", lambda: t.verify_fork_proof(anchor, data))
    checkpoints(file, sheet)


def checkpoints(file: dict[str, Any], sheet: Sheet) -> None:
    one = file["checkpoint"]
    cosigners, header = unhex(one["cosigners"]), unhex(one["header"])
    with sheet.case("checkpoint") as case:
        data, message, signed = unhex(one["bytes"]), unhex(one["message"]), unhex(one["signed"])
        recodes(case, "checkpoint", data)
        case.same("checkpoint_of", data, t.checkpoint_of(header, unhex(one["weight"])))
        case.same("checkpoint_message", message, t.checkpoint_message(data))
        recodes(case, "signed checkpoint", signed)
        case.same("signed", one["signature"], t.describe("signed checkpoint", signed)[2])
        t.verify_signature("Checkpoint", unhex(one["key"]), message, unhex(one["signature"]))
    with sheet.case("checkpoint.cosigned") as case:
        cosigned = unhex(one["cosigned"])
        recodes(case, "cosigned checkpoint", cosigned)
        recodes(case, "cosigners", cosigners)
        case.same("need", one["need"], t.describe("cosigners", cosigners)[0])
        by = [institution for institution, _ in t.describe("cosigned checkpoint", cosigned)[1]]
        case.same("cosigned_by", one["cosigned_by"], by)
        case.same("verify_cosigned", len(by), t.verify_cosigned(cosigners, cosigned))
        computed = t.cosigned_anchor(cosigners, cosigned, header, unhex(one["next"]))
        case.same("cosigned_anchor", unhex(one["anchor"]), computed)
    for scope, _, bad in each(sheet, "checkpoint.refused", one["refused"]):
        with scope as case:
            data = unhex(bad)
            case.refused("verify_cosigned", lambda: t.verify_cosigned(cosigners, data))
    for scope, _, view in each(sheet, "split_views", file["split_views"]):
        with scope as case:
            data = unhex(view["bytes"])
            recodes(case, "split view", data)
            case.same("institution", view["institution"], str(t.verify_split_view(cosigners, data)))
    for scope, _, bad in each(sheet, "split_views_refused", file["split_views_refused"]):
        with scope as case:
            data = unhex(bad)
            case.refused("verify_split_view", lambda: t.verify_split_view(cosigners, data))
