import EhrLedger
import Foundation

private func place(_ file: Json) throws -> Place {
    let place = try file.at("place")
    return Place(
        chain: ChainId(try place.text("chain")), account: AccountId(try place.text("account")),
        record: RecordId(try place.text("record")), version: try place.number("version"))
}

func sealFile(_ file: Json, _ sheet: Sheet) throws {
    let (key, salt, context) = (try file.bytes("key"), try file.bytes("salt"), try file.bytes("context"))
    sheet.case("context") { one in
        let computed = try sectionContext(
            place: place(file), section: file.number("section"), plainRoot: file.bytes("plain_root"))
        one.same("section_context", context, computed)
    }
    sheet.cases("cases", try file.list("cases")) { one, vector, _ in
        let length: UInt64 = try vector.number("len")
        let plain = Data((0..<length).map { UInt8($0 % 251) })
        let sealed = try seal(key: key, context: context, salt: salt, plain: plain)
        one.same("length", try vector.number("sealed_len"), sealed.count)
        one.same("sealed_len", try vector.number("sealed_len"), sealedLen(plain: length))
        one.same("sha256", try vector.bytes("sealed_sha256"), sha256(bytes: sealed))
        if try vector.at("sealed") != .null { one.same("sealed", try vector.bytes("sealed"), sealed) }
        one.same("open_sealed", plain, try openSealed(key: key, context: context, sealed: sealed))
    }
    let tables: [(String, (UInt64) -> UInt64)] = [
        ("padded_len", { paddedLen(plain: $0) }), ("size_class", { UInt64(sizeClass(len: $0)) }),
    ]
    for (name, table) in tables {
        sheet.cases(name, try file.list(name)) { one, pair, _ in
            let pair = try pair.list()
            guard pair.count == 2 else { throw Fault("not a pair") }
            one.same(name, try pair[1].int(), table(try pair[0].int()))
        }
    }
}

func keys(_ file: Json, _ sheet: Sheet) throws {
    sheet.case("generation") { one in
        let vector = try file.at("generation")
        let keys = try generationKeys(seed: vector.bytes("seed"))
        one.same("local", try vector.bytes("local"), keys.local)
        one.same("x25519_secret", try vector.bytes("x25519_secret"), keys.x25519Secret)
        one.same("x25519", try vector.bytes("x25519"), keys.x25519)
    }
    let recovery = try file.at("recovery")
    sheet.case("recovery") { one in
        let keys = try recoveryKeys(seed: recovery.bytes("seed"))
        one.same("ed25519_seed", try recovery.bytes("ed25519_seed"), keys.ed25519Seed)
        one.same("x25519_secret", try recovery.bytes("x25519_secret"), keys.x25519Secret)
        one.same("x25519", try recovery.bytes("x25519"), keys.x25519)
    }
    let keyring = try file.at("keyring")
    let restores = { (one: Case, secret: Data) in
        let computed = try restoreKeyring(
            sealed: keyring.bytes("sealed"), account: AccountId(keyring.text("account")), x25519Secret: secret,
            published: keyring.bytes("published"))
        let generations = try keyring.list("generations").map { [try $0.bytes("local"), try $0.bytes("x25519")] }
        one.same("restore_keyring", generations, computed.map { [$0.local, $0.x25519] })
    }
    sheet.case("keyring with the device") { one in
        try recodes(one, "sealed keyring", keyring.bytes("sealed"))
        try restores(one, deviceKeys(bytes: keyring.bytes("device")).x25519Secret)
    }
    sheet.case("keyring with the recovery seed") { one in
        try restores(one, recoveryKeys(seed: recovery.bytes("seed")).x25519Secret)
    }
    sheet.case("key_file") { one in
        let vector = try file.at("key_file")
        let (bytes, passphrase) = (try vector.bytes("file"), try vector.text("passphrase"))
        try recodes(one, "key file", bytes)
        one.same("open_key_file", try vector.bytes("content"), try openKeyFile(file: bytes, passphrase: passphrase))
        try one.fails("another passphrase", [.cannotOpen]) { try openKeyFile(file: bytes, passphrase: passphrase + "x") }
    }
}

func record(_ file: Json, _ sheet: Sheet) throws {
    let place = try place(file)
    let (keys, manifest) = (try file.bytes("keys"), try file.bytes("manifest"))
    sheet.case("wrap_body") { one in
        let wrap = try file.bytes("wrap_body")
        try recodes(one, "wrap body", wrap)
        try recodes(one, "section keys", keys)
        let secret = try file.bytes("recipient_secret")
        one.same("unwrap", keys, try unwrapSectionKeys(place: place, wrapBody: wrap, secret: secret))
    }
    let bodies = try file.list("bodies").map { try $0.bytes("sealed") }
    sheet.cases("bodies", try file.list("bodies")) { one, vector, _ in
        let computed = try contentId(codec: "raw", bytes: vector.bytes("sealed"))
        one.same("content_id", try vector.text("id"), computed.text)
    }
    sheet.case("manifest") { one in
        try recodes(one, "manifest", manifest)
        let computed = try contentId(codec: "dag-cbor", bytes: manifest)
        one.same("content_id", try file.text("manifest_id"), computed.text)
    }
    sheet.case("kind") { one in
        let committed = try file.bytes("kind_salt") + Data(try file.text("kind").utf8)
        one.same("kind_commit", try file.bytes("kind_commit"), try taggedHash(name: "Commitment", bytes: committed))
    }
    let promise = VersionPromise(
        kindCommit: try file.bytes("kind_commit"), plainRoot: try file.bytes("plain_root"),
        manifestId: ContentId(try file.text("manifest_id")), sizeClass: try file.number("size_class"))
    sheet.case("version") { one in
        let opened = try openVersion(place: place, promise: promise, manifest: manifest, keys: keys, bodies: bodies)
        one.same("kind", try file.text("kind"), opened.kind)
        one.same("kind_salt", try file.bytes("kind_salt"), opened.kindSalt)
        one.same("media_types", try file.list("media_types").map { try $0.str() }, opened.mediaTypes)
        one.same("sections", try file.at("sections").hexes(), opened.sections)
        let leaves = try file.at("leaves").hexes()
        one.same("leaves", leaves, opened.leaves)
        one.same("plain_root", promise.plainRoot, try merkleRootOfHashes(leafHashes: leaves))
    }
    sheet.case("version at another place") { one in
        var elsewhere = place
        elsewhere.version += 1
        try one.fails("open_version", [.cannotOpen]) {
            try openVersion(place: elsewhere, promise: promise, manifest: manifest, keys: keys, bodies: bodies)
        }
    }
}
