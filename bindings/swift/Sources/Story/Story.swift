import EhrLedger
import Foundation

let minute: TimeInterval = 60
let year: TimeInterval = 365 * 24 * 3600
let start = Date(ledgerMilliseconds: 1_767_225_600_000)

let note = #"{"resourceType":"Observation","status":"preliminary"}"#
let final = #"{"resourceType":"Observation","status":"final"}"#
let advice = "telephone advice"

/// What the five refusals and the proof leave behind.
struct Ending {
    var tip: Tip
    var proof: Data
    var refusals: [String]

    /// The line that every language must end with.
    var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            let reasons = try refusals.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            return """
                {"tip":"\(tip.id)","height":\(tip.height),"state_root":"\(tip.stateRoot)",\
                "proof_sha256":"\(sha256Hex(proof))","refusals":[\(reasons.joined(separator: ","))]}
                """
        }
    }
}

/// The people and the ledger of the north, from the first call on.
final class Story {
    let clock = Clock.manual(ms: start)
    let north, south, ada, ben, pat: Keyring
    let genesis: Genesis
    let ledger: Ledger

    /// Steps 1 and 2: keys, and a ledger founded by two hospitals.
    init() throws {
        let keys = try Story.entropy(1)
        north = try Keyring.generate(role: .institution, entropy: keys)
        south = try Keyring.generate(role: .institution, entropy: keys)
        ada = try Keyring.generate(role: .staff, entropy: keys)
        ben = try Keyring.generate(role: .staff, entropy: keys)
        pat = try Keyring.generate(role: .patient, entropy: keys)
        let config = ChainConfig(
            name: "story", difficulty: 1, confirmations: 2, time: start, credits: 1_000_000)
        genesis = try Genesis(config: config, founders: [north, south], clock: clock, entropy: keys)
        ledger = try Ledger.create(
            genesis: genesis, storage: .memory(), clock: clock, entropy: try Story.entropy(2))
    }

    /// Steps 3 to 16.
    func tell() throws -> Ending {
        try enrol()
        let chart = try scope()
        let first = try append(to: chart)
        let second = try propose(to: chart)
        let there = Reader(keys: ben, place: south)
        var refusals = [try refused(there, ledger, chart, first, 0, .treatment)]
        let consent = try grant(first)

        let other = try Ledger.create(
            genesis: genesis, storage: .memory(), clock: clock, entropy: try Story.entropy(3))
        _ = try other.syncWith(other: ledger, listener: nil)
        try expect(try other.tip() == ledger.tip(), "after the sync the tips agree")
        try expect(try there.read(other, first, nil) == Data(note.utf8), "Ben reads the note")
        refusals.append(try refused(there, other, chart, second, nil, .treatment))
        refusals.append(try refused(there, other, chart, first, nil, .research))

        try submit(try ledger.draftRevoke(payer: north, patient: pat, grant: consent))
        try mine()
        let written = try version(of: first)

        _ = try other.syncWith(other: ledger, listener: nil)
        refusals.append(try refused(there, other, chart, first, 1, .treatment, about: consent))
        refusals.append(try refused(there, other, chart, first, 0, .treatment, about: consent))
        let own = try Reader(keys: pat, place: nil).read(ledger, first, 1)
        try expect(own == Data(final.utf8), "Pat reads the final version")

        while try ledger.tip().finalHeight < written { try mine() }
        return Ending(tip: try ledger.tip(), proof: try prove(first), refusals: refusals)
    }

    private static func entropy(_ byte: UInt8) throws -> Entropy {
        try Entropy.seeded(seed: Data(repeating: byte, count: 32))
    }

    /// Has the other one sign, and offers the transaction to the ledger.
    @discardableResult
    private func submit(_ draft: Draft, by other: Keyring? = nil) throws -> Draft {
        if let other { try draft.sign(keys: other) }
        _ = try ledger.submit(draft: draft)
        return draft
    }

    @discardableResult
    private func mine() throws -> Mined {
        _ = clock.set(ms: clock.now().addingTimeInterval(minute))
        return try ledger.mine(proposer: try north.account(), listener: nil)
    }

    private func enrol() throws {
        for person in [ada, ben, pat] { try submit(try ledger.draftEnrol(payer: north, person: person)) }
        try mine()
        for (hospital, doctor) in [(north, ada), (south, ben)] {
            let draft = try ledger.draftMembership(
                institution: hospital, staff: try doctor.account(), roles: .doctor, from: start,
                until: start.addingTimeInterval(year))
            try submit(draft, by: doctor)
        }
        try mine()
    }

    private func scope() throws -> ScopeId {
        let draft = try submit(try ledger.draftScope(payer: north, patient: pat))
        try mine()
        return try unwrap(draft.scope())
    }

    private func append(to chart: ScopeId) throws -> RecordId {
        let draft = try ledger.draftRecord(
            payer: north, author: ada, institution: try north.account(), scope: chart, kind: "Observation",
            sections: [RecordSection(mediaType: "application/fhir+json", body: Data(note.utf8))])
        try submit(draft, by: pat)
        try mine()
        return try unwrap(draft.record())
    }

    private func propose(to chart: ScopeId) throws -> RecordId {
        let draft = try ledger.draftRecordProposal(
            payer: north, author: ada, institution: try north.account(), scope: chart, kind: "Basic",
            sections: [RecordSection(mediaType: "text/plain", body: Data(advice.utf8))])
        try submit(draft)
        try mine()
        try submit(try ledger.draftCoSign(payer: north, patient: pat, proposal: draft.id()))
        try mine()
        let record = try unwrap(draft.record())
        try expect(try ledger.history(record: record).count == 1, "a co-signed proposal is a record")
        return record
    }

    private func grant(_ record: RecordId) throws -> GrantId {
        let request = try ledger.draftRequest(
            payer: south, requester: ben, institution: try south.account(), patient: try pat.account(),
            resource: .record(id: record), actions: .read, purposes: .treatment,
            until: start.addingTimeInterval(year), why: "second opinion")
        try submit(request)
        try mine()
        let id = RequestId(request.id().text)
        let draft = try ledger.draftAcknowledge(payer: north, patient: pat, request: id, terms: nil)
        try submit(draft)
        try mine()
        return GrantId(draft.id().text)
    }

    /// Appends the final version; gives the height of its block.
    private func version(of record: RecordId) throws -> Height {
        let draft = try ledger.draftVersion(
            payer: north, author: ada, institution: try north.account(), record: record, kind: "Observation",
            sections: [RecordSection(mediaType: "application/fhir+json", body: Data(final.utf8))])
        try submit(draft, by: pat)
        return try mine().height
    }

    /// The words of the refusal there must be.
    private func refused(
        _ reader: Reader, _ ledger: Ledger, _ chart: ScopeId, _ record: RecordId, _ version: VersionNo?,
        _ purpose: Purposes, about grant: GrantId? = nil
    ) throws -> String {
        do {
            _ = try reader.open(ledger, record, version, purpose)
            throw Broken(description: "somebody read what nobody granted")
        } catch EhrError.Denied {}
        let resource = ResourceChain(
            account: try pat.account(), scope: chart, record: record, version: version ?? 0, section: nil)
        let query = AccessQuery(
            subject: try reader.keys.account(), actingFor: try reader.place?.account(), action: .read,
            purpose: purpose, resource: resource)
        let decision =
            try grant.map { try ledger.explain(query: query, grant: $0) } ?? ledger.evaluate(query: query)
        try expect(!decision.isPermit, "the decision is a refusal too")
        return try decision.words()
    }

    /// Proves version 1, and has a light client that knows only the genesis check the proof.
    private func prove(_ record: RecordId) throws -> Data {
        let proof = try ledger.proveRecord(record: record, version: 1)
        let phone = try LightClient(genesis: genesis, clock: clock)
        _ = try phone.accept(headers: try ledger.headers(from: 1, limit: 1000))
        let facts = try phone.verify(proof: proof)
        try expect(facts.versions.contains { $0.record == record && $0.version == 1 }, "the proof proves version 1")
        var forged = proof
        forged[forged.endIndex - 1] ^= 1
        do {
            _ = try phone.verify(proof: forged)
            throw Broken(description: "a forged proof is accepted")
        } catch is EhrError {
            return proof
        }
    }
}

/// Somebody who reads, maybe for an institution.
struct Reader {
    let keys: Keyring
    let place: Keyring?

    func open(_ ledger: Ledger, _ record: RecordId, _ version: VersionNo?, _ purpose: Purposes) throws -> OpenedVersion {
        try ledger.read(
            reader: keys, record: record, version: version, purpose: purpose, actingFor: try place?.account(),
            institutionKeys: place)
    }

    func read(_ ledger: Ledger, _ record: RecordId, _ version: VersionNo?) throws -> Data {
        try unwrap(try open(ledger, record, version, .treatment).sections.first).body
    }
}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Broken(description: "an answer is missing") }
    return value
}
