package org.ehrledger

import kotlin.time.Instant
import org.ehrledger.model.AccountId
import org.ehrledger.model.Purpose
import org.ehrledger.model.RecordId
import org.ehrledger.model.RequestId
import org.ehrledger.model.Role
import org.ehrledger.model.VersionNo

/** Fresh keys, from the system's randomness unless [entropy] is given. */
fun Keyring.Companion.generate(role: Role, entropy: Entropy? = null): Keyring = generate(role, entropy)

/** Keys whose signatures are made by [signer]: a phone's key store, a card, an HSM. */
fun Keyring.Companion.withSigner(role: Role, signer: Signer, entropy: Entropy? = null): Keyring = withSigner(role, signer, entropy)

/** Keys from a key file. */
fun Keyring.Companion.fromKeyFile(bytes: ByteArray, passphrase: String, signer: Signer? = null): Keyring =
    fromKeyFile(bytes, passphrase, signer)

/** The keys sealed under a passphrase; opening them again takes [memoryKib], 64 MiB if not given. */
fun Keyring.toKeyFile(passphrase: String, memoryKib: UInt? = null, entropy: Entropy? = null): ByteArray =
    toKeyFile(passphrase, memoryKib, entropy)

/** Fresh keys of a device that is to join an account. */
fun NewDevice.Companion.generate(entropy: Entropy? = null): NewDevice = generate(entropy)

/** A device whose signatures are made by [signer]. */
fun NewDevice.Companion.withSigner(signer: Signer, entropy: Entropy? = null): NewDevice = withSigner(signer, entropy)

/** A device from its key file. */
fun NewDevice.Companion.fromKeyFile(bytes: ByteArray, passphrase: String, signer: Signer? = null): NewDevice =
    fromKeyFile(bytes, passphrase, signer)

/** The device sealed under a passphrase, to be kept until it has joined. */
fun NewDevice.toKeyFile(passphrase: String, memoryKib: UInt? = null, entropy: Entropy? = null): ByteArray =
    toKeyFile(passphrase, memoryKib, entropy)

/** A new chain with these founders, at least one of them an institution. */
fun Genesis(config: ChainConfig, founders: List<Keyring>, clock: Clock? = null): Genesis = Genesis(config, founders, clock, null)

/** What a new chain fixes: [difficulty] is the number of zero hex digits that every block id begins with, 0 to 8. */
fun ChainConfig(name: String, difficulty: Int = 2, confirmations: Int = 6, time: Instant? = null, credits: ULong = 1_000_000u): ChainConfig =
    ChainConfig(name, difficulty.toUByte(), confirmations.toULong(), time, credits)

/** Begins a chain in a storage that holds none. */
fun Ledger.Companion.create(genesis: Genesis, storage: Storage, clock: Clock? = null, entropy: Entropy? = null): Ledger =
    create(genesis, storage, clock, entropy)

/** Opens what a storage holds. */
fun Ledger.Companion.open(storage: Storage, clock: Clock? = null, entropy: Entropy? = null): Ledger = open(storage, clock, entropy)

/** Adds a device, from what its offer gave, that may not add or remove devices itself. Save the keys before submitting. */
fun Ledger.draftAddDevice(payer: Keyring, keys: Keyring, offer: ByteArray): Draft = draftAddDevice(payer, keys, offer, false)

/** Answers a request with a grant of what was asked for. */
fun Ledger.draftAcknowledge(payer: Keyring, patient: Keyring, request: RequestId): Draft = draftAcknowledge(payer, patient, request, null)

/**
 * Opens a version, the newest unless [version] names one: asks the policy, finds the keys, opens and checks the sections. Who reads for an
 * institution names it with [actingFor], and gives its keys where the version or the grant is for it.
 */
fun Ledger.read(
    reader: Keyring,
    record: RecordId,
    purpose: Purpose,
    version: VersionNo? = null,
    actingFor: AccountId? = null,
    institutionKeys: Keyring? = null,
): OpenedVersion = read(reader, record, version, setOf(purpose), actingFor, institutionKeys)

/** A light client that begins at the genesis block, with the machine's clock. */
fun LightClient(genesis: Genesis): LightClient = LightClient(genesis, null)

/** A section of text. */
fun Section(text: String, mediaType: String = "text/plain"): Section = Section(mediaType, text.encodeToByteArray())

/** The body as text. */
val Section.text: String
    get() = body.decodeToString()
