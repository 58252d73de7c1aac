package org.ehrledger

import java.util.HexFormat
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Test

class SecretsTest {
    @Test
    fun `nothing prints keys or content`() = Clinic().use { clinic ->
        val recovery = HexFormat.of().formatHex(clinic.pat.recoveryKey()!!)
        val opened = clinic.ledger.read(clinic.pat, clinic.record, Purpose.TREAT)
        val seen = listOf(clinic.pat, clinic.ledger, clinic.keys, opened, opened.sections, clinic.draft(CANARY), Section(CANARY), clinic.genesis)
            .joinToString("\n")
        assertFalse(recovery in seen)
        assertFalse(CANARY in seen, seen)
        assertFalse("first note" in seen, seen)
    }

    @Test
    fun `what is on the chain holds no content`() = Clinic().use { clinic ->
        val record = clinic.append(CANARY)
        val info = clinic.ledger.transaction(clinic.ledger.history(record).single().transaction)!!
        assertFalse(CANARY in String(info.bytes, Charsets.ISO_8859_1))
        assertEquals(CANARY, clinic.ledger.read(clinic.pat, record, Purpose.TREAT).sections.single().text)
    }
}
