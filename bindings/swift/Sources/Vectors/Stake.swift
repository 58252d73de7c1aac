import EhrLedger
import Foundation

func bft(_ file: Json, _ sheet: Sheet) throws {
    let chain = ChainId(try file.text("chain"))
    let shown = try file.at("validator_set")
    let set = try shown.bytes("bytes")
    sheet.case("validator_set") { one in
        try recodes(one, "validator set", set)
        let facts = try validatorSetFacts(set: set)
        one.same("hash", try shown.bytes("hash"), facts.hash)
        one.same("total_power", try shown.number("total_power"), facts.totalPower)
    }
    for (round, key) in ["round_0_heights_0_to_19", "round_1_heights_0_to_19"].enumerated() {
        sheet.cases("proposers.\(key)", try file.at("proposers").list(key)) { one, vector, height in
            guard let number = UInt8(exactly: try vector.int()) else { throw Fault("not a byte") }
            let account = AccountId(hex(Data(repeating: number, count: 32)))
            one.same("proposer", account, try proposer(set: set, height: UInt64(height), round: UInt32(round)))
        }
    }
    let (votes, proposals) = (try file.at("vote"), try file.at("proposal"))
    for (message, bytes) in [("message", "bytes"), ("message_for_none", "bytes_for_none")] {
        sheet.case("vote.\(bytes)") { one in
            let vote = try votes.bytes(bytes)
            try recodes(one, "signed vote", vote)
            one.same("vote_message", try votes.bytes(message), try voteMessage(chain: chain, vote: vote))
            try verifyVote(chain: chain, set: set, vote: vote)
        }
    }
    for (message, bytes) in [("message", "bytes"), ("message_again", "bytes_again")] {
        sheet.case("proposal.\(bytes)") { one in
            let proposal = try proposals.bytes(bytes)
            try recodes(one, "signed proposal", proposal)
            let computed = try proposalMessage(chain: chain, proposal: proposal)
            one.same("proposal_message", try proposals.bytes(message), computed)
            try verifyProposal(chain: chain, set: set, proposal: proposal)
        }
    }
    sheet.case("certificate") { one in
        let certificate = try file.at("certificate").bytes("bytes")
        try recodes(one, "commit certificate", certificate)
        one.same("sha256", try file.at("certificate").bytes("hash"), sha256(bytes: certificate))
        let power = try verifyCertificate(chain: chain, set: set, certificate: certificate)
        one.same("verify_certificate", 90, power)
        let elsewhere = ChainId(String(repeating: "0", count: 64))
        try one.fails("another chain", refusals) {
            try verifyCertificate(chain: elsewhere, set: set, certificate: certificate)
        }
    }
    sheet.cases("evidence", try file.list("evidence")) { one, vector, _ in
        let evidence = try vector.hex()
        try recodes(one, "evidence", evidence)
        // The last field of either message.
        let first = try element(try element(try described("evidence", evidence), 1), 0)
        let accused = AccountId(try element(first, 4).str())
        one.same("verify_evidence", accused, try verifyEvidence(chain: chain, set: set, evidence: evidence))
    }
}

func lightStake(_ file: Json, _ sheet: Sheet) throws {
    let anchor = try file.at("anchor").bytes("bytes")
    let trusting: UInt64 = try file.number("trusting_ms")
    let now = Date(ledgerMilliseconds: try file.number("now"))
    sheet.case("anchor") { one in
        let vector = try file.at("anchor")
        let header = try vector.bytes("header")
        try recodes(one, "stake anchor", anchor)
        one.same("stake_anchor", anchor, try stakeAnchor(header: header, nextValidators: vector.bytes("next")))
        one.same("id", try vector.text("id"), try headerDigests(header: header).id.text)
        one.same("height", try vector.at("height"), try element(try described("header", header), 3))
    }
    sheet.cases("steps", try file.list("steps")) { one, vector, _ in
        let block = try vector.bytes("block")
        let at = Date(ledgerMilliseconds: try vector.number("now"))
        try recodes(one, "light block", block)
        let step = { try lightStep(anchor: anchor, trustingMs: trusting, now: at, block: block) }
        switch try vector.text("verdict") {
        case "trusted": one.same("anchor", try vector.bytes("anchor"), try step().anchor)
        case "bisect": one.same("need", try vector.number("need") as UInt64, try step().need)
        case "expired", "refused": try one.fails("light_step", refusals, step)
        default: throw Fault("no such verdict")
        }
    }
    sheet.cases("proofs", try file.list("proofs")) { one, vector, _ in
        let proof = try vector.bytes("proof")
        try recodes(one, "stake proof", proof)
        let (from, at) = (try vector.bytes("from"), Date(ledgerMilliseconds: try vector.number("now")))
        let proven = try verifyStakeProof(anchor: from, trustingMs: trusting, now: at, proof: proof)
        one.same("as_of", try vector.text("as_of"), proven.facts.asOf.text)
        one.same("height", try vector.number("height"), proven.facts.height)
        one.same("keys", try vector.at("keys").hexes(), proven.facts.state.map { $0.key })
        let values = proven.facts.state.map { entry in entry.value.map { Json.text(hex($0)) } ?? Json.null }
        one.same("values", try vector.list("values"), values)
        one.same("anchor", try vector.bytes("anchor"), proven.anchor)
    }
    sheet.cases("proofs_refused", try file.list("proofs_refused")) { one, vector, _ in
        let proof = try vector.hex()
        try one.fails("verify_stake_proof", refusals) {
            try verifyStakeProof(anchor: anchor, trustingMs: trusting, now: now, proof: proof)
        }
    }
    sheet.cases("forks", try file.list("forks")) { one, vector, _ in
        let proof = try vector.bytes("proof")
        try recodes(one, "fork proof", proof)
        let facts = try verifyForkProof(anchor: anchor, proof: proof)
        one.same("height", try vector.number("height"), facts.height)
        one.same("blocks", try vector.list("blocks").map { try $0.str() }, facts.blocks.map { $0.text })
        one.same("offenders", try texts(vector.at("offenders")), facts.offenders.map { $0.text })
        let signed = facts.signed.map { side in side.map { $0.text } }
        one.same("signed", try vector.list("signed").map(texts), signed)
        one.same("evidence", try vector.at("evidence").hexes(), facts.evidence)
    }
    sheet.cases("forks_refused", try file.list("forks_refused")) { one, vector, _ in
        let proof = try vector.hex()
        try one.fails("verify_fork_proof", refusals) { try verifyForkProof(anchor: anchor, proof: proof) }
    }
    try checkpoints(file, sheet)
}

private func checkpoints(_ file: Json, _ sheet: Sheet) throws {
    let vector = try file.at("checkpoint")
    let (cosigners, header) = (try vector.bytes("cosigners"), try vector.bytes("header"))
    sheet.case("checkpoint") { one in
        let (bytes, message, signed) =
            (try vector.bytes("bytes"), try vector.bytes("message"), try vector.bytes("signed"))
        try recodes(one, "checkpoint", bytes)
        one.same("checkpoint_of", bytes, try checkpointOf(header: header, weight: vector.bytes("weight")))
        one.same("checkpoint_message", message, try checkpointMessage(checkpoint: bytes))
        try recodes(one, "signed checkpoint", signed)
        one.same("signed", try vector.at("signature"), try element(try described("signed checkpoint", signed), 2))
        try verifySignature(
            domainName: "Checkpoint", publicKey: vector.bytes("key"), message: message,
            signature: vector.bytes("signature"))
    }
    sheet.case("checkpoint.cosigned") { one in
        let cosigned = try vector.bytes("cosigned")
        try recodes(one, "cosigned checkpoint", cosigned)
        try recodes(one, "cosigners", cosigners)
        one.same("need", try vector.at("need"), try element(try described("cosigners", cosigners), 0))
        let cosignatures = try element(try described("cosigned checkpoint", cosigned), 1).list()
        let by = try cosignatures.map { try element($0, 0).str() }
        one.same("cosigned_by", try texts(vector.at("cosigned_by")), by)
        one.same("verify_cosigned", UInt32(by.count), try verifyCosigned(cosigners: cosigners, cosigned: cosigned))
        let computed = try cosignedAnchor(
            cosigners: cosigners, cosigned: cosigned, header: header, nextValidators: vector.bytes("next"))
        one.same("cosigned_anchor", try vector.bytes("anchor"), computed)
    }
    sheet.cases("checkpoint.refused", try vector.list("refused")) { one, bad, _ in
        let bad = try bad.hex()
        try one.fails("verify_cosigned", refusals) { try verifyCosigned(cosigners: cosigners, cosigned: bad) }
    }
    sheet.cases("split_views", try file.list("split_views")) { one, view, _ in
        let bytes = try view.bytes("bytes")
        try recodes(one, "split view", bytes)
        let convicted = try verifySplitView(cosigners: cosigners, splitView: bytes)
        one.same("institution", try view.text("institution"), convicted.text)
    }
    sheet.cases("split_views_refused", try file.list("split_views_refused")) { one, bad, _ in
        let bad = try bad.hex()
        try one.fails("verify_split_view", refusals) { try verifySplitView(cosigners: cosigners, splitView: bad) }
    }
}

/// An element of a list.
private func element(_ list: Json, _ index: Int) throws -> Json {
    let list = try list.list()
    guard index < list.count else { throw Fault("fewer than that") }
    return list[index]
}

private func texts(_ list: Json) throws -> [String] { try list.list().map { try $0.str() } }
