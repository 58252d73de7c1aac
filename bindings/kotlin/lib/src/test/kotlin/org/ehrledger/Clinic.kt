package org.ehrledger

import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Instant
import org.ehrledger.model.*

val START: Instant = Instant.fromEpochMilliseconds(1_767_225_600_000)

/** JUnit's own is not in every distribution's package of it. */
inline fun <reified E : Throwable> assertThrows(crossinline call: () -> Any?): E = org.junit.jupiter.api.Assertions.assertThrows(E::class.java) { call() }

fun entropy(byte: Int) = Entropy.seeded(ByteArray(32) { byte.toByte() })

/** A small ledger with a hospital, a doctor, a patient and one record, to begin tests from. */
class Clinic(storage: Storage = Storage.memory(), difficulty: Int = 0, patient: Keyring? = null) : AutoCloseable {
    val clock = Clock.manual(START)
    val keys = entropy(1)
    val north: Keyring = Keyring.generate(Role.INSTITUTION, keys)
    val south: Keyring = Keyring.generate(Role.INSTITUTION, keys)
    val ada: Keyring = Keyring.generate(Role.STAFF, keys)
    val ben: Keyring = Keyring.generate(Role.STAFF, keys)
    val pat: Keyring = patient ?: Keyring.generate(Role.PATIENT, keys)
    val genesis = Genesis(ChainConfig("clinic", difficulty, confirmations = 2, time = START), listOf(north, south), clock, keys)
    val ledger: Ledger = Ledger.create(genesis, storage, clock, entropy(2))
    val scope: ScopeId
    val record: RecordId

    init {
        for (person in listOf(ada, ben, pat)) submit(ledger.draftEnrol(north, person))
        mine()
        submit(ledger.draftMembership(north, ada.account(), setOf(StaffRole.DOCTOR), START, START + 365.days), ada)
        submit(ledger.draftMembership(south, ben.account(), setOf(StaffRole.DOCTOR), START, START + 365.days), ben)
        mine()
        scope = submit(ledger.draftScope(north, pat)).scope()!!
        mine()
        record = append("first note")
    }

    fun submit(draft: Draft, by: Keyring? = null): Draft {
        by?.let { draft.sign(it) }
        ledger.submit(draft)
        return draft
    }

    fun mine(): Mined {
        clock.set(clock.now() + 1.minutes)
        return ledger.mineBlocking(north.account(), null)
    }

    fun draft(text: String): Draft = ledger.draftRecord(north, ada, north.account(), scope, "Note", listOf(Section(text)))

    fun append(text: String): RecordId = submit(draft(text), pat).record()!!.also { mine() }

    /** Patient's terms: Ben may read the record for treatment. */
    fun terms(subject: Subject = Subject.Account(ben.account())) = GrantTerms(
        subject, Resource.Record(record), setOf(Action.READ), setOf(Purpose.TREAT), START, START + 365.days,
    )

    override fun close() = ledger.shutdown()
}
