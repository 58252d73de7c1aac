import EhrLedger
import Foundation
import XCTest

/// A ledger with a hospital, a doctor of it, a patient with one scope, and one record: what most tests begin with.
final class Clinic {
    static let start = Date(ledgerMilliseconds: 1_767_225_600_000)
    static let body = Data("secret-canary-7f3a".utf8)

    let clock = Clock.manual(ms: Clinic.start)
    let hospital, doctor, patient: Keyring
    let genesis: Genesis
    let ledger: Ledger
    private(set) var scope = ScopeId("")
    private(set) var record = RecordId("")

    /// `signer` makes the patient's signatures, if given.
    init(
        storage: Storage = .memory(), difficulty: UInt8 = 0, seed: UInt8 = 9, signer: (any Signer)? = nil
    ) throws {
        let entropy = try Entropy.seeded(seed: Data(repeating: seed, count: 32))
        hospital = try Keyring.generate(role: .institution, entropy: entropy)
        doctor = try Keyring.generate(role: .staff, entropy: entropy)
        if let signer {
            patient = try Keyring.withSigner(role: .patient, signer: signer, entropy: entropy)
        } else {
            patient = try Keyring.generate(role: .patient, entropy: entropy)
        }
        let config = ChainConfig(
            name: "clinic", difficulty: difficulty, confirmations: 1, time: Clinic.start, credits: 1_000_000)
        genesis = try Genesis(config: config, founders: [hospital], clock: clock, entropy: entropy)
        ledger = try Ledger.create(genesis: genesis, storage: storage, clock: clock, entropy: entropy)
    }

    /// Enrols everybody and files one record.
    func open() throws -> Clinic {
        _ = try ledger.submit(draft: ledger.draftEnrol(payer: hospital, person: doctor))
        _ = try ledger.submit(draft: ledger.draftEnrol(payer: hospital, person: patient))
        try mine()
        let membership = try ledger.draftMembership(
            institution: hospital, staff: try doctor.account(), roles: .doctor, from: Clinic.start,
            until: Clinic.start.addingTimeInterval(365 * 86400))
        try membership.sign(keys: doctor)
        _ = try ledger.submit(draft: membership)
        let chart = try ledger.draftScope(payer: hospital, patient: patient)
        _ = try ledger.submit(draft: chart)
        try mine()
        scope = try XCTUnwrap(chart.scope())
        record = try file(Clinic.body)
        return self
    }

    /// Files one more record.
    func file(_ body: Data) throws -> RecordId {
        let draft = try draftRecord(body)
        try draft.sign(keys: patient)
        _ = try ledger.submit(draft: draft)
        try mine()
        return try XCTUnwrap(draft.record())
    }

    /// A record's draft that the patient has not signed.
    func draftRecord(_ body: Data) throws -> Draft {
        try ledger.draftRecord(
            payer: hospital, author: doctor, institution: try hospital.account(), scope: scope, kind: "Basic",
            sections: [RecordSection(mediaType: "text/plain", body: body)])
    }

    @discardableResult
    func mine() throws -> Mined {
        tick()
        return try ledger.mine(proposer: try hospital.account(), listener: nil)
    }

    func tick() { _ = clock.set(ms: clock.now().addingTimeInterval(60)) }

    /// The whole genesis again in another ledger.
    func other(storage: Storage = .memory()) throws -> Ledger {
        try Ledger.create(genesis: genesis, storage: storage, clock: clock, entropy: nil)
    }

    func patientReads(_ ledger: Ledger) throws -> Data? {
        try ledger.read(record, by: patient, for: .treatment).sections.first?.body
    }
}

/// Expects an `EhrError` of this kind, whose words do not hold what was written into records.
func assertThrows<Value>(
    _ kind: EhrErrorKind, _ call: @autoclosure () throws -> Value, file: StaticString = #filePath,
    line: UInt = #line
) {
    XCTAssertThrowsError(try call(), file: file, line: line) { error in
        guard let error = error as? EhrError else {
            return XCTFail("another error: \(error)", file: file, line: line)
        }
        XCTAssertEqual(error.kind, kind, "\(error)", file: file, line: line)
        XCTAssertFalse("\(error) \(error.localizedDescription)".contains("canary"), file: file, line: line)
    }
}

/// A folder that is removed when the test ends.
func folder(_ test: XCTestCase) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("ehr-\(UUID().uuidString)").path
    test.addTeardownBlock { try? FileManager.default.removeItem(atPath: path) }
    return path
}

/// SplitMix64: random calls that a seed repeats.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
