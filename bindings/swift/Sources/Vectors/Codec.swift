import EhrLedger
import Foundation

private let specimen = "specimen"

func codec(_ file: Json, _ sheet: Sheet) throws {
    sheet.case("limits") { one in
        guard let kind = wireKinds().first(where: { $0.name == specimen }) else { throw Fault("no specimen") }
        one.same("max_bytes", try file.number("max_bytes"), kind.maxBytes)
        one.same("max_depth", try file.number("max_depth"), kind.maxDepth)
        for good in try file.list("good") {
            let fields = try described(specimen, good.bytes("hex")).list().count
            one.same("fields", try file.list("fields").count, fields)
        }
    }
    sheet.cases("good", try file.list("good")) { one, good, _ in
        let bytes = try good.bytes("hex")
        try recodes(one, specimen, bytes)
        one.same("decode_fault", nil, try decodeFault(kind: specimen, bytes: bytes))
        one.same("describe", try good.at("value"), try described(specimen, bytes))
    }
    sheet.cases("bad", try file.list("bad")) { one, bad, _ in
        let bytes = try bad.bytes("hex")
        try one.fails("recode", [.malformed]) { try recode(kind: specimen, bytes: bytes) }
        guard let fault = try decodeFault(kind: specimen, bytes: bytes) else { throw Fault("no fault") }
        let fields: [String: Json?] = [
            "kind": .text(fault.kind), "offset": fault.offset.map { .number("\($0)") },
            "limit": fault.limit.map { .number("\($0)") }, "got": fault.got.map { .number("\($0)") },
            "extra": fault.extra.map { .number("\($0)") }, "form": fault.form.map { .text($0) },
        ]
        one.same("decode_fault", try bad.at("error"), .object(fields.compactMapValues { $0 }))
    }
}

func messages(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("good", try file.list("good")) { one, good, _ in
        let bytes = try good.bytes("bytes")
        try recodes(one, "message", bytes)
        let kind = try messageKind(bytes: bytes)
        one.same("code", try good.number("code"), kind.code)
        one.same("name", try good.text("name"), kind.name)
    }
    sheet.cases("bad", try file.list("bad")) { one, bad, _ in
        let bytes = try bad.bytes("bytes")
        try one.fails("recode", [.malformed]) { try recode(kind: "message", bytes: bytes) }
    }
}

func transactions(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("transactions", try file.list("transactions")) { one, tx, _ in
        let decoded = try transaction(one, tx)
        let signatures = decoded.signatures.map {
            Json.object([
                "account": .text($0.account.text), "key": .number("\($0.key)"), "signature": .text(hex($0.signature)),
            ])
        }
        one.same("signatures", try tx.list("signatures"), signatures)
        one.same("tagged_hash", try tx.bytes("txid"), try taggedHash(name: "TxId", bytes: decoded.body))
    }
}

/// A signed transaction, its body and what both say.
@discardableResult
func transaction(_ one: Case, _ tx: Json) throws -> DecodedTx {
    let (bytes, body) = (try tx.bytes("bytes"), try tx.bytes("body"))
    try recodes(one, "signed transaction", bytes)
    try recodes(one, "transaction body", body)
    let decoded = try decodeTransaction(bytes: bytes)
    one.same("id", try tx.text("txid"), decoded.id.text)
    one.same("kind", try tx.number("kind"), decoded.kind)
    one.same("name", try tx.text("name"), decoded.name)
    one.same("body", body, decoded.body)
    return decoded
}
