// The story of docs/story.md. Rust, Python and Kotlin tell the same and must end in the same line.
import EhrLedger
import Foundation

struct Broken: Error, CustomStringConvertible {
    let description: String
}

func expect(_ holds: Bool, _ what: String) throws {
    if !holds { throw Broken(description: what) }
}

do {
    print(try Story().tell().line)
} catch {
    FileHandle.standardError.write(Data("story: \(error)\n".utf8))
    exit(1)
}
