package org.ehrledger

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FiguresTest {
    /**
     * Goal: a proof of 4 kB in at most 5 ms, the call included. Proofs of small ledgers are shorter; what takes time is hashing what is in
     * them, so the limit goes with the length.
     */
    @Test
    fun `a proof is checked in milliseconds`() = Clinic().use { clinic ->
        repeat(40) { clinic.append("note $it") }
        val light = LightClient(clinic.genesis, clinic.clock)
        light.accept(clinic.ledger.headers(1u, 1000u))
        val proof = clinic.ledger.proveRecord(clinic.record, null)
        val tip = clinic.ledger.tip().id
        val byClient = median { light.verify(proof) }
        val byBlock = median { verifyProof(proof, tip) }
        val empty = median { version() }
        println("proof of ${proof.size} bytes: light client $byClient ms, trusted block $byBlock ms; a call by itself $empty ms (medians of $RUNS); for 4096 bytes that is ${byClient * 4096 / proof.size} ms, goal 5 ms")
        val limit = 5.0 * proof.size / 4096
        assertTrue(byClient <= limit && byBlock <= limit, "more than $limit ms")
    }

    private fun median(call: () -> Unit): Double {
        repeat(RUNS) { call() }
        return List(RUNS) { System.nanoTime().let { began -> call(); (System.nanoTime() - began) / 1e6 } }.sorted()[RUNS / 2]
    }

    private companion object {
        const val RUNS = 200
    }
}
