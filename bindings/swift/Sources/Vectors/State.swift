import EhrLedger
import Foundation

/// Positions of fields in a header (docs/spec/header.md).
private let receiptsRoot = 8
private let stateRootField = 9

func state(_ file: Json, _ sheet: Sheet) throws {
    sheet.case("genesis") { one in
        let (genesis, block) = (try file.bytes("genesis"), try file.bytes("genesis_block"))
        try recodes(one, "genesis specification", genesis)
        try recodes(one, "block", block)
        let facts = try genesisFacts(genesis: genesis)
        one.same("chain_id", try file.text("chain_id"), facts.chainId.text)
        one.same("block", block, facts.block)
        one.same("tagged_hash", try file.bytes("chain_id"), try taggedHash(name: "Genesis", bytes: genesis))
    }
    let kinds = try stateKeys(file, sheet) { $0 < stakeNamespace }
    sheet.case("tip") { one in
        let tip = try file.bytes("tip")
        try recodes(one, "header", tip)
        one.same("id", try file.text("tip_id"), try headerDigests(header: tip).id.text)
        let fields = try described("header", tip).list()
        guard fields.count > stateRootField else { throw Fault("too few fields") }
        one.same("state_root", try file.at("state_root"), fields[stateRootField])
        let receipt = try file.bytes("tip_receipt")
        try recodes(one, "receipt", receipt)
        one.same("receipts_root", .text(hex(merkleRoot(leaves: [receipt]))), fields[receiptsRoot])
    }
    let all = try entries(file)
    sheet.case("state_root") { one in
        one.same("state_root", try file.bytes("state_root"), try stateRoot(entries: all))
    }
    try recodeEntries(file, all, kinds, sheet)
}

/// First namespace of the entries of stake.
private let stakeNamespace: UInt8 = 13
/// Position of the hash of the parameters in a header.
private let paramsHash = 13

/// Names of entries: the kinds with these namespaces, which are all of them.
private func stateKeys(_ file: Json, _ sheet: Sheet, mine: (UInt8) -> Bool) throws -> [WireKind] {
    let kinds = wireKinds().filter { kind in kind.namespace.map(mine) ?? false }
    sheet.case("kinds of entries") { one in
        one.same("wire_kinds", Set(try file.list("keys").map { try $0.text("entry") }), Set(kinds.map(\.name)))
    }
    sheet.cases("keys", try file.list("keys")) { one, vector, _ in
        let (name, namespace): (String, UInt8) = (try vector.text("entry"), try vector.number("namespace"))
        guard let kind = kinds.first(where: { $0.name == name }) else { throw Fault("no such kind") }
        one.same("namespace", namespace, kind.namespace)
        one.same("state_key", try vector.bytes("key"), stateKey(namespace: namespace, id: try vector.bytes("id")))
    }
    return kinds
}

private func recodeEntries(_ file: Json, _ entries: [TreeEntry], _ kinds: [WireKind], _ sheet: Sheet) throws {
    sheet.cases("entries", try file.list("entries")) { one, _, i in
        let value = entries[i].value
        let isKind = try kinds.contains { kind in
            do {
                return try recode(kind: kind.name, bytes: value) == value
            } catch EhrError.Malformed {
                return false
            }
        }
        one.holds("recode", isKind)
    }
}

func stake(_ file: Json, _ sheet: Sheet) throws {
    sheet.case("genesis") { one in
        let (genesis, header) = (try file.bytes("genesis"), try file.bytes("genesis_header"))
        try recodes(one, "genesis specification", genesis)
        try recodes(one, "header", header)
        one.same("chain_id", try file.text("chain_id"), try genesisFacts(genesis: genesis).chainId.text)
        let fields = try described("header", header).list()
        guard fields.count > paramsHash else { throw Fault("too few fields") }
        one.same("params_hash", try file.at("params_hash"), fields[paramsHash])
    }
    _ = try stateKeys(file, sheet) { $0 >= stakeNamespace }
    for name in ["last", "current", "next"] {
        sheet.case("sets.\(name)") { one in
            let shown = try file.at("sets").at(name)
            let set = try shown.bytes("bytes")
            try recodes(one, "validator set", set)
            one.same("hash", try shown.bytes("hash"), try validatorSetFacts(set: set).hash)
        }
    }
    sheet.cases("transactions", try file.list("transactions")) { one, tx, _ in try transaction(one, tx) }
    let all = try entries(file)
    try recodeEntries(file, all, wireKinds().filter { $0.namespace != nil }, sheet)
}
