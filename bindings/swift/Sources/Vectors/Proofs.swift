import EhrLedger
import Foundation

func light(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("proofs", try file.list("proofs")) { one, vector, _ in
        let proof = try vector.bytes("proof")
        try recodes(one, "light proof", proof)
        let facts = try verifyLightProof(proof: proof, trusted: BlockId(vector.text("trusted")))
        one.same("as_of", try vector.text("as_of"), facts.asOf.text)
        one.same("height", try vector.number("height"), facts.height)
        let state = facts.state.map {
            Json.object([
                "namespace": .number("\($0.namespace)"), "id": .text(hex($0.id)), "key": .text(hex($0.key)),
                "value": $0.value.map { .text(hex($0)) } ?? .null,
            ])
        }
        one.same("state", try vector.list("state"), state)
        one.holds("state_key", facts.state.allSatisfy { stateKey(namespace: $0.namespace, id: $0.id) == $0.key })
        one.same("txs", try vector.at("txs").hexes(), facts.transactions.map { sha256(bytes: $0) })
        one.same("receipts", try vector.at("receipts").hexes(), facts.receipts.map { sha256(bytes: $0) })
    }
    let refused = try file.at("refused")
    sheet.cases("refused.proofs", try refused.list("proofs")) { one, proof, _ in
        let (proof, trusted) = (try proof.hex(), BlockId(try refused.text("trusted")))
        try one.fails("verify_light_proof", refusals) { try verifyLightProof(proof: proof, trusted: trusted) }
    }
}

func policy(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("cases", try file.list("cases")) { one, vector, _ in
        let computed = try evaluatePolicy(
            query: vector.at("query").written(), facts: vector.at("facts").written(),
            time: Date(ledgerMilliseconds: vector.number("time")))
        one.same("decision", try vector.at("decision"), try Json(Data(computed.utf8)))
    }
}
