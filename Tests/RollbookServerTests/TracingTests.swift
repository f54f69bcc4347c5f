import Foundation
import Rollbook
import RollbookServer
import RollbookTelemetry
import Testing
import Tracing

/// A process has one tracer. Here it records what its caller wants recorded, so that other tests leave nothing behind.
private enum Spans {
    private static let path = FileManager.default.temporaryDirectory.appendingPathComponent("spans-\(UUID()).jsonl")
        .path
    private static let file: SpanFile? = {
        guard let file = try? SpanFile(path: path) else { return nil }
        InstrumentationSystem.bootstrap(FileTracer(file: file, ratio: 0))
        return file
    }()

    static func begin() throws { _ = try #require(file) }

    /// The spans of a trace, the first to begin first.
    static func all(of trace: String) throws -> [[String: Any]] {
        file?.flush()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let spans = try text.split(separator: "\n").flatMap { line in
            let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let scopes = (document?["resourceSpans"] as? [[String: Any]])?.first?["scopeSpans"] as? [[String: Any]]
            return scopes?.first?["spans"] as? [[String: Any]] ?? []
        }
        return spans.filter { $0["traceId"] as? String == trace }
            .sorted { ($0["startTimeUnixNano"] as? String ?? "") < ($1["startTimeUnixNano"] as? String ?? "") }
    }

    static func attributes(of span: [String: Any]) -> [String: String] {
        let attributes = span["attributes"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: attributes.compactMap { attribute in
                let value = (attribute["value"] as? [String: Any])?.values.first
                return (attribute["key"] as? String).map { ($0, "\(value ?? "")") }
            })
    }
}

@Suite struct TracingTests {
    /// A trace of its own.
    private func trace() -> String { UUID().uuidString.lowercased().replacing("-", with: "") }
    private func header(_ trace: String, sampled: Bool = true) -> [String] {
        ["traceparent: 00-\(trace)-00f067aa0ba902b7-\(sampled ? "01" : "00")", "tracestate: school=1"]
    }

    @Test func aQuestionIsFollowedIntoTheEngine() async throws {
        try Spans.begin()
        let trace = trace()
        try await RunningServer.with { server in
            let answer = try await server.get(RunningServer.progress, header(trace))
            let other = try await server.get(RunningServer.progress, header(self.trace(), sampled: false))
            #expect(answer.status == 200 && other.status == 200)
        }
        let spans = try Spans.all(of: trace)
        let names = spans.compactMap { $0["name"] as? String }
        #expect(names == ["GET /v1/reports/{name}", "question", "cache", "compute", "engine"])
        // Each step stands in the one before it, the request in the caller's.
        let parents = spans.compactMap { $0["parentSpanId"] as? String }
        #expect(parents == ["00f067aa0ba902b7"] + spans.dropLast().compactMap { $0["spanId"] as? String })
        #expect(spans.allSatisfy { $0["traceState"] as? String == "school=1" })
        let request = Spans.attributes(of: spans[0])
        #expect(request["http.route"] == "/v1/reports/{name}" && request["http.response.status_code"] == "200")
        let question = Spans.attributes(of: spans[1])
        #expect(question["rollbook.question"] == "student-progress" && question["rollbook.source"] == "computed")
        #expect(Spans.attributes(of: spans[4])["rollbook.queue"] == "readers")
    }

    @Test func anAnswerOnTheEventLoopHasASpanToo() async throws {
        try Spans.begin()
        let trace = trace()
        try await RunningServer.with { server in
            for _ in 0..<2 { _ = try await server.get(RunningServer.progress) }
            let answer = try await server.get(RunningServer.progress, header(trace))
            #expect(answer.status == 200)
        }
        let spans = try Spans.all(of: trace)
        #expect(spans.compactMap { $0["name"] as? String } == ["GET /v1/reports/{name}"])
        #expect(Spans.attributes(of: try #require(spans.first))["rollbook.source"] == "memory")
    }

    @Test func noSpanHoldsAValue() async throws {
        try Spans.begin()
        let (trace, secret) = (trace(), "Adelheid-4711")
        try await RunningServer.with { server in
            for target in [
                "/v1/reports/student-progress?student=\(secret)", "/v1/reports/\(secret)", "/\(secret)",
                "/v1/students?q=\(secret)", "/students/\(secret)", "/v1/reports/student-progress?\(secret)=\(secret)",
            ] {
                _ = try await server.get(target, header(trace) + ["User-Agent: \(secret)"])
            }
        }
        let spans = try Spans.all(of: trace)
        #expect(spans.count > 6)
        #expect(!"\(spans)".contains(secret))
        #expect(spans.contains { $0["name"] as? String == "GET unknown" })
    }

    @Test func aHeaderThatIsNoneIsPassedOver() async throws {
        try Spans.begin()
        let headers = [
            "traceparent: 00-00-00-01", "traceparent: \(String(repeating: "f", count: 9000))", "traceparent:",
        ]
        try await RunningServer.with { server in
            for header in headers {
                let answer = try await server.get(RunningServer.progress, [header])
                #expect(answer.status == 200)
            }
        }
    }
}
