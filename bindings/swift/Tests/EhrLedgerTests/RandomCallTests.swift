import EhrLedger
import XCTest

/// Calls with arguments nobody sane would give. Every answer is a value or an `EhrError`, the ledger stays as it was,
/// and nothing hangs. `EHR_SEED` repeats a run.
final class RandomCallTests: XCTestCase {
    func testAHundredThousandRandomCalls() throws {
        let seed = ProcessInfo.processInfo.environment["EHR_SEED"].flatMap(UInt64.init) ?? 20_260_101
        let clinic = try Clinic().open()
        let tip = try clinic.ledger.tip()
        var calls = try RandomCalls(clinic, dice: Dice(state: seed))
        for number in 0..<100_000 {
            if let wrong = calls.next() { return XCTFail("seed \(seed), call \(number): \(wrong)") }
        }
        print("random calls: \(calls.answered) answered, \(calls.refused) refused, seed \(seed)")
        XCTAssertGreaterThan(calls.answered, 1000)
        XCTAssertGreaterThan(calls.refused, 1000)
        XCTAssertEqual(try clinic.ledger.tip(), tip)
        XCTAssertEqual(try clinic.patientReads(clinic.ledger), Clinic.body)
        XCTAssertTrue(try clinic.ledger.verify(listener: nil).sound)
    }

    func testEightThreadsOfTenThousandCalls() throws {
        let clinic = try Clinic().open()
        let tip = try clinic.ledger.tip()
        let wrong = Wrong()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            do {
                var calls = try RandomCalls(clinic, dice: Dice(state: UInt64(thread)))
                for number in 0..<10_000 {
                    if let what = calls.next() { return wrong.add("thread \(thread), call \(number): \(what)") }
                }
            } catch {
                wrong.add("\(error)")
            }
        }
        XCTAssertEqual(wrong.all, [])
        XCTAssertEqual(try clinic.ledger.tip(), tip)
        XCTAssertTrue(try clinic.ledger.verify(listener: nil).sound)
    }

    /// Eight threads that write: every transaction ends in a block, once.
    func testEightThreadsThatWrite() throws {
        let clinic = try Clinic().open()
        let before = try clinic.ledger.verify(listener: nil).versions
        let wrong = Wrong()
        let writing = NSLock()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<5 {
                do {
                    // A draft takes the next nonce when it is made: one at a time between making and submitting.
                    writing.lock()
                    defer { writing.unlock() }
                    let draft = try clinic.draftRecord(Data("\(thread) \(number)".utf8))
                    try draft.sign(keys: clinic.patient)
                    _ = try clinic.ledger.submit(draft: draft)
                } catch {
                    wrong.add("\(error)")
                }
            }
            do { _ = try clinic.ledger.events(limit: 10) } catch { wrong.add("\(error)") }
        }
        XCTAssertEqual(wrong.all, [])
        while try clinic.ledger.poolSize() > 0 { try clinic.mine() }
        let report = try clinic.ledger.verify(listener: nil)
        XCTAssertTrue(report.sound)
        XCTAssertEqual(report.versions, before + 40)
    }
}

private final class Wrong: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var all: [String] = []

    func add(_ what: String) {
        lock.lock()
        defer { lock.unlock() }
        all.append(what)
    }
}
