import EhrLedger
import Foundation

func merkle(_ file: Json, _ sheet: Sheet) throws {
    try rfc6962(file.at("rfc6962"), sheet)
    try sparse(file.at("sparse"), sheet)
    try mountains(file.at("mmr"), sheet)
}

/// Whether a check says what the vector says: accepted, or refused as a proof is refused.
private func verdict(_ vector: Json, _ check: () throws -> Void) throws -> Bool {
    let kind = try outcome(check)
    return try vector.at("valid").flag() ? kind == nil : kind.map(refusals.contains) ?? false
}

private func isGood(_ vector: Json) throws -> Bool { try vector.text("desc") == "good" }

private func rfc6962(_ file: Json, _ sheet: Sheet) throws {
    let leaves = try file.at("leaves").hexes()
    sheet.cases("rfc6962.roots_by_size", try file.list("roots_by_size")) { one, root, n in
        one.same("merkle_root", try root.hex(), merkleRoot(leaves: try first(leaves, n)))
    }
    sheet.cases("rfc6962.inclusion", try file.list("inclusion")) { one, vector, _ in
        let (index, size): (UInt64, UInt64) = (try vector.number("index"), try vector.number("size"))
        let (leaf, path) = (try vector.bytes("leaf_hash"), try vector.bytes("path"))
        let root = try vector.bytes("root")
        let holds = try verdict(vector) {
            try merkleVerifyInclusion(index: index, size: size, leafHash: leaf, path: path, root: root)
        }
        one.holds("merkle_verify_inclusion", holds)
        guard try isGood(vector) else { return }
        let tree = try first(leaves, size)
        one.same("merkle_prove_inclusion", path, try merkleProveInclusion(leaves: tree, index: index))
        guard index < leaves.count else { throw Fault("no such leaf") }
        one.same("merkle_leaf_hash", leaf, merkleLeafHash(leaf: leaves[Int(index)]))
    }
    sheet.cases("rfc6962.consistency", try file.list("consistency")) { one, vector, _ in
        let (old, size): (UInt64, UInt64) = (try vector.number("old_size"), try vector.number("size"))
        let (oldRoot, path, root) = (try vector.bytes("old_root"), try vector.bytes("path"), try vector.bytes("root"))
        let holds = try verdict(vector) {
            try merkleVerifyConsistency(oldSize: old, size: size, oldRoot: oldRoot, path: path, root: root)
        }
        one.holds("merkle_verify_consistency", holds)
        guard try isGood(vector) else { return }
        let tree = try first(leaves, size)
        one.same("merkle_prove_consistency", path, try merkleProveConsistency(leaves: tree, oldSize: old))
    }
}

/// Entries of a state.
func entries(_ file: Json) throws -> [TreeEntry] {
    try file.list("entries").map { TreeEntry(key: try $0.bytes("key"), value: try $0.bytes("value")) }
}

private func sparse(_ file: Json, _ sheet: Sheet) throws {
    let all = try entries(file)
    let roots = try file.at("roots_after_each_entry").hexes()
    sheet.cases("sparse.roots_after_each_entry", try file.list("roots_after_each_entry")) { one, root, n in
        one.same("state_root", try root.hex(), try stateRoot(entries: first(all, n)))
    }
    guard let root = roots.last else { throw Fault("no root") }
    sheet.cases("sparse.proofs", try file.list("proofs")) { one, vector, _ in
        let (key, proof) = (try vector.bytes("key"), try vector.bytes("proof"))
        let value = try vector.at("value") == .null ? nil : try vector.bytes("value")
        let holds = try verdict(vector) { try stateVerify(root: root, key: key, value: value, proof: proof) }
        one.holds("state_verify", holds)
        if try isGood(vector) { one.same("state_prove", proof, try stateProve(entries: all, key: key)) }
    }
}

private func mountains(_ file: Json, _ sheet: Sheet) throws {
    let leaves = try file.list("leaves")
    sheet.cases("mmr.leaves", leaves) { one, vector, _ in
        let bytes = try vector.bytes("bytes")
        try recodes(one, "history leaf", bytes)
        let fields = try ["height", "id", "time_ms", "total_work"].map(vector.at)
        one.same("describe", .list(fields), try described("history leaf", bytes))
        one.same("merkle_leaf_hash", try vector.bytes("hash"), merkleLeafHash(leaf: bytes))
    }
    let hashes = try leaves.map { try $0.bytes("hash") }
    sheet.cases("mmr.roots_by_leaf_count", try file.list("roots_by_leaf_count")) { one, root, n in
        one.same("history_root", try root.hex(), try historyRoot(leafHashes: first(hashes, n)))
    }
    sheet.cases("mmr.proofs", try file.list("proofs")) { one, vector, _ in
        let (count, index): (UInt64, UInt64) = (try vector.number("leaf_count"), try vector.number("leaf_index"))
        let (leaf, path, root) = (try vector.bytes("leaf_hash"), try vector.bytes("path"), try vector.bytes("root"))
        let holds = try verdict(vector) {
            try historyVerify(count: count, index: index, leafHash: leaf, path: path, root: root)
        }
        one.holds("history_verify", holds)
        if try isGood(vector) {
            one.same("history_prove", path, try historyProve(leafHashes: first(hashes, count), index: index))
        }
    }
}
