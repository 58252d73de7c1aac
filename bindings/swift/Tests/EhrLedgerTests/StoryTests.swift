import XCTest

@testable import Story

final class StoryTests: XCTestCase {
    /// Everything the story claims holds, and it ends the same way every time.
    func testTheStoryHoldsAndRepeats() throws {
        let first = try Story().tell()
        let second = try Story().tell()
        XCTAssertEqual(try first.line, try second.line)
        XCTAssertEqual(first.refusals.count, 5)
        XCTAssertTrue(try first.line.hasPrefix(#"{"tip":""#))
    }

    /// The ten lines of both READMEs are a program that is compiled.
    func testTheReadmesShowTheQuickstart() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let read = { try String(contentsOf: package.appendingPathComponent($0), encoding: .utf8) }
        let code = "```swift\n\(try read("Sources/Quickstart/main.swift"))```"
        for readme in ["README.md", "../../README.md"] { XCTAssertTrue(try read(readme).contains(code), readme) }
    }

    func testSha256OfTheStandard() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        XCTAssertEqual(sha256Hex(Data("abc".utf8)), abc)
    }
}
