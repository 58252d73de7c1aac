package org.ehrledger.story

import java.security.MessageDigest
import java.util.HexFormat
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Instant
import kotlinx.coroutines.runBlocking
import org.ehrledger.*
import org.ehrledger.model.*

private val START = Instant.fromEpochMilliseconds(1_767_225_600_000)
private val YEAR = 365.days
private const val NOTE = """{"resourceType":"Observation","status":"preliminary"}"""
private const val FINAL = """{"resourceType":"Observation","status":"final"}"""

/** The story of docs/story.md: the people, and the ledger of the north. */
class Story {
    private val clock = Clock.manual(START)
    private val keys = entropy(1)
    private val north = Keyring.generate(Role.INSTITUTION, keys)
    private val south = Keyring.generate(Role.INSTITUTION, keys)
    private val ada = Keyring.generate(Role.STAFF, keys)
    private val ben = Keyring.generate(Role.STAFF, keys)
    private val pat = Keyring.generate(Role.PATIENT, keys)
    private val genesis = Genesis(ChainConfig("story", difficulty = 1, confirmations = 2, time = START), listOf(north, south), clock, keys)
    private val ledger = Ledger.create(genesis, Storage.memory(), clock, entropy(2))

    /** Steps 3 to 16, and the line that every language must end with. */
    suspend fun tell(): String {
        enrol()
        val chart = submit(ledger.draftScope(north, pat)).scope()!!
        mine()
        val first = submit(ledger.draftRecord(north, ada, north.account(), chart, "Observation", fhir(NOTE)), pat).record()!!
        mine()
        val second = propose(chart)
        val refusals = mutableListOf(refused(ledger, chart, first, 0u))
        val consent = grant(first)

        val other = Ledger.create(genesis, Storage.memory(), clock, entropy(3))
        other.syncWith(ledger)
        check(other.tip() == ledger.tip()) { "after the sync the tips agree" }
        check(benReads(other, first).sections.single().text == NOTE) { "Ben reads the note" }
        refusals += refused(other, chart, second)
        refusals += refused(other, chart, first, purpose = Purpose.HRESCH)

        submit(ledger.draftRevoke(north, pat, consent))
        mine()
        submit(ledger.draftVersion(north, ada, north.account(), first, "Observation", fhir(FINAL)), pat)
        val written = mine().height

        other.syncWith(ledger)
        refusals += refused(other, chart, first, 1u, about = consent)
        refusals += refused(other, chart, first, 0u, about = consent)
        check(ledger.read(pat, first, Purpose.TREAT, version = 1u).sections.single().text == FINAL) { "Pat reads the final version" }

        while (ledger.tip().finalHeight < written) mine()
        return line(ledger.tip(), prove(first), refusals)
    }

    private fun submit(draft: Draft, by: Keyring? = null): Draft {
        by?.let { draft.sign(it) }
        ledger.submit(draft)
        return draft
    }

    private suspend fun mine(): Mined {
        clock.set(clock.now() + 1.minutes)
        return ledger.mine(north.account())
    }

    private suspend fun enrol() {
        for (person in listOf(ada, ben, pat)) submit(ledger.draftEnrol(north, person))
        mine()
        for ((hospital, doctor) in listOf(north to ada, south to ben)) {
            submit(ledger.draftMembership(hospital, doctor.account(), setOf(StaffRole.DOCTOR), START, START + YEAR), doctor)
        }
        mine()
    }

    private suspend fun propose(chart: ScopeId): RecordId {
        val proposal = submit(ledger.draftRecordProposal(north, ada, north.account(), chart, "Basic", listOf(Section("telephone advice"))))
        mine()
        submit(ledger.draftCoSign(north, pat, proposal.id()))
        mine()
        return proposal.record()!!.also { check(ledger.history(it).size == 1) { "a co-signed proposal is a record" } }
    }

    private suspend fun grant(record: RecordId): GrantId {
        val request = submit(
            ledger.draftRequest(
                south, ben, south.account(), pat.account(), Resource.Record(record), setOf(Action.READ), setOf(Purpose.TREAT), START + YEAR,
                "second opinion",
            ),
        )
        mine()
        val answer = submit(ledger.draftAcknowledge(north, pat, request.id().asRequest()))
        mine()
        return answer.id().asGrant()
    }

    private fun benReads(ledger: Ledger, record: RecordId, version: VersionNo? = null, purpose: Purpose = Purpose.TREAT): OpenedVersion =
        ledger.read(ben, record, purpose, version, actingFor = south.account(), institutionKeys = south)

    /** The words of the refusal there must be. */
    private fun refused(
        ledger: Ledger,
        chart: ScopeId,
        record: RecordId,
        version: VersionNo? = null,
        purpose: Purpose = Purpose.TREAT,
        about: GrantId? = null,
    ): String {
        val read = runCatching { benReads(ledger, record, version, purpose) }
        check(read.exceptionOrNull() is EhrException.Denied) { "Ben is refused: ${read.exceptionOrNull()}" }
        val resource = ResourceChain(pat.account(), chart, record, version ?: 0u, null)
        val query = AccessQuery(ben.account(), south.account(), setOf(Action.READ), setOf(purpose), resource)
        val decision = about?.let { ledger.explain(query, it) } ?: ledger.evaluate(query)
        check(decision.outcome is Outcome.Deny) { "the decision is a refusal too" }
        return decisionText(decision)
    }

    /** Proves the second version, and has a light client that knows only the genesis check the proof. */
    private fun prove(record: RecordId): ByteArray {
        val proof = ledger.proveRecord(record, 1u)
        val phone = LightClient(genesis, clock)
        phone.accept(ledger.headers(1u, 1000u))
        check(phone.verify(proof).versions.any { it.record == record && it.version == 1u }) { "the proof proves the second version" }
        val forged = proof.copyOf().also { it[it.lastIndex] = (it.last().toInt() xor 1).toByte() }
        check(runCatching { phone.verify(forged) }.exceptionOrNull() is EhrException) { "a forged proof is refused" }
        return proof
    }
}

private fun entropy(byte: Byte) = Entropy.seeded(ByteArray(32) { byte })

private fun fhir(body: String) = listOf(Section(body, "application/fhir+json"))

private fun line(tip: Tip, proof: ByteArray, refusals: List<String>): String {
    val digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(proof))
    val reasons = refusals.joinToString(",", "[", "]") { com.google.gson.JsonPrimitive(it).toString() }
    return """{"tip":"${tip.id}","height":${tip.height},"state_root":"${tip.stateRoot}","proof_sha256":"$digest","refusals":$reasons}"""
}

fun main() = runBlocking { println(Story().tell()) }
