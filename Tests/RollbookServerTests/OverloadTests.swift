import Rollbook
import RollbookDuckDB
import RollbookServer
import RollbookStore
import Testing

@Suite struct OverloadTests {
    /// Serves with one reader, which is busy while `body` runs.
    private func withBusyReader(
        waiters: Int, wait: Duration?, _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let engine = DuckDBConfiguration(
            path: nil, threads: 1, maximumReaders: 1, maximumWaiters: waiters, maximumWait: wait)
        try await RunningServer.with(engine: engine) { server in
            _ = try await server.get(RunningServer.progress)
            _ = try await server.get(RunningServer.progress)
            try await server.whileReaderIsHeld { try await body(server) }
        }
    }

    private static let computed = RunningServer.progress.replacing("days=90", with: "days=9")

    @Test func whoFindsTheQueueFullIsToldWhenToComeBack() async throws {
        try await withBusyReader(waiters: 0, wait: nil) { server in
            let refused = try await server.get(Self.computed)
            #expect(refused.status == 503)
            #expect(refused["Retry-After"].flatMap { Int($0) }.map { (1...60).contains($0) } == true)
            #expect(refused["Content-Type"] == "application/problem+json")
            #expect(try refused.object()["type"] as? String == "urn:rollbook:problem:overloaded")
            // Answers in memory need no reader.
            #expect(try await server.get(RunningServer.progress).status == 200)
            let page = try await server.get("/")
            #expect(page.status == 503 && page["Retry-After"] != nil)
            let ready = try await server.get("/health/ready")
            #expect(ready.text.contains("had to refuse questions"))
        }
    }

    @Test func nobodyWaitsLongerThanTheQueueLetsThem() async throws {
        try await withBusyReader(waiters: 100, wait: .milliseconds(50)) { server in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for days in 1...20 {
                    group.addTask {
                        let target = RunningServer.progress.replacing("days=90", with: "days=\(days)")
                        return try await server.get(target).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: 503, count: 20))
            let queue = try #require(server.warehouse.queues.first { $0.name == "readers" })
            #expect(queue.counts.refusedAt != nil)
            #expect(queue.waiting == 0)
            #expect(queue.counts.expired >= 20)
        }
    }

    @Test func manyMoreThanCanBeAnsweredAreAnsweredOrToldSo() async throws {
        let engine = DuckDBConfiguration(path: nil, threads: 1, maximumReaders: 1, maximumWaiters: 4)
        try await RunningServer.with(engine: engine) { server in
            let answers = try await withThrowingTaskGroup(of: RawResponse.self) { group in
                for days in 1...60 {
                    group.addTask {
                        try await server.get(RunningServer.progress.replacing("days=90", with: "days=\(days)"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 || ($0.status == 503 && $0["Retry-After"] != nil) })
            #expect(answers.contains { $0.status == 200 })
            let queue = try #require(server.warehouse.queues.first)
            #expect(queue.busy == 0 && queue.waiting == 0)
        }
    }
}
