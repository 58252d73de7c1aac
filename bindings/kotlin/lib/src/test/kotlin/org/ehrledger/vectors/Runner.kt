package org.ehrledger.vectors

import com.google.gson.JsonElement
import com.google.gson.JsonObject
import java.io.File
import kotlin.system.exitProcess

/** A file's name, its top-level keys and who answers it: what docs/vectors.md says to compute. */
private class Vectors(val name: String, keys: String, val answer: (JsonElement, Sheet) -> Unit) {
    val keys = keys.split(' ').toSet()
}

private val FILES = listOf(
    Vectors("bft", "certificate chain evidence proposal proposers seeds validator_set vote", ::bft),
    Vectors("client", "account_keys account_keys_refused draft", ::client),
    Vectors("codec", "bad fields good max_bytes max_depth", ::codec),
    Vectors("domains", "domains message possession public_key seed", ::domains),
    Vectors("header", "about cases", ::header),
    Vectors("keys", "generation key_file keyring recovery", ::keys),
    Vectors("light", "proofs refused rules", ::light),
    Vectors(
        "light_stake",
        "anchor checkpoint forks forks_refused now proofs proofs_refused rules split_views split_views_refused steps trusting_ms",
        ::lightStake,
    ),
    Vectors("merkle", "mmr rfc6962 sparse", ::merkle),
    Vectors("messages", "bad good", ::messages),
    Vectors("policy", "about cases", ::policy),
    Vectors("pow", "about asert leading_zero_nibbles refused_bits targets", ::pow),
    Vectors(
        "record",
        "bodies keys kind kind_commit kind_salt leaves manifest manifest_id media_types place plain_root recipient_secret sections size_class wrap_body",
        ::record,
    ),
    Vectors("seal", "cases context format key padded_len place plain_root salt section size_class", ::seal),
    Vectors("stake", "chain_id entries genesis genesis_header keys params_hash sets transactions", ::stake),
    Vectors("state", "chain_id entries genesis genesis_block keys state_root tip tip_id tip_receipt", ::state),
    Vectors("transactions", "transactions", ::transactions),
    Vectors("wrap", "author author_key author_seed recipient recipient_key recipient_secret set set_id wraps wraps_root", ::wrap),
)

/** Answers every file of a folder and prints what docs/vectors.md says; gives the exit status. */
fun run(folder: File): Int {
    val unknown = ArrayList<String>()
    val found = folder.list()?.toSortedSet() ?: return 2.also { println("kotlin unknown: the folder cannot be read") }
    val sheets = ArrayList<Sheet>()
    for (vectors in FILES) {
        if (!found.remove("${vectors.name}.json")) {
            unknown += "${vectors.name}.json is missing"
            continue
        }
        sheets += answer(vectors, File(folder, "${vectors.name}.json").readText(), unknown).also { it.print() }
    }
    found.mapTo(unknown) { "$it is not known to this runner" }
    unknown.forEach { println("kotlin unknown: $it") }
    val (cases, different) = sheets.sumOf { it.size } to sheets.sumOf { it.different }
    println(line("total files=${sheets.size}", cases, different))
    return if (unknown.isNotEmpty()) 2 else if (different > 0) 1 else 0
}

private fun answer(vectors: Vectors, text: String, unknown: MutableList<String>): Sheet {
    val sheet = Sheet(vectors.name)
    val file = try {
        parse(text) as? JsonObject ?: throw Fault("not a JSON object")
    } catch (_: Exception) {
        return sheet.apply { case("file") { throw Fault("not a JSON object") } }
    }
    for (key in (vectors.keys union file.keySet()) - (vectors.keys intersect file.keySet())) {
        unknown += "${vectors.name}.json: top-level key $key is unknown or missing"
    }
    try {
        vectors.answer(file, sheet)
    } catch (e: Exception) {
        sheet.case("file") { throw e }
    }
    return sheet
}

fun main(arguments: Array<String>) {
    exitProcess(run(File(arguments.firstOrNull() ?: System.getProperty("ehr.vectors"))))
}
