import Foundation
import Rollbook
import RollbookServer
import RollbookTelemetry
import Synchronization
import Testing

/// Parts that come and go.
private final class Parts: HealthSource {
    let parts: Mutex<[HealthPart]>

    init(_ parts: [HealthPart]) { self.parts = Mutex(parts) }

    func health() async -> [HealthPart] { parts.withLock { $0 } }
}

@Suite struct MetricRouteTests {
    @Test func aPartThatIsToldNoMoreIsNotIll() async throws {
        let parts = Parts([.degraded("passing", because: "it is late")])
        var configuration = ServerConfiguration()
        configuration.healthSources = [parts]
        try await RunningServer.with(server: configuration) { server in
            let before = try await metrics(server)
            #expect(before["rollbook_health_state{part=\"passing\"}"] == 1)
            parts.parts.withLock { $0 = [] }
            let after = try await metrics(server)
            #expect(after["rollbook_health_state{part=\"passing\"}"] == 0)
        }
    }

    private func metrics(_ server: RunningServer) async throws -> [String: Double] {
        let text = try await server.get("/metrics").text
        let pairs = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line -> (String, Double)? in
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                return nil
            }
            return (String(line[..<space]), value)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func requestsAreCountedByRouteWhoeverAnswersThem() async throws {
        try await RunningServer.with { server in
            for _ in 0..<5 { _ = try await server.get(RunningServer.progress) }
            _ = try await server.get(RunningServer.progress, ["If-None-Match: *"])
            for number in 0..<3 { _ = try await server.get("/secret/\(number)?student=Ada") }
            _ = try await server.get("/v1/reports/nonsense")
            _ = try await server.ask("PROPFIND", "/v1/info")
            let metrics = try await metrics(server)
            let route = "route=\"/v1/reports/{name}\""
            #expect(metrics["rollbook_http_requests_total{method=\"GET\",\(route),status=\"200\"}"] == 5)
            #expect(metrics["rollbook_http_requests_total{method=\"GET\",\(route),status=\"304\"}"] == 1)
            #expect(metrics["rollbook_http_requests_total{method=\"GET\",\(route),status=\"404\"}"] == 1)
            #expect(metrics["rollbook_http_requests_total{method=\"GET\",route=\"unknown\",status=\"404\"}"] == 3)
            #expect(metrics["rollbook_http_request_duration_seconds_count{\(route)}"] == 7)
            #expect(metrics.keys.contains { $0.contains("method=\"OTHER\"") })
            #expect(!metrics.keys.contains { $0.contains("Ada") || $0.contains("secret") || $0.contains("nonsense") })
        }
    }

    @Test func theStoreTheCacheAndTheProcessAreMeasured() async throws {
        try await RunningServer.with { server in
            for _ in 0..<3 { _ = try await server.get(RunningServer.progress) }
            let metrics = try await metrics(server)
            #expect(metrics["rollbook_cache_hits_total{tier=\"memory\"}"] == 2)
            #expect(metrics["rollbook_cache_misses_total{tier=\"memory\"}"] == 1)
            #expect(metrics["rollbook_data_version"] == 2)
            #expect(metrics["rollbook_ready"] == 1)
            #expect(metrics["rollbook_health_state{part=\"duckdb\"}"] == 0)
            #expect(metrics["rollbook_queue_slots{queue=\"readers\"}"] == 4)
            #expect(metrics["rollbook_view_age_seconds{view=\"subject_performance\"}"] ?? -1 >= 0)
            #expect(metrics["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            #expect(metrics["rollbook_build_info{engine=\"duckdb\",version=\"\(RollbookVersion.current)\"}"] == 1)
        }
    }

    @Test func questionsAreCountedByNameAndOutcome() async throws {
        let registry = MetricRegistry(MetricCatalogue.all)
        let warehouse = WarehouseConfiguration(observers: [QuestionMeters(factory: registry)])
        var server = ServerConfiguration()
        server.metrics = registry
        try await RunningServer.with(warehouse: warehouse, server: server) { server in
            for _ in 0..<5 { _ = try await server.get(RunningServer.progress) }
            _ = try await server.get("/v1/reports/student-progress?student=77")
            _ = try await server.get("/v1/reports/nonsense")
            let name = "name=\"student-progress\""
            // Hits on the event loop are told in bulk, some seconds later.
            try await until("all are counted") {
                let metrics = try await metrics(server)
                return metrics["rollbook_questions_total{\(name),outcome=\"answered\",source=\"memory\"}"] == 4
                    && metrics["rollbook_questions_total{\(name),outcome=\"answered\",source=\"computed\"}"] == 1
                    && metrics["rollbook_questions_total{\(name),outcome=\"not-found\",source=\"computed\"}"] == 1
                    && metrics["rollbook_questions_total{name=\"unknown\",outcome=\"not-found\",source=\"computed\"}"]
                        == 1
            }
            #expect(try await metrics(server)["rollbook_question_duration_seconds_count{\(name)}"] == 1)
            #expect(try await metrics(server)["rollbook_queue_wait_seconds_count"] == 1)
        }
    }

    @Test func theFormatIsSaidAndOtherMethodsAreRefused() async throws {
        try await RunningServer.with { server in
            let metrics = try await server.get("/metrics")
            #expect(metrics["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try await server.ask("HEAD", "/metrics").status == 200)
            #expect(try await server.ask("POST", "/metrics").status == 405)
        }
    }

    @Test func withoutMetricsThereIsNoPage() async throws {
        var configuration = ServerConfiguration()
        configuration.metrics = nil
        try await RunningServer.with(server: configuration) { server in
            let metrics = try await server.get("/metrics")
            let answer = try await server.get(RunningServer.progress)
            #expect(metrics.status == 404)
            #expect(answer.status == 200)
        }
    }
}
