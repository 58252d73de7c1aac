package org.ehrledger

import kotlin.time.Duration.Companion.days
import org.ehrledger.model.*
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

class DevicesTest {
    private fun Clinic.read(by: Keyring) = String(ledger.read(by, record, purpose = Purpose.PATRQT).sections.single().body)

    @Test
    fun `a second device joins, reads and is removed`() = Clinic().use { clinic ->
        val (ledger, account) = clinic.ledger to clinic.pat.account()
        val tablet = NewDevice.generate()
        assertThrows<EhrException.NotFound> { ledger.join(account, tablet) }
        clinic.submit(ledger.draftAddDevice(clinic.north, clinic.pat, tablet.offer(ledger.chainId(), account)))
        clinic.mine()
        val keys = ledger.join(account, NewDevice.fromKeyFile(tablet.toKeyFile("pocket", 8192u), "pocket"))
        assertEquals(1u, keys.device())
        assertEquals(listOf(true, false), ledger.devices(account).map { it.manages })
        assertArrayEquals(tablet.publicKey(), ledger.devices(account)[1].publicKey)
        assertEquals("first note", clinic.read(keys))
        clinic.submit(ledger.draftRemoveDevices(clinic.north, clinic.pat, listOf(1u)))
        clinic.mine()
        assertEquals(listOf(0u), ledger.devices(account).map { it.number })
        assertThrows<EhrException.Refused> { ledger.submit(ledger.draftScope(clinic.north, keys)) }
    }

    @Test
    fun `an account comes back by its recovery key`() = Clinic().use { clinic ->
        val (ledger, account) = clinic.ledger to clinic.pat.account()
        val (backup, device) = clinic.pat.recoveryKey()!! to NewDevice.generate()
        clinic.submit(ledger.draftRecovery(clinic.north, account, backup, device))
        clinic.mine()
        assertThrows<EhrException.Refused> { ledger.submit(ledger.draftRepeatRecovery(clinic.north, account, backup)) }
        clinic.clock.set(ledger.recoveryReadyAt(account)!! + 1.days)
        clinic.mine()
        clinic.submit(ledger.draftRepeatRecovery(clinic.north, account, backup))
        clinic.mine()
        assertNull(ledger.recoveryReadyAt(account))
        assertEquals(account, ledger.join(account, device).account())
    }
}
