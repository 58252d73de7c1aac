import EhrLedger
import Foundation

func header(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("cases", try file.list("cases")) { one, vector, _ in
        let bytes = try vector.bytes("header")
        try recodes(one, "header", bytes)
        let digests = try headerDigests(header: bytes)
        one.same("digest", try vector.bytes("digest"), digests.digest)
        one.same("proof_header", try vector.bytes("proof_header"), digests.proofHeader)
        one.same("id", try vector.text("id"), digests.id.text)
        one.same("sha256", try vector.bytes("id"), sha256(bytes: digests.proofHeader))
        // The template of a header sealed by work is its proof header without the nonce.
        let search = try nonceSearch(header: bytes)
        one.same("nonce_search", try vector.text("name") == "work", search != nil)
        if let search {
            one.same("first and tail", digests.proofHeader.prefix(104), search.first + search.tail)
        }
    }
}

func work(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("targets", try file.list("targets")) { one, vector, _ in
        let bits = try vector.at("bits").bits()
        let numbers = try expandTarget(bits: bits)
        one.same("target", try vector.bytes("target"), numbers.target)
        one.same("work", try vector.bytes("work"), numbers.work)
        // The target itself, as an id, meets it.
        one.holds("meets_target", try meetsTarget(bits: bits, blockId: BlockId(vector.text("target"))))
    }
    sheet.cases("refused_bits", try file.list("refused_bits")) { one, bits, _ in
        let bits = try bits.bits()
        try one.fails("expand_target", [.refused]) { try expandTarget(bits: bits) }
    }
    sheet.cases("leading_zero_nibbles", try file.list("leading_zero_nibbles")) { one, vector, _ in
        one.same("bits", try vector.at("bits").bits(), try leadingZerosTarget(n: vector.number("zeros")))
    }
    let asert = try file.at("asert")
    let rule = AsertRule(
        anchor: try asert.at("anchor").bits(), genesisTime: Date(ledgerMilliseconds: try asert.number("genesis_time")),
        spacingMs: try asert.number("spacing_ms"), halfLifeMs: try asert.number("half_life_ms"))
    sheet.cases("asert.cases", try asert.list("cases")) { one, vector, _ in
        let computed = try asertTarget(
            rule: rule, parentHeight: vector.number("parent_height"),
            parentTime: Date(ledgerMilliseconds: vector.number("parent_time")))
        one.same("bits", try vector.at("bits").bits(), computed)
    }
}
