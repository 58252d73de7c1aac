package org.ehrledger.vectors

import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonPrimitive
import org.ehrledger.checkpointMessage
import org.ehrledger.checkpointOf
import org.ehrledger.cosignedAnchor
import org.ehrledger.headerDigests
import org.ehrledger.lightStep
import org.ehrledger.model.AccountId
import org.ehrledger.model.ChainId
import org.ehrledger.proposalMessage
import org.ehrledger.proposer
import org.ehrledger.sha256
import org.ehrledger.stakeAnchor
import org.ehrledger.validatorSetFacts
import org.ehrledger.verifyCertificate
import org.ehrledger.verifyCosigned
import org.ehrledger.verifyEvidence
import org.ehrledger.verifyForkProof
import org.ehrledger.verifyProposal
import org.ehrledger.verifySignature
import org.ehrledger.verifySplitView
import org.ehrledger.verifyStakeProof
import org.ehrledger.verifyVote
import org.ehrledger.voteMessage

fun bft(file: JsonElement, sheet: Sheet) {
    val chain = ChainId(file.text("chain"))
    val shown = file.at("validator_set")
    val set = shown.bytes("bytes")
    sheet.case("validator_set") {
        recodes("validator set", set)
        val facts = validatorSetFacts(set)
        same("hash", shown.bytes("hash"), facts.hash)
        same("total_power", shown.number("total_power"), facts.totalPower)
    }
    listOf("round_0_heights_0_to_19", "round_1_heights_0_to_19").forEachIndexed { round, key ->
        sheet.cases("proposers.$key", file.at("proposers").list(key)) { height, one ->
            val account = ByteArray(32) { one.number().toByte() }.toHex()
            same("proposer", account, proposer(set, height.toULong(), round.toUInt()).text)
        }
    }
    val (votes, proposals) = file.at("vote") to file.at("proposal")
    for ((message, bytes) in listOf("message" to "bytes", "message_for_none" to "bytes_for_none")) sheet.case("vote.$bytes") {
        val vote = votes.bytes(bytes)
        recodes("signed vote", vote)
        same("vote_message", votes.bytes(message), voteMessage(chain, vote))
        verifyVote(chain, set, vote)
    }
    for ((message, bytes) in listOf("message" to "bytes", "message_again" to "bytes_again")) sheet.case("proposal.$bytes") {
        val proposal = proposals.bytes(bytes)
        recodes("signed proposal", proposal)
        same("proposal_message", proposals.bytes(message), proposalMessage(chain, proposal))
        verifyProposal(chain, set, proposal)
    }
    sheet.case("certificate") {
        val certificate = file.at("certificate").bytes("bytes")
        recodes("commit certificate", certificate)
        same("sha256", file.at("certificate").bytes("hash"), sha256(certificate))
        same("verify_certificate", 90uL, verifyCertificate(chain, set, certificate))
        val elsewhere = ChainId("00".repeat(32))
        holds("another chain", isRefused { verifyCertificate(elsewhere, set, certificate) })
    }
    sheet.cases("evidence", file.list("evidence")) { _, one ->
        val evidence = one.hex()
        recodes("evidence", evidence)
        // The last field of either message.
        val accused = described("evidence", evidence).list()[1].list()[0].list()[4].text()
        same("verify_evidence", accused, verifyEvidence(chain, set, evidence).text)
    }
}

fun lightStake(file: JsonElement, sheet: Sheet) {
    val anchor = file.at("anchor").bytes("bytes")
    val (trusting, now) = file.number("trusting_ms") to file.time("now")
    sheet.case("anchor") {
        val one = file.at("anchor")
        val header = one.bytes("header")
        recodes("stake anchor", anchor)
        same("stake_anchor", anchor, stakeAnchor(header, one.bytes("next")))
        same("id", one.text("id"), headerDigests(header).id.text)
        same("height", one.at("height"), described("header", header).list()[3])
    }
    sheet.cases("steps", file.list("steps")) { _, one ->
        val (block, at) = one.bytes("block") to one.time("now")
        recodes("light block", block)
        when (one.text("verdict")) {
            "trusted" -> same("anchor", one.bytes("anchor"), lightStep(anchor, trusting, at, block).anchor ?: throw Fault("no anchor"))
            "bisect" -> same("need", one.number("need"), lightStep(anchor, trusting, at, block).need)
            "expired", "refused" -> holds("light_step", isRefused { lightStep(anchor, trusting, at, block) })
            else -> throw Fault("no such verdict")
        }
    }
    sheet.cases("proofs", file.list("proofs")) { _, one ->
        val proof = one.bytes("proof")
        recodes("stake proof", proof)
        val proven = verifyStakeProof(one.bytes("from"), trusting, one.time("now"), proof)
        same("as_of", one.text("as_of"), proven.facts.asOf.text)
        same("height", one.number("height"), proven.facts.height)
        same("keys", one.hexes("keys"), proven.facts.state.map { it.key })
        val values = proven.facts.state.map { entry -> entry.value?.let { JsonPrimitive(it.toHex()) } ?: JsonNull.INSTANCE }
        same("values", one.list("values") as Any, values)
        same("anchor", one.bytes("anchor"), proven.anchor)
    }
    sheet.cases("proofs_refused", file.list("proofs_refused")) { _, one ->
        val proof = one.hex()
        holds("verify_stake_proof", isRefused { verifyStakeProof(anchor, trusting, now, proof) })
    }
    sheet.cases("forks", file.list("forks")) { _, one ->
        val proof = one.bytes("proof")
        recodes("fork proof", proof)
        val facts = verifyForkProof(anchor, proof)
        same("height", one.number("height"), facts.height)
        same("blocks", one.list("blocks").map { it.text() } as Any, facts.blocks.map { it.text })
        same("offenders", texts(one.at("offenders")), texts(facts.offenders))
        same("signed", one.list("signed").map(::texts) as Any, facts.signed.map(::texts))
        same("evidence", one.hexes("evidence"), facts.evidence)
    }
    sheet.cases("forks_refused", file.list("forks_refused")) { _, one ->
        val proof = one.hex()
        holds("verify_fork_proof", isRefused { verifyForkProof(anchor, proof) })
    }
    checkpoints(file, sheet)
}

private fun texts(list: JsonElement): Any = list.list().map { it.text() }

private fun texts(list: List<AccountId>): Any = list.map { it.text }

private fun checkpoints(file: JsonElement, sheet: Sheet) {
    val one = file.at("checkpoint")
    val (cosigners, header) = one.bytes("cosigners") to one.bytes("header")
    sheet.case("checkpoint") {
        val (bytes, message, signed) = listOf("bytes", "message", "signed").map { one.bytes(it) }
        recodes("checkpoint", bytes)
        same("checkpoint_of", bytes, checkpointOf(header, one.bytes("weight")))
        same("checkpoint_message", message, checkpointMessage(bytes))
        recodes("signed checkpoint", signed)
        same("signed", one.at("signature"), described("signed checkpoint", signed).list()[2])
        verifySignature("Checkpoint", one.bytes("key"), message, one.bytes("signature"))
    }
    sheet.case("checkpoint.cosigned") {
        val cosigned = one.bytes("cosigned")
        recodes("cosigned checkpoint", cosigned)
        recodes("cosigners", cosigners)
        same("need", one.at("need"), described("cosigners", cosigners).list()[0])
        val by = described("cosigned checkpoint", cosigned).list()[1].list().map { it.list()[0].text() }
        same("cosigned_by", texts(one.at("cosigned_by")), by as Any)
        same("verify_cosigned", by.size.toUInt(), verifyCosigned(cosigners, cosigned))
        same("cosigned_anchor", one.bytes("anchor"), cosignedAnchor(cosigners, cosigned, header, one.bytes("next")))
    }
    sheet.cases("checkpoint.refused", one.list("refused")) { _, bad ->
        val cosigned = bad.hex()
        holds("verify_cosigned", isRefused { verifyCosigned(cosigners, cosigned) })
    }
    sheet.cases("split_views", file.list("split_views")) { _, view ->
        val bytes = view.bytes("bytes")
        recodes("split view", bytes)
        same("institution", view.text("institution"), verifySplitView(cosigners, bytes).text)
    }
    sheet.cases("split_views_refused", file.list("split_views_refused")) { _, bad ->
        val bytes = bad.hex()
        holds("verify_split_view", isRefused { verifySplitView(cosigners, bytes) })
    }
}
