package org.ehrledger.vectors

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import org.ehrledger.TreeEntry
import org.ehrledger.historyProve
import org.ehrledger.historyRoot
import org.ehrledger.historyVerify
import org.ehrledger.merkleLeafHash
import org.ehrledger.merkleProveConsistency
import org.ehrledger.merkleProveInclusion
import org.ehrledger.merkleRoot
import org.ehrledger.merkleVerifyConsistency
import org.ehrledger.merkleVerifyInclusion
import org.ehrledger.stateProve
import org.ehrledger.stateRoot
import org.ehrledger.stateVerify

fun merkle(file: JsonElement, sheet: Sheet) {
    rfc6962(file.at("rfc6962"), sheet)
    sparse(file.at("sparse"), sheet)
    mmr(file.at("mmr"), sheet)
}

/** Whether a check says what the vector says: accepted, or refused as a proof is refused. */
private fun verdict(one: JsonElement, check: () -> Unit): Boolean = if (one.yes("valid")) failure(check) == null else isRefused(check)

private fun isGood(one: JsonElement) = one.text("desc") == "good"

/** The elements before [end]. */
private fun <T> List<T>.first(end: ULong): List<T> = if (end <= size.toULong()) subList(0, end.toInt()) else throw Fault("fewer than that")

private fun rfc6962(file: JsonElement, sheet: Sheet) {
    val leaves = file.hexes("leaves")
    sheet.cases("rfc6962.roots_by_size", file.list("roots_by_size")) { n, root -> same("merkle_root", root.hex(), merkleRoot(leaves.first(n.toULong()))) }
    sheet.cases("rfc6962.inclusion", file.list("inclusion")) { _, one ->
        val (index, size) = one.number("index") to one.number("size")
        val (leaf, path) = one.bytes("leaf_hash") to one.bytes("path")
        val root = one.bytes("root")
        holds("merkle_verify_inclusion", verdict(one) { merkleVerifyInclusion(index, size, leaf, path, root) })
        if (isGood(one)) {
            same("merkle_prove_inclusion", path, merkleProveInclusion(leaves.first(size), index))
            same("merkle_leaf_hash", leaf, merkleLeafHash(leaves.getOrNull(index.toInt()) ?: throw Fault("no such leaf")))
        }
    }
    sheet.cases("rfc6962.consistency", file.list("consistency")) { _, one ->
        val (old, size) = one.number("old_size") to one.number("size")
        val (oldRoot, path) = one.bytes("old_root") to one.bytes("path")
        val root = one.bytes("root")
        holds("merkle_verify_consistency", verdict(one) { merkleVerifyConsistency(old, size, oldRoot, path, root) })
        if (isGood(one)) same("merkle_prove_consistency", path, merkleProveConsistency(leaves.first(size), old))
    }
}

fun entries(file: JsonElement): List<TreeEntry> = file.list("entries").map { TreeEntry(it.bytes("key"), it.bytes("value")) }

private fun sparse(file: JsonElement, sheet: Sheet) {
    val entries = entries(file)
    val roots = file.hexes("roots_after_each_entry")
    sheet.cases("sparse.roots_after_each_entry", file.list("roots_after_each_entry")) { n, _ ->
        same("state_root", roots[n], stateRoot(entries.first(n.toULong())))
    }
    val root = roots.lastOrNull() ?: throw Fault("no root")
    sheet.cases("sparse.proofs", file.list("proofs")) { _, one ->
        val (key, proof) = one.bytes("key") to one.bytes("proof")
        val value = one.at("value").let { if (it.isJsonNull) null else it.hex() }
        holds("state_verify", verdict(one) { stateVerify(root, key, value, proof) })
        if (isGood(one)) same("state_prove", proof, stateProve(entries, key))
    }
}

private fun mmr(file: JsonElement, sheet: Sheet) {
    val leaves = file.list("leaves")
    sheet.cases("mmr.leaves", leaves) { _, one ->
        val bytes = one.bytes("bytes")
        recodes("history leaf", bytes)
        val fields = JsonArray()
        for (key in listOf("height", "id", "time_ms", "total_work")) fields.add(one.at(key))
        same("describe", fields, described("history leaf", bytes))
        same("merkle_leaf_hash", one.bytes("hash"), merkleLeafHash(bytes))
    }
    val hashes = leaves.map { it.bytes("hash") }
    sheet.cases("mmr.roots_by_leaf_count", file.list("roots_by_leaf_count")) { n, root -> same("history_root", root.hex(), historyRoot(hashes.first(n.toULong()))) }
    sheet.cases("mmr.proofs", file.list("proofs")) { _, one ->
        val (count, index) = one.number("leaf_count") to one.number("leaf_index")
        val (leaf, path) = one.bytes("leaf_hash") to one.bytes("path")
        val root = one.bytes("root")
        holds("history_verify", verdict(one) { historyVerify(count, index, leaf, path, root) })
        if (isGood(one)) same("history_prove", path, historyProve(hashes.first(count), index))
    }
}
