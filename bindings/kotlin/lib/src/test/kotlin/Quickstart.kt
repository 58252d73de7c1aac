import kotlinx.coroutines.runBlocking
import org.ehrledger.*
import org.ehrledger.model.*

fun main() = runBlocking {
    val (hospital, patient) = Keyring.generate(Role.INSTITUTION) to Keyring.generate(Role.PATIENT)
    val genesis = Genesis(ChainConfig("demo", difficulty = 2, confirmations = 2), founders = listOf(hospital))
    Ledger.create(genesis, Storage.memory()).use { ledger -> // or Storage.folder("path")
        ledger.submit(ledger.draftEnrol(payer = hospital, person = patient))
        println(ledger.mine(hospital.account()) { println("${it.done} tries") })
        println(ledger.account(patient.account())?.role)
        println(ledger.verify().sound)
    }
}
