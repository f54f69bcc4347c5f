import Foundation
import Logging
import Synchronization
import Testing
import Tracing

@testable import RollbookTelemetry

@Suite struct LineLogHandlerTests {
    private static let hostile = [
        "two\nlines", "\r\nlevel=error forged", "{\"level\":\"error\"}", "\u{1B}[2J\u{7}", "a\u{2028}b",
        "\u{202E}txt.exe",
        "\"quoted\" \\ back", "", " ", "ü 👩‍🚀", "\u{0}",
    ]

    /// What is logged while `body` runs.
    private func lines(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let written = Collected()
        let logger = Logger(label: "rollbook") { label in
            LineLogHandler(label: label, level: .info, format: format) { written.add($0) }
        }
        body(logger)
        let text = String(decoding: written.bytes, as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: hostile)
    func aLineOfJSONStaysOneObject(text: String) throws {
        let lines = lines(.json) { logger in
            logger.info("\(text)", metadata: ["value": "\(text)", "\(text)x": ["a", "\(text)"], "level": "fake"])
        }
        #expect(lines.count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(object["message"] as? String == text)
        #expect(object["value"] as? String == text)
        #expect(object["level"] as? String == "info")
        #expect(object["level_"] as? String == "fake")
        #expect((object["time"] as? String)?.hasSuffix("Z") == true)
    }

    @Test(arguments: hostile)
    func aLineOfTextStaysOneLine(text: String) {
        let lines = lines(.text) { $0.info("\(text)", metadata: ["value": "\(text)"]) }
        #expect(lines.count == 1)
        let controls = lines[0].unicodeScalars.filter {
            [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
                || $0 == "\u{202E}" || $0 == "\u{1B}"
        }
        #expect(controls.isEmpty)
    }

    @Test func numbersStayNumbers() throws {
        let lines = lines(.json) {
            $0.info("m", metadata: ["n": .stringConvertible(7), "d": .stringConvertible(1.5), "s": "7"])
        }
        #expect(lines[0].contains("\"d\":1.5") && lines[0].contains("\"n\":7") && lines[0].contains("\"s\":\"7\""))
    }

    @Test func whatIsBelowTheLevelIsNotWritten() {
        #expect(lines(.text) { $0.debug("quiet") }.isEmpty)
    }

    @Test func aLineCarriesTheTraceThatTheTaskWorksOn() throws {
        var context = ServiceContext.topLevel
        context.trace = TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
        let lines = ServiceContext.$current.withValue(context) {
            self.lines(.json) { $0.info("m") } + self.lines(.text) { $0.info("m") }
        }
        #expect(lines.allSatisfy { $0.contains("4bf92f3577b34da6a3ce929d0e0e4736") })
        #expect(!self.lines(.json) { $0.info("m") }[0].contains("trace_id"))
    }
}

/// What was written, by any thread.
private final class Collected: Sendable {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] { collected.withLock { $0 } }

    func add(_ more: [UInt8]) { collected.withLock { $0 += more } }
}
