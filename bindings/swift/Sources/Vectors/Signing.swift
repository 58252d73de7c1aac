import EhrLedger
import Foundation

func domainFile(_ file: Json, _ sheet: Sheet) throws {
    let (seed, message, key) = (try file.bytes("seed"), try file.bytes("message"), try file.bytes("public_key"))
    sheet.case("key") { one in
        one.same("public_key", key, try publicKey(seed: seed))
        try admitKey(publicKey: key)
    }
    let known = domains()
    sheet.case("number") { one in one.same("number", try file.list("domains").count, known.count) }
    sheet.cases("domains", try file.list("domains")) { one, domain, i in
        guard i < known.count else { throw Fault("no such domain") }
        let name = try domain.text("name")
        one.same("name", name, known[i].name)
        one.same("tag", try domain.bytes("tag"), known[i].tag)
        one.same("hash", try domain.bytes("hash"), try taggedHash(name: name, bytes: message))
        let signature = try domain.bytes("signature")
        one.same("signature", signature, try sign(seed: seed, domainName: name, message: message))
        try verifySignature(domainName: name, publicKey: key, message: message, signature: signature)
    }
    sheet.case("possession") { one in
        let possession = try file.at("possession")
        let (context, proof) = (try possession.bytes("context"), try possession.bytes("proof"))
        let computed = try possessionMessage(publicKey: key, context: context)
        one.same("message", try possession.bytes("message"), computed)
        one.same("proof", proof, try possessionProof(seed: seed, context: context))
        try verifyPossession(publicKey: key, context: context, proof: proof)
    }
}

func wrap(_ file: Json, _ sheet: Sheet) throws {
    let (seed, authorKey) = (try file.bytes("author_seed"), try file.bytes("author_key"))
    let (secret, recipientKey) = (try file.bytes("recipient_secret"), try file.bytes("recipient_key"))
    let (author, recipient) = (AccountId(try file.text("author")), AccountId(try file.text("recipient")))
    sheet.case("keys") { one in
        one.same("author_key", authorKey, try publicKey(seed: seed))
        one.same("recipient_key", recipientKey, try encryptionKey(secret: secret))
    }
    let vectors = try file.list("wraps")
    let bodies = try vectors.map { try $0.bytes("body") }
    let wraps = try vectors.map { try $0.bytes("wrap") }
    sheet.cases("wraps", vectors) { one, vector, i in
        let (body, wrap) = (bodies[i], wraps[i])
        try recodes(one, "wrap body", body)
        try recodes(one, "wrap", wrap)
        let shown = try decodeWrap(body: body)
        one.same("subject", try vector.text("subject"), name(shown.subject))
        one.same("author", author, shown.author)
        one.same("recipient", recipient, shown.recipient)
        one.same("recipient_key", recipientKey, shown.recipientKey)
        let content = try vector.bytes("secret")
        one.same("open_wrap", content, try openWrap(body: body, secret: secret))
        one.same("sign_wrap", wrap, try signWrap(body: body, seed: seed))
        try verifyWrap(wrap: wrap, publicKey: authorKey)
        // Sealed anew with other randomness: other bytes that open to the same.
        let anew = try sealWrap(
            author: author, recipient: recipient, recipientKey: recipientKey, subject: shown.subject, secret: content,
            seed: Data(repeating: 7, count: 32))
        one.holds("seal_wrap", anew != body)
        one.same("seal_wrap and open_wrap", content, try openWrap(body: anew, secret: secret))
    }
    sheet.case("set") { one in
        let set = try file.bytes("set")
        try recodes(one, "wrap set", set)
        one.same("wrap_set", set, try wrapSet(bodies: bodies, seed: seed))
        one.same("set_id", try file.text("set_id"), try contentId(codec: "dag-cbor", bytes: set).text)
        one.same("wraps_root", try file.bytes("wraps_root"), try wrapsRoot(set: set))
        one.same("merkle_root", try file.bytes("wraps_root"), merkleRoot(leaves: wraps))
    }
}

private func name(_ subject: WrapSubject) -> String {
    switch subject {
    case .version: return "Version"
    case .scope: return "Scope"
    case .seed: return "Seed"
    }
}
