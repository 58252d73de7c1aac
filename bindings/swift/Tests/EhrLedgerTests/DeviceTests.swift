import EhrLedger
import XCTest

/// A second device, a lost one, and an account that comes back by its recovery key.
final class DeviceTests: XCTestCase {
    func testASecondDeviceJoinsReadsAndIsRemoved() async throws {
        let clinic = try Clinic().open()
        let (ledger, phone) = (clinic.ledger, clinic.patient)
        let account = try phone.account()
        let tablet = try NewDevice.generate()
        assertThrows(.notFound, try ledger.join(account: account, device: tablet))
        let hospital = try tablet.offer(chain: ledger.chainId(), account: clinic.hospital.account())
        let add = { try ledger.draftAddDevice(payer: clinic.hospital, keys: phone, offer: $0) }
        assertThrows(.invalidArgument, try add(hospital))
        assertThrows(.malformed, try add(Data([1, 2, 3])))
        _ = try ledger.submit(draft: add(tablet.offer(chain: ledger.chainId(), account: account)))
        try clinic.mine()
        XCTAssertTrue(try ledger.settleKeys(keys: phone))

        // It joins from its key file, as after a restart.
        let file = try await tablet.keyFile(passphrase: "pocket", memoryKiB: 64)
        do {
            _ = try await NewDevice.open(keyFile: file, passphrase: "socket")
            XCTFail("opened with another passphrase")
        } catch let error as EhrError { XCTAssertEqual(error.kind, .cannotOpen) }
        let kept = try await NewDevice.open(keyFile: file, passphrase: "pocket")
        let keys = try ledger.join(account: account, device: kept)
        XCTAssertEqual([try keys.device(), try phone.device()], [1, 0])
        let devices = try ledger.devices(account: account)
        XCTAssertEqual(devices.map(\.manages), [true, false])
        XCTAssertEqual(devices.last?.publicKey, try tablet.publicKey())
        XCTAssertEqual(try opened(clinic, by: keys), Clinic.body)
        let greedy = try ledger.draftRemoveDevices(payer: clinic.hospital, keys: keys, devices: [0])
        assertThrows(.refused, try ledger.submit(draft: greedy))

        assertThrows(
            .notFound, try ledger.draftRemoveDevices(payer: clinic.hospital, keys: phone, devices: [7]))
        _ = try ledger.submit(draft: ledger.draftRemoveDevices(payer: clinic.hospital, keys: phone, devices: [1]))
        try clinic.mine()
        XCTAssertTrue(try ledger.settleKeys(keys: phone))
        XCTAssertEqual(try ledger.devices(account: account).map(\.number), [0])
        let late = try ledger.draftScope(payer: clinic.hospital, patient: keys)
        assertThrows(.refused, try ledger.submit(draft: late))
    }

    func testAnAccountComesBackByItsRecoveryKeyAfterADay() throws {
        let clinic = try Clinic().open()
        let (ledger, hospital, lost) = (clinic.ledger, clinic.hospital, clinic.patient)
        let account = try lost.account()
        // What was sealed before the first rotation stays closed to a recovered account.
        _ = try ledger.submit(draft: ledger.draftRotateKeys(payer: hospital, keys: lost))
        try clinic.mine()
        XCTAssertTrue(try ledger.settleKeys(keys: lost))
        let record = try clinic.file(Data("after the rotation".utf8))
        let backup = try XCTUnwrap(try lost.recoveryKey())

        let device = try NewDevice.with(signer: SwiftSigner(seed: 3))
        let recover = { backup in
            try ledger.draftRecovery(payer: hospital, account: account, recoveryKey: backup, device: device)
        }
        for count in [31, 32] { assertThrows(.invalidArgument, try recover(Data(repeating: 0, count: count))) }
        let again = { try ledger.draftRepeatRecovery(payer: hospital, account: account, recoveryKey: backup) }
        assertThrows(.notFound, try again())
        _ = try ledger.submit(draft: recover(backup))
        try clinic.mine()
        let ready = try XCTUnwrap(try ledger.recoveryReadyAt(account: account))
        XCTAssertEqual(ready, try ledger.tip().time.addingTimeInterval(86400))
        assertThrows(.refused, try ledger.submit(draft: again()))
        XCTAssertEqual(try ledger.devices(account: account).map(\.number), [0])

        _ = clinic.clock.set(ms: ready)
        try clinic.mine()
        _ = try ledger.submit(draft: again())
        try clinic.mine()
        XCTAssertNil(try ledger.recoveryReadyAt(account: account))
        let found = try ledger.join(account: account, device: device)
        XCTAssertEqual(try found.device(), 1)
        XCTAssertEqual(try ledger.devices(account: account).map(\.number), [1])
        XCTAssertEqual(
            try ledger.read(record, by: found, for: .patientRequest).sections.first?.body,
            Data("after the rotation".utf8))
    }

    func testADeviceThatIsWipedIsClosed() throws {
        let clinic = try Clinic().open()
        let device = try NewDevice.generate()
        XCTAssertFalse(device.isWiped())
        device.wipe()
        device.wipe()
        XCTAssertTrue(device.isWiped())
        assertThrows(.closed, try device.publicKey())
        assertThrows(.closed, try clinic.ledger.join(account: clinic.patient.account(), device: device))
        assertThrows(
            .closed, try device.offer(chain: clinic.ledger.chainId(), account: clinic.patient.account()))
    }

    private func opened(_ clinic: Clinic, by keys: Keyring) throws -> Data? {
        try clinic.ledger.read(clinic.record, by: keys, for: .patientRequest).sections.first?.body
    }
}
