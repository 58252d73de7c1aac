import EhrLedger
import XCTest

struct SomethingElse: Error, CustomStringConvertible {
    let description = "canary: what a host throws may hold anything"
}

final class ThrowingRecords: SwiftRecords, @unchecked Sendable {
    override func get(table: UInt8, key: Data) throws -> Data? { throw SomethingElse() }
    override func range(table: UInt8, from: Data, to: Data, limit: UInt32) throws -> [Row] { throw SomethingElse() }
    override func commit(changes: [RowChange]) throws { throw SomethingElse() }
}

/// Stores, transports and signers in Swift: good ones pass, each planted mistake is noticed.
final class HostTests: XCTestCase {
    func testStoresTransportsAndSignersInSwiftPass() throws {
        try checkRecordStore(store: SwiftRecords())
        try checkBlobStore(store: SwiftBlobs())
        let (a, b) = SwiftTransport.pair()
        try checkTransport(a: a, b: b)
        try checkSigner(signer: SwiftSigner(seed: 4))
    }

    func testPlantedMistakesAreNoticed() throws {
        assertThrows(.host, try checkRecordStore(store: UnorderedRecords()))
        assertThrows(.host, try checkRecordStore(store: HalfRecords()))
        assertThrows(.host, try checkRecordStore(store: ThrowingRecords()))
        assertThrows(.host, try checkBlobStore(store: ForgetfulBlobs()))
        let (a, b) = SwiftTransport.pair()
        assertThrows(.host, try checkTransport(a: CarelessTransport(a), b: b))
        assertThrows(.host, try checkSigner(signer: GarbageSigner(seed: 4)))
        assertThrows(.host, try checkSigner(signer: ShortSigner(seed: 4)))
        assertThrows(.host, try checkSigner(signer: ThrowingSigner(seed: 4)))
    }

    /// The whole of a ledger on stores in Swift, with a patient whose signatures are made in Swift.
    func testALedgerOnSwiftStoresWithASwiftSigner() throws {
        let (records, blobs) = (SwiftRecords(), SwiftBlobs())
        let storage = Storage.host(records: records, blobs: blobs)
        let clinic = try Clinic(storage: storage, signer: SwiftSigner(seed: 5)).open()
        XCTAssertEqual(try clinic.patient.publicKey(), try SwiftSigner(seed: 5).publicKey())
        XCTAssertEqual(try clinic.patientReads(clinic.ledger), Clinic.body)
        XCTAssertTrue(try clinic.ledger.verify(listener: nil).sound)
        let tip = try clinic.ledger.tip()
        try clinic.ledger.close()
        let again = try Ledger.open(storage: .host(records: records, blobs: blobs))
        XCTAssertEqual(try again.tip(), tip)
        XCTAssertEqual(try clinic.patientReads(again), Clinic.body)
    }

    func testKeysOfASignerNeedTheSignerAgain() throws {
        let keys = try Keyring.with(signer: SwiftSigner(seed: 6), role: .patient)
        let file = try keys.toKeyFile(passphrase: "p", memoryKib: 8192, entropy: nil)
        let again = try Keyring.fromKeyFile(bytes: file, passphrase: "p", signer: SwiftSigner(seed: 6))
        XCTAssertEqual(try again.account(), try keys.account())
        XCTAssertThrowsError(try Keyring.fromKeyFile(bytes: file, passphrase: "p", signer: nil))
        XCTAssertThrowsError(try Keyring.fromKeyFile(bytes: file, passphrase: "p", signer: SwiftSigner(seed: 7)))
    }

    func testASignerThatFailsChangesNothing() throws {
        let signer = MoodySigner(seed: 8)
        let clinic = try Clinic(signer: signer).open()
        let draft = try clinic.draftRecord(Data("x".utf8))
        for mood in [MoodySigner.Mood.throwing, .garbage, .short, .foreign] {
            signer.mood = mood
            assertThrows(.host, try draft.sign(keys: clinic.patient))
            XCTAssertEqual(draft.missing(), [try clinic.patient.account()])
        }
        signer.mood = .good
        try draft.sign(keys: clinic.patient)
        XCTAssertEqual(draft.missing(), [])
        _ = try clinic.ledger.submit(draft: draft)
    }

    /// A commit that fails leaves the ledger as it was, and it goes on when the disk does.
    func testAStoreThatFailsForAWhileLosesNothing() throws {
        let records = MoodyRecords()
        let clinic = try Clinic(storage: .host(records: records, blobs: SwiftBlobs())).open()
        let tip = try clinic.ledger.tip()
        records.failing = true
        XCTAssertThrowsError(try clinic.mine()) { error in
            XCTAssert([.storage, .host].contains((error as? EhrError)?.kind), "\(error)")
            XCTAssertFalse("\(error)".contains("canary"))
        }
        records.failing = false
        XCTAssertEqual(try clinic.ledger.tip(), tip)
        XCTAssertEqual(try clinic.mine().height, tip.height + 1)
        XCTAssertTrue(try clinic.ledger.verify(listener: nil).sound)
    }

    /// Calling back into the ledger from its own store is answered at once, from the same thread, with `Busy`.
    func testAStoreThatCallsBackInGetsBusyNotADeadlock() throws {
        let records = ReenteringRecords()
        let clinic = try Clinic(storage: .host(records: records, blobs: SwiftBlobs())).open()
        records.ledger = clinic.ledger
        _ = try clinic.ledger.history(record: clinic.record)
        try clinic.mine()
        records.ledger = nil
        XCTAssertFalse(records.answers.isEmpty)
        XCTAssertEqual(Set(records.answers), [.busy])
    }

    /// A listener is called while the ledger is free: it may ask.
    func testAListenerMayAskTheLedger() throws {
        let clinic = try Clinic(difficulty: 6)
        clinic.tick()
        let listener = Asking(clinic.ledger)
        XCTAssertThrowsError(try clinic.ledger.mine(proposer: try clinic.hospital.account(), listener: listener))
        XCTAssertEqual(listener.heights.first, 0)
    }

    func testTwoLedgersOverATransportInSwift() async throws {
        let clinic = try Clinic().open()
        let other = try clinic.other()
        let (a, b) = SwiftTransport.pair()
        async let here = clinic.ledger.sync(over: a, untilIdle: 1)
        async let there = other.sync(over: b, untilIdle: 1)
        _ = try await (here, there)
        XCTAssertEqual(try other.tip(), try clinic.ledger.tip())
        let report = try await other.verify()
        XCTAssertTrue(report.sound)
    }

    func testATransportThatThrowsIsTheHostsError() throws {
        assertThrows(.host, try Clinic().ledger.syncOver(transport: Broken(), untilIdleMs: 100, listener: nil))
    }
}

private final class UnorderedRecords: SwiftRecords, @unchecked Sendable {
    override func range(table: UInt8, from: Data, to: Data, limit: UInt32) throws -> [Row] {
        try super.range(table: table, from: from, to: to, limit: limit).reversed()
    }
}

private final class HalfRecords: SwiftRecords, @unchecked Sendable {
    override func commit(changes: [RowChange]) throws { try super.commit(changes: Array(changes.dropLast())) }
}

private final class ForgetfulBlobs: SwiftBlobs, @unchecked Sendable {
    override func put(id: String, bytes: Data) throws {}
}

private final class CarelessTransport: Transport, @unchecked Sendable {
    private let inner: SwiftTransport

    init(_ inner: SwiftTransport) { self.inner = inner }

    func send(peer: UInt64, frame: Data) throws -> SendAnswer {
        try inner.send(peer: peer, frame: Data(frame.reversed()))
    }

    func receive(waitMs: UInt32) throws -> TransportEvent? { try inner.receive(waitMs: waitMs) }
}

private final class Broken: Transport {
    func send(peer: UInt64, frame: Data) throws -> SendAnswer { throw SomethingElse() }
    func receive(waitMs: UInt32) throws -> TransportEvent? { throw SomethingElse() }
}

private final class GarbageSigner: SwiftSigner, @unchecked Sendable {
    override func sign(message: Data) throws -> Data { Data(count: 64) }
}

private final class ShortSigner: SwiftSigner, @unchecked Sendable {
    override func publicKey() throws -> Data { try super.publicKey().dropLast() }
}

private final class ThrowingSigner: SwiftSigner, @unchecked Sendable {
    override func sign(message: Data) throws -> Data { throw SomethingElse() }
}

private final class MoodySigner: SwiftSigner, @unchecked Sendable {
    enum Mood { case good, throwing, garbage, short, foreign }
    var mood = Mood.good

    override func sign(message: Data) throws -> Data {
        switch mood {
        case .good: return try super.sign(message: message)
        case .throwing: throw SomethingElse()
        case .garbage: return Data(repeating: 7, count: 64)
        case .short: return try super.sign(message: message).dropLast()
        case .foreign: return try SwiftSigner(seed: 200).sign(message: message)
        }
    }
}

private final class MoodyRecords: SwiftRecords, @unchecked Sendable {
    var failing = false

    override func commit(changes: [RowChange]) throws {
        if failing { throw EhrError.Storage(reason: "canary: the disk is full") }
        try super.commit(changes: changes)
    }
}

private final class ReenteringRecords: SwiftRecords, @unchecked Sendable {
    var ledger: Ledger?
    var answers: [EhrErrorKind?] = []

    override func get(table: UInt8, key: Data) throws -> Data? {
        if let ledger {
            do {
                _ = try ledger.tip()
                answers.append(nil)
            } catch {
                answers.append((error as? EhrError)?.kind)
            }
        }
        return try super.get(table: table, key: key)
    }
}

private final class Asking: ProgressListener, @unchecked Sendable {
    private let ledger: Ledger
    var heights: [Height?] = []

    init(_ ledger: Ledger) { self.ledger = ledger }

    func onProgress(step: LedgerProgress) -> Bool {
        heights.append(try? ledger.tip().height)
        return false
    }
}
