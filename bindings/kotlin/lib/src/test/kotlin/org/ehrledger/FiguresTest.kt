package org.ehrledger

import java.io.File
import java.lang.management.ManagementFactory
import org.ehrledger.vectors.bytes
import org.ehrledger.vectors.list
import org.ehrledger.vectors.number
import org.ehrledger.vectors.parse
import org.ehrledger.vectors.time
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/**
 * Goal: a proof of 4 kB is checked in at most 5 ms, the call included. Here with the debug library, several times slower than the one
 * that is shipped; and in the processor's time, as other programs may be running.
 */
class FiguresTest {
    @Test
    fun `a proof under work is checked in milliseconds`() = Clinic().use { clinic ->
        repeat(40) { clinic.append("note $it") }
        val light = LightClient(clinic.genesis, clinic.clock)
        light.accept(clinic.ledger.headers(1u, 1000u))
        val proof = clinic.ledger.proveRecord(clinic.record, null)
        val tip = clinic.ledger.tip().id
        val byClient = median { light.verify(proof) }
        val byBlock = median { verifyProof(proof, tip) }
        println("proof of ${proof.size} bytes: light client $byClient ms, trusted block $byBlock ms; a call by itself ${median { version() }} ms (medians of $RUNS)")
        // Proofs of small ledgers are shorter; what takes time is hashing what is in them.
        val limit = GOAL * proof.size / 4096
        assertTrue(byClient <= limit && byBlock <= limit, "more than $limit ms")
    }

    /** The longest there is: 21 validators, the two sets sent whole, every signature checked. */
    @Test
    fun `a proof under stake is checked in milliseconds`() {
        val file = parse(File(System.getProperty("ehr.vectors"), "light_stake.json").readText())
        val one = file.list("proofs").maxBy { it.bytes("proof").size }
        val (anchor, proof) = one.bytes("from") to one.bytes("proof")
        val (trusting, now) = file.number("trusting_ms") to one.time("now")
        assertTrue(proof.size >= 4096, "a proof of ${proof.size} bytes only")
        val took = median { verifyStakeProof(anchor, trusting, now, proof) }
        println("stake proof of ${proof.size} bytes: $took ms (median of $RUNS)")
        assertTrue(took <= GOAL, "$took ms, goal $GOAL ms")
    }

    /** Milliseconds of this thread, the median. */
    private fun median(call: () -> Unit): Double {
        val threads = ManagementFactory.getThreadMXBean()
        repeat(RUNS) { call() }
        return List(RUNS) { threads.currentThreadCpuTime.let { began -> call(); (threads.currentThreadCpuTime - began) / 1e6 } }.sorted()[RUNS / 2]
    }

    private companion object {
        const val RUNS = 200
        const val GOAL = 5.0
    }
}
