import EhrLedger
import Foundation

/// A ledger store in Swift: sorted rows in memory, one lock.
class SwiftRecords: RecordStore, @unchecked Sendable {
    private let lock = NSLock()
    private var tables: [UInt8: [Data: Data]] = [:]

    func get(table: UInt8, key: Data) throws -> Data? {
        lock.lock()
        defer { lock.unlock() }
        return tables[table]?[key]
    }

    func range(table: UInt8, from: Data, to: Data, limit: UInt32) throws -> [Row] {
        lock.lock()
        defer { lock.unlock() }
        let rows = (tables[table] ?? [:]).filter { !isLess($0.key, from) && (to.isEmpty || isLess($0.key, to)) }
        let sorted = rows.sorted { isLess($0.key, $1.key) }
        return sorted.prefix(Int(limit)).map { Row(key: $0.key, value: $0.value) }
    }

    func commit(changes: [RowChange]) throws {
        lock.lock()
        defer { lock.unlock() }
        for change in changes { tables[change.table, default: [:]][change.key] = change.value }
    }

    private func isLess(_ a: Data, _ b: Data) -> Bool { a.lexicographicallyPrecedes(b) }
}

/// A store of sealed bodies in Swift.
class SwiftBlobs: BlobStore, @unchecked Sendable {
    private let lock = NSLock()
    private var bodies: [String: Data] = [:]

    func put(id: String, bytes: Data) throws {
        lock.lock()
        defer { lock.unlock() }
        bodies[id] = bytes
    }

    func get(id: String) throws -> Data? {
        lock.lock()
        defer { lock.unlock() }
        return bodies[id]
    }

    func forget(id: String) throws -> Bool {
        lock.lock()
        defer { lock.unlock() }
        bodies[id] = nil
        return true
    }
}

/// A signer in Swift. On an iPhone it would ask CryptoKit, or a server's HSM.
class SwiftSigner: Signer, @unchecked Sendable {
    private let key: Ed25519Key

    init(seed: UInt8) { key = Ed25519Key(seed: Data(repeating: seed, count: 32)) }

    func publicKey() throws -> Data { key.publicKey }
    func sign(message: Data) throws -> Data { key.sign(message) }
}

/// One end of a connection in one process. Either end holds at most 64 frames that nobody has read.
final class SwiftTransport: Transport, @unchecked Sendable {
    private let mine: Inbox
    private let theirs: Inbox

    private init(mine: Inbox, theirs: Inbox) { (self.mine, self.theirs) = (mine, theirs) }

    /// Two ends that are connected; each knows the other as peer 1.
    static func pair() -> (SwiftTransport, SwiftTransport) {
        let (a, b) = (Inbox(), Inbox())
        a.push(.up(peer: 1))
        b.push(.up(peer: 1))
        return (SwiftTransport(mine: a, theirs: b), SwiftTransport(mine: b, theirs: a))
    }

    func send(peer: UInt64, frame: Data) throws -> SendAnswer {
        guard peer == 1 else { return .gone }
        return theirs.offer(frame) ? .sent : .full
    }

    func receive(waitMs: UInt32) throws -> TransportEvent? {
        let (event, hasRoomAgain) = mine.pop(waitMs: waitMs)
        if hasRoomAgain { theirs.push(.ready(peer: 1)) }
        return event
    }
}

/// What arrived at an end of a connection.
private final class Inbox: @unchecked Sendable {
    private static let capacity = 64
    private let condition = NSCondition()
    private var events: [TransportEvent] = []
    private var frames = 0
    private var refused = false

    func push(_ event: TransportEvent) {
        condition.lock()
        events.append(event)
        condition.signal()
        condition.unlock()
    }

    /// Takes a frame if there is room.
    func offer(_ frame: Data) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard frames < Inbox.capacity else {
            refused = true
            return false
        }
        frames += 1
        events.append(.frame(peer: 1, bytes: frame))
        condition.signal()
        return true
    }

    /// The next event, and whether a sender that was refused may send again.
    func pop(waitMs: UInt32) -> (TransportEvent?, Bool) {
        let deadline = Date(timeIntervalSinceNow: Double(waitMs) / 1000)
        condition.lock()
        defer { condition.unlock() }
        while events.isEmpty {
            if !condition.wait(until: deadline) { break }
        }
        guard !events.isEmpty else { return (nil, false) }
        let event = events.removeFirst()
        if case .frame = event { frames -= 1 }
        let hasRoomAgain = refused && frames < Inbox.capacity / 2
        if hasRoomAgain { refused = false }
        return (event, hasRoomAgain)
    }
}
