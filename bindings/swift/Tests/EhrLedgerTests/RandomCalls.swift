import EhrLedger
import Foundation

/// Random calls on one clinic. Nothing here mines or submits what could be accepted, so the tip stays.
struct RandomCalls {
    private(set) var answered = 0
    private(set) var refused = 0
    private var dice: Dice
    private let clinic: Clinic
    private let closed: Ledger
    private let wiped: Keyring
    private let stranger: Keyring
    private let phone: LightClient
    private let draft: Draft
    private let huge = Data(count: 3_000_000)
    private let long = String(repeating: "ü", count: 1_000_000)
    /// Random bytes, printable characters and hex digits, of which slices are taken.
    private let noise: Data
    private let letters: Data
    private let digits: Data

    init(_ clinic: Clinic, dice: Dice) throws {
        self.clinic = clinic
        self.dice = dice
        closed = try clinic.other()
        try closed.close()
        wiped = try Keyring.generate(role: .staff)
        wiped.wipe()
        stranger = try Keyring.generate(role: .institution)
        phone = try LightClient(genesis: clinic.genesis, clock: clinic.clock)
        draft = try clinic.draftRecord(Data("never submitted".utf8))
        var dice = dice
        let noise = Data((0..<4096).map { _ in UInt8.random(in: 0...255, using: &dice) })
        self.noise = noise
        letters = Data(noise.map { 32 + $0 % 95 })
        digits = Data(noise.map { Array("0123456789abcdef".utf8)[Int($0 % 16)] })
    }

    /// One call; what was wrong with the answer, if anything.
    mutating func next() -> String? {
        let call = Int.random(in: 0..<Self.calls, using: &dice)
        do {
            try make(call)
            answered += 1
        } catch let error as EhrError {
            refused += 1
            if error.kind == .internal { return "\(error)" }
            if "\(error)".contains("canary") { return "private words: \(error)" }
        } catch {
            return "call \(call) threw something else: \(error)"
        }
        return nil
    }

    private static let calls = 40

    private mutating func make(_ call: Int) throws {
        let ledger = roll(10) == 0 ? closed : clinic.ledger
        switch call {
        case 0: _ = try ledger.tip()
        case 1: _ = try ledger.account(id: AccountId(id()))
        case 2: _ = try ledger.membership(institution: AccountId(id()), staff: AccountId(id()))
        case 3: _ = try ledger.scope(id: ScopeId(id()))
        case 4: _ = try ledger.block(height: number())
        case 5: _ = try ledger.transaction(id: TxId(id()))
        case 6: _ = try ledger.history(record: RecordId(id()))
        case 7: _ = try ledger.grant(id: GrantId(id()))
        case 8: _ = try ledger.liveGrants(patient: AccountId(id()))
        case 9: _ = try ledger.request(id: RequestId(id()))
        case 10: _ = try ledger.proposal(id: TxId(id()))
        case 11: _ = try ledger.evaluate(query: query())
        case 12: _ = try ledger.explain(query: query(), grant: GrantId(id()))
        case 13:
            _ = try ledger.read(
                reader: keys(), record: RecordId(id()), version: version(), purpose: purposes(),
                actingFor: maybe(AccountId(id())), institutionKeys: maybe(keys()))
        case 14: _ = try ledger.proveRecord(record: RecordId(id()), version: version())
        case 15: _ = try ledger.proveGrant(grant: GrantId(id()))
        case 16: _ = try ledger.proveTx(transaction: TxId(id()), onHeight: maybe(number()))
        case 17: _ = try ledger.headers(from: number(), limit: UInt32(roll(50)))
        case 18: _ = try ledger.submitBytes(transaction: bytes())
        case 19: _ = try ledger.nextNonce(payer: AccountId(id()))
        case 20: _ = try ledger.missingBodies(limit: UInt32(roll(100)))
        case 21: _ = try ledger.body(id: ContentId(text()))
        case 22: try ledger.putBody(id: ContentId(text()), bytes: bytes())
        case 23: _ = try ledger.events(limit: UInt32.random(in: 0...UInt32.max, using: &dice))
        case 24: _ = try Draft.fromBytes(bytes: bytes())
        case 25: _ = try Genesis.fromBytes(bytes: bytes())
        case 26: _ = try Entropy.seeded(seed: bytes())
        case 27: _ = try phone.accept(headers: bytes())
        case 28: _ = try phone.verify(proof: bytes())
        case 29: _ = try verifyProof(proof: bytes(), trustedBlock: BlockId(id()))
        case 30: _ = try ledger.draftScope(payer: keys(), patient: keys())
        case 31: _ = try ledger.draftEnrol(payer: keys(), person: keys())
        case 32:
            _ = try ledger.draftMembership(
                institution: keys(), staff: AccountId(id()), roles: StaffRoles(rawValue: UInt32(roll(1 << 20))),
                from: time(), until: time())
        case 33:
            _ = try ledger.draftGrant(payer: keys(), patient: keys(), terms: terms())
        case 34:
            _ = try ledger.draftRecord(
                payer: keys(), author: keys(), institution: AccountId(id()), scope: ScopeId(id()), kind: text(),
                sections: (0..<roll(4)).map { _ in RecordSection(mediaType: text(), body: bytes()) })
        case 35: _ = try ledger.draftRevoke(payer: keys(), patient: keys(), grant: GrantId(id()))
        case 36: _ = try ledger.submit(draft: draft)
        case 37: _ = (draft.id(), draft.kind(), draft.missing(), try draft.toBytes())
        case 38: _ = (try keys().account(), try keys().publicKey(), try keys().generation())
        default: _ = try Keyring.fromKeyFile(bytes: bytes(), passphrase: text(), signer: nil)
        }
    }

    private mutating func slice(of data: Data, _ length: Int) -> Data {
        let start = roll(data.count - length)
        return data.subdata(in: start..<(start + length))
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &dice) }

    private mutating func maybe<Value>(_ value: Value) -> Value? { roll(2) == 0 ? nil : value }

    private mutating func keys() -> Keyring {
        [clinic.hospital, clinic.doctor, clinic.patient, stranger, wiped][roll(5)]
    }

    private mutating func id() -> String {
        switch roll(5) {
        case 0: return clinic.record.text
        case 1: return clinic.scope.text
        case 2: return (try? keys().account().text) ?? ""
        case 3: return String(decoding: slice(of: digits, 64), as: UTF8.self)
        default: return text()
        }
    }

    private mutating func text() -> String {
        switch roll(8) {
        case 0: return ""
        case 1: return "\u{0}\u{202e}😀é"
        case 2: return String(repeating: "a", count: roll(5000))
        case 3: return roll(40) == 0 ? long : "ü"
        default: return String(decoding: slice(of: letters, roll(70)), as: UTF8.self)
        }
    }

    private mutating func bytes() -> Data {
        switch roll(8) {
        case 0: return Data()
        case 1: return roll(40) == 0 ? huge : Data(count: 32)
        case 2: return (try? clinic.genesis.toBytes()) ?? Data()
        case 3:
            var changed = (try? draft.toBytes()) ?? Data()
            if !changed.isEmpty { changed[roll(changed.count)] ^= UInt8(1 << roll(8)) }
            return changed
        default: return slice(of: noise, roll(300))
        }
    }

    private mutating func number() -> UInt64 {
        roll(2) == 0 ? UInt64(roll(6)) : UInt64.random(in: 0...UInt64.max, using: &dice)
    }

    private mutating func version() -> VersionNo? { maybe(roll(2) == 0 ? UInt32(roll(3)) : UInt32.max) }

    private mutating func time() -> Date {
        [Clinic.start, .distantPast, .distantFuture, Date(timeIntervalSince1970: .nan)][roll(4)]
    }

    private mutating func purposes() -> Purposes { Purposes(rawValue: UInt32(roll(1 << 17))) }

    private mutating func resource() -> Resource {
        roll(2) == 0 ? .record(id: RecordId(id())) : .scope(id: ScopeId(id()))
    }

    private mutating func query() -> AccessQuery {
        AccessQuery(
            subject: AccountId(id()), actingFor: maybe(AccountId(id())), action: Actions(rawValue: UInt32(roll(512))),
            purpose: purposes(),
            resource: ResourceChain(
                account: AccountId(id()), scope: maybe(ScopeId(id())), record: maybe(RecordId(id())),
                version: version(), section: maybe(UInt16(roll(3)))))
    }

    private mutating func terms() -> GrantTerms {
        GrantTerms(
            subject: .account(id: AccountId(id())), resource: resource(), actions: Actions(rawValue: UInt32(roll(512))),
            purposes: purposes(), notBefore: time(), notAfter: time(), depth: UInt8(roll(256)),
            maxUses: maybe(UInt32(roll(5))), obligations: Obligations(rawValue: UInt32(roll(32))), scopes: [])
    }
}
