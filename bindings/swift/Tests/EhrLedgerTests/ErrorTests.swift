import EhrLedger
import XCTest

/// Every kind of error there is to meet, each by the call that makes it.
final class ErrorTests: XCTestCase {
    func testInvalidArgument() throws {
        let ledger = try Clinic().ledger
        assertThrows(.invalidArgument, try Entropy.seeded(seed: Data(count: 31)))
        assertThrows(.invalidArgument, try ledger.account(id: AccountId("no hex")))
        assertThrows(.invalidArgument, try ledger.body(id: ContentId("")))
        let config = ChainConfig(name: "x", difficulty: 9, confirmations: 1, time: nil, credits: 1)
        assertThrows(.invalidArgument, try Genesis(config: config, founders: []))
    }

    func testAnUnknownMemberOfASetIsNotLostInSilence() throws {
        let clinic = try Clinic().open()
        let purposes: Purposes = [.treatment, Purposes(rawValue: 1 << 30)]
        assertThrows(.invalidArgument, try clinic.ledger.read(clinic.record, by: clinic.patient, for: purposes))
    }

    /// A value made by hand is an error, never a trap.
    func testADecisionMadeByHand() throws {
        let denied = Decision(outcome: .deny(reason: .deniedBy(rule: GrantId("canary"))), reasons: [])
        assertThrows(.invalidArgument, try denied.words())
        let permitted = Decision(
            outcome: .permit(by: .patient, obligations: Obligations(rawValue: 1 << 31)), reasons: [])
        assertThrows(.invalidArgument, try permitted.words())
        XCTAssertFalse(try Decision(outcome: .deny(reason: .noPermit), reasons: []).words().isEmpty)
    }

    func testMalformed() throws {
        assertThrows(.malformed, try Genesis.fromBytes(bytes: Data("canary".utf8)))
        assertThrows(.malformed, try Draft.fromBytes(bytes: Data()))
        assertThrows(.malformed, try Clinic().ledger.submitBytes(transaction: Data([0x80])))
        let key = try Keyring.generate(role: .patient).toKeyFile(passphrase: "p", memoryKib: 8192, entropy: nil)
        assertThrows(
            .malformed, try Keyring.fromKeyFile(bytes: key.dropLast(), passphrase: "p", signer: nil))
    }

    func testNotFound() throws {
        let clinic = try Clinic()
        let zero = String(repeating: "0", count: 64)
        assertThrows(.notFound, try Ledger.open(storage: .memory()))
        assertThrows(.notFound, try clinic.ledger.proveRecord(record: RecordId(zero), version: nil))
        XCTAssertNil(try clinic.ledger.account(id: AccountId(zero)))
    }

    func testDenied() throws {
        let clinic = try Clinic().open()
        assertThrows(.denied, try clinic.ledger.read(clinic.record, by: clinic.doctor, for: .research))
    }

    func testRefused() throws {
        let clinic = try Clinic().open()
        let tip = try clinic.ledger.tip()
        assertThrows(.refused, try clinic.ledger.submit(draft: clinic.draftRecord(Data())))
        XCTAssertEqual(try clinic.ledger.poolSize(), 0)
        XCTAssertEqual(try clinic.ledger.tip(), tip)
        assertThrows(.invalidArgument, try Clinic(seed: 77).ledger.syncWith(other: clinic.ledger, listener: nil))
    }

    func testCannotOpen() async throws {
        let keys = try Keyring.generate(role: .patient)
        let file = try await keys.keyFile(passphrase: "right", memoryKiB: 8192)
        let again = try await Keyring.open(keyFile: file, passphrase: "right")
        XCTAssertEqual(try again.account(), try keys.account())
        assertThrows(.cannotOpen, try Keyring.fromKeyFile(bytes: file, passphrase: "wrong", signer: nil))
    }

    func testDamaged() throws {
        let blobs = RottenBlobs()
        let clinic = try Clinic(storage: .host(records: SwiftRecords(), blobs: blobs)).open()
        XCTAssertEqual(try clinic.patientReads(clinic.ledger), Clinic.body)
        blobs.rotten = true
        XCTAssertThrowsError(try clinic.patientReads(clinic.ledger)) { error in
            XCTAssert([.damaged, .host].contains((error as? EhrError)?.kind), "\(error)")
        }
    }

    func testStorage() throws {
        let clinic = try Clinic()
        assertThrows(.storage, try clinic.other(storage: .folder(path: "/proc/nothing/can/be/made/here")))
    }

    func testNewerFormat() throws {
        let path = try folder(self)
        let clinic = try Clinic(storage: .folder(path: path))
        try clinic.ledger.close()
        let keys = try Keyring.generate(role: .patient)
        var file = try keys.toKeyFile(passphrase: "p", memoryKib: 8192, entropy: nil)
        // The format's number stands behind the array's head.
        let at = try XCTUnwrap(file.indices.first { file[$0] == 1 })
        file[at] = 2
        assertThrows(.newerFormat, try Keyring.fromKeyFile(bytes: file, passphrase: "p", signer: nil))
    }

    func testBusy() throws {
        let path = try folder(self)
        let clinic = try Clinic(storage: .folder(path: path))
        assertThrows(.busy, try Ledger.open(storage: .folder(path: path)))
        try clinic.ledger.close()
        XCTAssertEqual(try Ledger.open(storage: .folder(path: path)).chainId(), clinic.genesis.chainId())
    }

    func testClosed() throws {
        let clinic = try Clinic()
        try clinic.ledger.close()
        try clinic.ledger.close()
        XCTAssertTrue(clinic.ledger.isClosed())
        assertThrows(.closed, try clinic.ledger.tip())
        assertThrows(.closed, try clinic.ledger.mine(proposer: try clinic.hospital.account(), listener: nil))
        clinic.patient.wipe()
        clinic.patient.wipe()
        XCTAssertTrue(clinic.patient.isWiped())
        assertThrows(.closed, try clinic.patient.account())
        assertThrows(.closed, try clinic.patient.recoveryKey())
    }

    func testCancelled() throws {
        let clinic = try Clinic(difficulty: 8)
        clinic.tick()
        assertThrows(.cancelled, try clinic.ledger.mine(proposer: try clinic.hospital.account(), listener: Stop()))
        XCTAssertEqual(try clinic.ledger.tip().height, 0)
    }

    func testHost() throws {
        assertThrows(.host, try Clinic(storage: .host(records: ThrowingRecords(), blobs: SwiftBlobs())))
    }

    /// Kinds that no call here can make still have their words.
    func testWords() {
        XCTAssertEqual(EhrError.Internal(reason: "x").kind, .internal)
        XCTAssertEqual(EhrError.Internal(reason: "x").localizedDescription, "x")
        XCTAssertEqual(EhrError.Closed.reason, "closed")
        XCTAssertEqual(EhrError.InvalidArgument(field: "a", reason: "b").reason, "a: b")
    }
}

private final class Stop: ProgressListener {
    func onProgress(step: LedgerProgress) -> Bool { false }
}

private final class RottenBlobs: SwiftBlobs, @unchecked Sendable {
    var rotten = false

    override func get(id: String) throws -> Data? {
        guard rotten else { return try super.get(id: id) }
        return try super.get(id: id).map { Data($0.map { $0 ^ 1 }) }
    }
}
