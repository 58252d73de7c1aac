import EhrLedger
import XCTest

/// What Swift adds to the generated code.
final class AsyncTests: XCTestCase {
    func testCancellingATaskStopsMining() async throws {
        let clinic = try Clinic(difficulty: 8)
        clinic.tick()
        let (ledger, proposer) = (clinic.ledger, try clinic.hospital.account())
        let seen = expectation(description: "progress")
        seen.assertForOverFulfill = false
        let task = Task {
            try await ledger.mine(proposer: proposer) { step in
                XCTAssertEqual(step.what, "mine")
                seen.fulfill()
            }
        }
        await fulfillment(of: [seen], timeout: 60)
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("a cancelled search ended")
        } catch is CancellationError {}
        XCTAssertEqual(try ledger.tip().height, 0)
    }

    func testATaskCancelledBeforeItBeginsDoesNotMine() async throws {
        let clinic = try Clinic(difficulty: 8)
        clinic.tick()
        let (ledger, proposer) = (clinic.ledger, try clinic.hospital.account())
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await ledger.mine(proposer: proposer)
        }
        task.cancel()
        do {
            _ = try await task.value
            XCTFail("a cancelled search ended")
        } catch is CancellationError {}
    }

    func testMineUntilFinalAndVerify() async throws {
        let clinic = try Clinic().open()
        let draft = try clinic.draftRecord(Data("x".utf8))
        try draft.sign(keys: clinic.patient)
        let id = try clinic.ledger.submit(draft: draft)
        clinic.tick()
        let mined = try await clinic.ledger.mineUntilFinal(id, proposer: try clinic.hospital.account())
        XCTAssertEqual(try clinic.ledger.tip().height, mined.height)
        let report = try await clinic.ledger.verify()
        XCTAssertTrue(report.sound)
        XCTAssertEqual(report.versions, 2)
    }

    func testSyncOfTwoLedgers() async throws {
        let clinic = try Clinic().open()
        let other = try clinic.other()
        let tip = try await other.sync(with: clinic.ledger)
        XCTAssertEqual(tip, try clinic.ledger.tip())
        XCTAssertEqual(try clinic.patientReads(other), Clinic.body)
    }

    func testTimesAreWholeMillisecondsAndNeverTrap() {
        for time in [0, 1, 1_767_225_600_001, 4_102_444_800_000, UInt64.max] {
            XCTAssertEqual(Date(ledgerMilliseconds: time).ledgerMilliseconds, time)
        }
        XCTAssertEqual(Date.distantPast.ledgerMilliseconds, 0)
        XCTAssertEqual(Date(timeIntervalSince1970: .infinity).ledgerMilliseconds, .max)
        XCTAssertEqual(Date(timeIntervalSince1970: .nan).ledgerMilliseconds, 0)
        let clock = Clock.manual(ms: Clinic.start)
        XCTAssertTrue(clock.set(ms: Clinic.start.addingTimeInterval(1)))
        XCTAssertEqual(clock.now(), Clinic.start.addingTimeInterval(1))
    }

    func testSetsAreNames() throws {
        XCTAssertEqual(try Purposes(names: ["TREAT", "HRESCH"]), [.treatment, .research])
        XCTAssertEqual(([.read, .share] as Actions).names, ["READ", "SHARE"])
        assertThrows(.invalidArgument, try StaffRoles(names: ["DOCTOR", "canary"]))
        for (set, count) in [(Purposes.bitNames, 16), (Actions.bitNames, 8), (StaffRoles.bitNames, 6)] {
            XCTAssertEqual(set.count, count)
        }
    }

    func testIdsAreJsonStrings() throws {
        let id = AccountId(String(repeating: "ab", count: 32))
        let json = try JSONEncoder().encode([id])
        XCTAssertEqual(String(decoding: json, as: UTF8.self), "[\"\(id.text)\"]")
        XCTAssertEqual(try JSONDecoder().decode([AccountId].self, from: json), [id])
    }

    func testContentIsNotPrinted() throws {
        let clinic = try Clinic().open()
        let opened = try clinic.ledger.read(clinic.record, by: clinic.patient, for: .treatment)
        var dumped = ""
        dump(opened, to: &dumped)
        let hex = Clinic.body.map { String(format: "%02x", $0) }.joined()
        let numbers = Clinic.body.prefix(4).map(String.init).joined(separator: ", ")
        for text in ["\(opened)", String(reflecting: opened), dumped] {
            for secret in ["canary", hex, numbers, Clinic.body.base64EncodedString()] {
                XCTAssertFalse(text.contains(secret), text)
            }
        }
    }
}
