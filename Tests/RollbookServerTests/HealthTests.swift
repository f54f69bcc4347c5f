import Foundation
import Rollbook
import RollbookDuckDB
import RollbookServer
import RollbookStore
import Testing

/// A part that is as a test wants it.
private struct Part: HealthSource {
    let part: HealthPart
    func health() async -> [HealthPart] { [part] }
}

/// A part that never says how it is.
private struct SilentPart: HealthSource {
    func health() async -> [HealthPart] {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
        return []
    }
}

@Suite struct HealthTests {
    private func parts(_ response: RawResponse) throws -> [String: String] {
        let parts = try #require(try response.object()["parts"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: parts.compactMap { part in
                (part["name"] as? String).map { ($0, part["state"] as? String ?? "") }
            })
    }

    @Test func everythingIsWell() async throws {
        try await RunningServer.with { server in
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 200)
            #expect(try ready.object()["status"] as? String == "ready")
            let parts = try parts(ready)
            #expect(parts["duckdb"] == "ok" && parts["queue_readers"] == "ok")
            #expect(parts["view_student_grade_summary"] == "ok")
            #expect(try await server.ask("HEAD", "/health/ready").status == 200)
            #expect(try await server.ask("HEAD", "/health/live").status == 200)
        }
    }

    @Test func aViewThatWasNeverFilledDegradesAndPagesSaySo() async throws {
        try await RunningServer.with(refreshed: false) { server in
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 200)
            #expect(try ready.object()["status"] as? String == "degraded")
            #expect(ready.text.contains("subject_performance has never been filled"))
            #expect(try await server.get("/").text.contains("Not everything is as it should be"))
            _ = try await server.warehouse.refresh()
            #expect(try await server.get("/health/ready").object()["status"] as? String == "ready")
        }
    }

    @Test func whatElseMayBeIllIsAsked() async throws {
        var configuration = ServerConfiguration()
        configuration.healthSources = [
            Part(part: .degraded("shared_cache", because: "<b>it</b> is gone")), SilentPart(),
        ]
        try await RunningServer.with(server: configuration) { server in
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 200)
            let parts = try parts(ready)
            #expect(parts["shared_cache"] == "degraded")
            #expect(parts["health"] == "degraded")
            let page = try await server.get("/students").text
            #expect(page.contains("shared cache: &lt;b&gt;it&lt;/b&gt; is gone"))
            #expect(try await server.get("/health/live").status == 200)
        }
    }

    @Test func whatHasFailedIsNotReady() async throws {
        var configuration = ServerConfiguration()
        configuration.healthSources = [
            Part(part: .failed("primary", because: "it is gone")), Part(part: .well("primary")),
        ]
        try await RunningServer.with(server: configuration) { server in
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.object()["status"] as? String == "failed")
            #expect(try parts(ready)["primary"] == "failed")
            #expect(try await server.ask("HEAD", "/health/ready").status == 503)
            #expect(try await server.get("/health/live").status == 200)
        }
    }

    @Test func aServerThatIsDrainedIsNotReadyAndGoesOnAnswering() async throws {
        let configuration = ServerConfiguration()
        try await RunningServer.with(server: configuration) { server in
            #expect(try await server.get("/health/ready").status == 200)
            configuration.readiness.drain()
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.object()["status"] as? String == "draining")
            #expect(try await server.get(RunningServer.progress).status == 200)
            #expect(try await server.get("/metrics").text.contains("\nrollbook_ready 0\n"))
        }
    }

    @Test func anEngineThatHangsMakesAnAnswerBadNotLate() async throws {
        let engine = DuckDBConfiguration(path: nil, threads: 1, maximumReaders: 1)
        try await RunningServer.with(engine: engine) { server in
            try await server.whileReaderIsHeld {
                let ready = try await server.get("/health/ready")
                #expect(ready.status == 200 || ready.status == 503)
                #expect(try parts(ready)["duckdb"] != "ok")
                #expect(try await server.get("/health/live").status == 200)
                #expect(try await server.get("/metrics").text.contains("rollbook_queue_running{queue=\"readers\"} 1\n"))
            }
            try await until("the engine is well") {
                try await parts(server.get("/health/ready"))["duckdb"] == "ok"
            }
        }
    }
}
