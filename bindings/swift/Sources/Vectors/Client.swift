import EhrLedger
import Foundation

/// Position of the chain id in a transaction body (docs/spec/transactions.md).
private let chainField = 1

func client(_ file: Json, _ sheet: Sheet) throws {
    sheet.cases("account_keys", try file.list("account_keys")) { one, vector, _ in
        let (bytes, signingKey) = (try vector.bytes("bytes"), try vector.bytes("signing_key"))
        let foreign = try vector.at("foreign_signer").flag() ? signingKey : nil
        let keys = try decodeAccountKeys(bytes: bytes, foreignSigningKey: foreign)
        one.same("bytes", bytes, keys.bytes)
        one.same("account", try vector.text("account"), keys.account.text)
        one.same("role", try vector.text("role"), name(keys.role))
        one.same("signing_key", signingKey, keys.signingKey)
        one.same("device_key", try vector.bytes("device_key"), keys.deviceKey)
        one.same("generation", try vector.number("generation"), keys.generation)
        one.same("encryption_key", try vector.bytes("encryption_key"), keys.encryptionKey)
        one.same("backup_seed", try vector.at("backup_seed"), keys.backupSeed.map { .text(hex($0)) } ?? .null)
    }
    sheet.cases("account_keys_refused", try file.list("account_keys_refused")) { one, vector, _ in
        let bytes = try vector.bytes("bytes")
        try one.fails("decode_account_keys", [.malformed, .newerFormat]) {
            try decodeAccountKeys(bytes: bytes, foreignSigningKey: nil)
        }
    }
    let vector = try file.at("draft")
    sheet.case("draft") { one in
        let bytes = try vector.bytes("bytes")
        let draft = try decodeDraft(bytes: bytes)
        let texts = { (key: String) in try vector.list(key).map { try $0.str() } }
        one.same("bytes", bytes, draft.bytes)
        one.same("id", try vector.text("id"), draft.id.text)
        one.same("kind", try vector.text("kind"), draft.kind)
        one.same("signed", try texts("signed"), draft.signed.map(\.text))
        one.same("missing", try texts("missing"), draft.missing?.map(\.text))
        one.same("bodies", try texts("bodies"), draft.bodies.map(\.text))
        let fields = try described("transaction body", draft.body).list()
        guard fields.count > chainField else { throw Fault("too few fields") }
        one.same("chain", try vector.at("chain"), fields[chainField])
    }
    sheet.case("draft opened by the patient") { one in
        let opened = try openDraft(bytes: vector.bytes("bytes"), accountKeys: vector.bytes("patient_keys"))
        one.same("sections", [try vector.bytes("section")], opened.sections)
    }
}

private func name(_ role: Role) -> String {
    switch role {
    case .patient: return "Patient"
    case .staff: return "Staff"
    case .institution: return "Institution"
    }
}
