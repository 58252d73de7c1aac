package org.ehrledger

import kotlinx.coroutines.runBlocking
import org.ehrledger.model.*
import org.ehrledger.story.Story
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path

class StoryTest {
    @Test
    fun `the same seeds and times end in the same block`() = runBlocking {
        val line = Story().tell()
        println(line)
        assertEquals(line, Story().tell())
    }

    @Test
    fun `a ledger in a folder is there again after it was closed`(@TempDir folder: Path) {
        val tip = Clinic(Storage.folder(folder.toString())).use { it.ledger.tip() }
        Ledger.open(Storage.folder(folder.toString())).use { again ->
            assertEquals(tip, again.tip())
            val report = again.verifyBlocking(null)
            assertTrue(report.sound, report.problems.toString())
            assertEquals(tip.height + 1u, report.blocks)
        }
    }

    @Test
    fun `a draft crosses to the phone as bytes and comes back signed`() = Clinic().use { clinic ->
        val draft = clinic.draft("to be signed elsewhere")
        assertEquals(listOf(clinic.pat.account()), draft.missing())
        val onPhone = Draft.fromBytes(draft.toBytes())
        onPhone.sign(clinic.pat)
        clinic.ledger.submit(Draft.fromBytes(onPhone.toBytes()))
        assertEquals(1u, clinic.mine().transactions)
        assertEquals("to be signed elsewhere", clinic.ledger.read(clinic.pat, draft.record()!!, Purpose.TREAT).sections.single().text)
    }

    @Test
    fun `decisions name their rule`() = Clinic().use { clinic ->
        val query = AccessQuery(
            clinic.ben.account(), Action.READ, Purpose.TREAT,
            ResourceChain(clinic.pat.account(), clinic.scope, clinic.record, 0u, null), actingFor = clinic.south.account(),
        )
        assertEquals(DenyReason.NoPermit, (clinic.ledger.evaluate(query).outcome as Outcome.Deny).reason)
        val grant = clinic.submit(clinic.ledger.draftGrant(clinic.north, clinic.pat, clinic.terms())).id().asGrant()
        clinic.mine()
        val outcome = clinic.ledger.evaluate(query).outcome
        assertEquals(Basis.Grant(grant), (outcome as Outcome.Permit).by)
        val research = clinic.ledger.explain(query.copy(purpose = setOf(Purpose.HRESCH)), grant)
        assertEquals(Why.WrongPurpose, research.reasons.single().why)
        val info = clinic.ledger.grant(grant)!!
        assertEquals(setOf(Purpose.TREAT), info.terms.purposes)
        assertEquals(clinic.terms().notAfter, info.terms.notAfter)
    }

    @Test
    fun `keys go through a key file`() = Clinic().use { clinic ->
        val file = clinic.pat.toKeyFile("correct horse", memoryKib = 8u * 1024u)
        val again = Keyring.fromKeyFile(file, "correct horse")
        assertEquals(clinic.pat.account(), again.account())
        assertEquals("first note", clinic.ledger.read(again, clinic.record, Purpose.TREAT).sections.single().text)
    }
}
