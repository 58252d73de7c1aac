package org.ehrledger

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FiguresTest {
    /** Goal: a proof of 4 kB in at most 5 ms, the call included. */
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
        println("proof of ${proof.size} bytes: light client $byClient ms, trusted block $byBlock ms; a call by itself $empty ms (median of $RUNS)")
        assertTrue(byClient <= 5.0 && byBlock <= 5.0, "more than 5 ms")
    }

    private fun median(call: () -> Unit): Double {
        repeat(RUNS) { call() }
        return List(RUNS) { System.nanoTime().let { began -> call(); (System.nanoTime() - began) / 1e6 } }.sorted()[RUNS / 2]
    }

    private companion object {
        const val RUNS = 200
    }
}
