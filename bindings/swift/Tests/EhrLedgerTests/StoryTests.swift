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

    func testSha256OfTheStandard() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        XCTAssertEqual(sha256Hex(Data("abc".utf8)), abc)
    }
}
