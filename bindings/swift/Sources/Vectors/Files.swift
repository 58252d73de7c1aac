import EhrLedger
import Foundation

/// A file's name, its top-level keys and who answers it.
typealias File = (name: String, keys: String, answer: (Json, Sheet) throws -> Void)

/// Every file there is.
let files: [File] = [
    ("bft", "certificate chain evidence proposal proposers seeds validator_set vote", bft),
    ("client", "account_keys account_keys_refused draft", client),
    ("codec", "bad fields good max_bytes max_depth", codec),
    ("domains", "domains message possession public_key seed", domainFile),
    ("header", "about cases", header),
    ("keys", "generation key_file keyring recovery", keys),
    ("light", "proofs refused rules", light),
    (
        "light_stake",
        "anchor checkpoint forks forks_refused now proofs proofs_refused rules split_views split_views_refused steps "
            + "trusting_ms",
        lightStake
    ),
    ("merkle", "mmr rfc6962 sparse", merkle),
    ("messages", "bad good", messages),
    ("policy", "about cases", policy),
    ("pow", "about asert leading_zero_nibbles refused_bits targets", work),
    (
        "record",
        "bodies keys kind kind_commit kind_salt leaves manifest manifest_id media_types place plain_root "
            + "recipient_secret sections size_class wrap_body",
        record
    ),
    ("seal", "cases context format key padded_len place plain_root salt section size_class", sealFile),
    ("stake", "chain_id entries genesis genesis_header keys params_hash sets transactions", stake),
    ("state", "chain_id entries genesis genesis_block keys state_root tip tip_id tip_receipt", state),
    ("transactions", "transactions", transactions),
    (
        "wrap",
        "author author_key author_seed recipient recipient_key recipient_secret set set_id wraps wraps_root",
        wrap
    ),
]

/// Answers every file of a folder. A file or a top-level key that is not known, or is missing, is reported.
func run(_ folder: String) -> Report {
    var report = Report()
    guard let listed = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        report.unknown = ["the folder cannot be read"]
        return report
    }
    var found = Set(listed)
    for file in files {
        let name = "\(file.name).json"
        guard found.remove(name) != nil else {
            report.unknown.append("\(name) is missing")
            continue
        }
        let sheet = Sheet(file.name)
        report.sheets.append(sheet)
        let content = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
        guard let json = try? Json(content), case .object(let object) = json else {
            sheet.case("file") { _ in throw Fault("not a JSON object") }
            continue
        }
        let known = Set(file.keys.split(separator: " ").map(String.init))
        for key in known.symmetricDifference(object.keys).sorted() {
            report.unknown.append("\(name): top-level key \(key) is unknown or missing")
        }
        do { try file.answer(json, sheet) } catch { sheet.case("file") { _ in throw error } }
    }
    report.unknown += found.sorted().map { "\($0) is not known to this runner" }
    return report
}

/// The canonical bytes of a kind come back as they are.
func recodes(_ one: Case, _ kind: String, _ bytes: Data) throws {
    one.same(kind, bytes, try recode(kind: kind, bytes: bytes))
}

/// What `describe` says, parsed.
func described(_ kind: String, _ bytes: Data) throws -> Json {
    try Json(Data(try describe(kind: kind, bytes: bytes).utf8))
}

/// The elements before `end`.
func first<Value>(_ list: [Value], _ end: some BinaryInteger) throws -> [Value] {
    guard end <= list.count else { throw Fault("fewer than that") }
    return Array(list.prefix(Int(end)))
}
