import Foundation
import RollbookModel
import Testing
import Tracing

@testable import RollbookTelemetry

@Suite struct FileTracerTests {
    /// The spans that `body` leaves in a file.
    private func spans(ratio: Double = 1, _ body: (FileTracer) throws -> Void) throws -> [[String: Any]] {
        try withFolder { folder in
            let file = try SpanFile(path: folder + "/spans.jsonl")
            try body(FileTracer(file: file, ratio: ratio))
            file.flush()
            let text = try String(contentsOfFile: folder + "/spans.jsonl", encoding: .utf8)
            return try text.split(separator: "\n").flatMap { line in
                let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let resources = document?["resourceSpans"] as? [[String: Any]] ?? []
                let scopes = resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
                return scopes.flatMap { $0["spans"] as? [[String: Any]] ?? [] }
            }
        }
    }

    @Test func aTraceThatBeganElsewhereGoesOn() throws {
        let parent = try #require(
            TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", tracestate: "a=1"))
        let spans = try spans(ratio: 0) { tracer in
            var context = ServiceContext.topLevel
            context.trace = parent
            let outer = tracer.startSpan("GET /v1/reports/{name}", context: context, ofKind: .server)
            let inner = tracer.startSpan("engine", context: outer.context, ofKind: .internal)
            inner.attributes["rollbook.queue"] = "readers"
            inner.end()
            outer.end()
        }
        #expect(spans.count == 2)
        #expect(spans.allSatisfy { $0["traceId"] as? String == parent.traceText })
        #expect(spans.allSatisfy { $0["traceState"] as? String == "a=1" })
        #expect(spans[1]["parentSpanId"] as? String == parent.spanText)
        #expect(spans[0]["parentSpanId"] as? String == spans[1]["spanId"] as? String)
        #expect(spans[1]["kind"] as? Int == 2)
        let attributes = try #require(spans[0]["attributes"] as? [[String: Any]])
        #expect(attributes[0]["key"] as? String == "rollbook.queue")
        #expect((attributes[0]["value"] as? [String: Any])?["stringValue"] as? String == "readers")
    }

    @Test func numbersAndFailuresAreWrittenAsTheProtocolWantsThem() throws {
        let spans = try spans { tracer in
            let span = tracer.startSpan("s", context: .topLevel)
            span.attributes["n"] = Int64.max
            span.attributes["f"] = true
            span.attributes["d"] = 0.5
            span.recordError(RollbookError(.notFound, "Ada is not there"))
            span.setStatus(SpanStatus(code: .error, message: "Ada"))
            span.end()
            span.attributes["late"] = "x"
            span.end()
        }
        #expect(spans.count == 1)
        let attributes = try #require(spans[0]["attributes"] as? [[String: Any]])
        #expect(attributes.map { $0["key"] as? String } == ["d", "f", "n"])
        #expect((attributes[2]["value"] as? [String: Any])?["intValue"] as? String == "9223372036854775807")
        #expect((spans[0]["status"] as? [String: Any])?["code"] as? Int == 2)
        let start = try #require((spans[0]["startTimeUnixNano"] as? String).flatMap(UInt64.init))
        let end = try #require((spans[0]["endTimeUnixNano"] as? String).flatMap(UInt64.init))
        #expect(start > 1_700_000_000_000_000_000 && end >= start)
        // An error's words may hold values: only its type is written.
        #expect(!"\(spans)".contains("Ada"))
        #expect("\(spans)".contains("RollbookError"))
    }

    @Test func whatIsNotSampledIsNotWrittenButCarriesItsTrace() throws {
        let spans = try spans(ratio: 0) { tracer in
            let span = tracer.startSpan("s", context: .topLevel)
            #expect(!span.isRecording)
            #expect(span.context.trace?.isSampled == false)
            span.end()
        }
        #expect(spans.isEmpty)
    }

    @Test func aRatioTakesAboutAsManyTraces() throws {
        let spans = try spans(ratio: 0.25) { tracer in
            for _ in 0..<4_000 { tracer.startSpan("s", context: .topLevel).end() }
        }
        #expect((800...1_200).contains(spans.count))
    }

    @Test func manyThreadsWriteWholeLines() throws {
        let spans = try spans { tracer in
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<500 { tracer.startSpan("s", context: .topLevel).end() }
            }
        }
        #expect(spans.count == 4_000)
        #expect(Set(spans.compactMap { $0["spanId"] as? String }).count == 4_000)
    }

    @Test func moreThanCanWaitIsDroppedAndCounted() throws {
        try withFolder { folder in
            let path = folder + "/spans.jsonl"
            let file = try SpanFile(path: path)
            // A folder in the file's place: nothing can be written.
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let tracer = FileTracer(file: file, ratio: 1)
            for _ in 0..<10 { tracer.startSpan("s", context: .topLevel).end() }
            file.flush()
            #expect(file.counts == (0, 10))
            try FileManager.default.removeItem(atPath: path)
            tracer.startSpan("s", context: .topLevel).end()
            file.flush()
            #expect(file.counts == (1, 10))
        }
    }

    @Test func onlyTheOwnerMayReadTheFile() throws {
        try withFolder { folder in
            _ = try SpanFile(path: folder + "/spans.jsonl")
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/spans.jsonl")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            #expect(throws: RollbookError.self) { try SpanFile(path: folder + "/no/spans.jsonl") }
        }
    }
}
