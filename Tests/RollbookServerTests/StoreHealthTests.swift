import RollbookDuckDB
import RollbookStore
import Testing

@testable import Rollbook

@Suite struct StoreHealthTests {
    /// Asks for the engine's health while its only reader is held, so that the look itself waits for its turn.
    private func withHeldReader(
        limit: Duration, _ body: @escaping @Sendable (StoreHealth) async throws -> Void
    ) async throws {
        let engine = DuckDBConfiguration(path: nil, threads: 1, maximumReaders: 1)
        try await RunningServer.with(engine: engine) { server in
            let health = StoreHealth(engine: server.engine, limit: limit, longestQuestion: .zero)
            #expect(await health.health().first?.state == .ok)
            try await server.whileReaderIsHeld { try await body(health) }
            try await until("the engine is well") { await health.health().first?.state == .ok }
        }
    }

    @Test func anEngineInWhichNothingMovesHasFailedHoweverManyWait() async throws {
        try await withHeldReader(limit: .milliseconds(1)) { health in
            try await until("the engine has failed") { await health.health().first?.state == .failed }
        }
    }

    @Test func anEngineForWhichOthersWaitIsBusyAtFirst() async throws {
        try await withHeldReader(limit: .seconds(3600)) { health in
            let part = await health.health().first
            #expect(part?.state == .degraded)
            #expect(part?.reason?.contains("it is busy: 1 questions wait") == true)
        }
    }
}
