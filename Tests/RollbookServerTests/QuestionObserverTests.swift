import Rollbook
import RollbookDuckDB
import RollbookServer
import RollbookStore
import Synchronization
import Testing

/// Keeps what it is told.
private final class Events: QuestionObserver {
    private let kept = Mutex<[QuestionEvent]>([])

    var all: [QuestionEvent] { kept.withLock { $0 } }

    func answered(_ event: QuestionEvent) { kept.withLock { $0.append(event) } }
}

@Suite struct QuestionObserverTests {
    @Test func everyAnswerIsToldOnceHoweverItWasHad() async throws {
        let events = Events()
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [events])) { server in
            for _ in 0..<7 { _ = try await server.get(RunningServer.progress) }
        }
        // The server has ended: what was answered on the event loop has been told, too.
        let asked = events.all.filter { $0.question.name == "student-progress" }
        #expect(asked.reduce(0) { $0 + $1.repetitions } == 7)
        #expect(asked.first?.source == .computed)
        #expect(asked.first?.rowCount == 40)
        #expect(asked.first?.servedBy == "duckdb")
        #expect(asked.dropFirst().allSatisfy { $0.source == .memory && $0.failure == nil })
        #expect(asked.allSatisfy { $0.dataVersion == 2 && $0.purpose == .reading })
        #expect(asked.last?.repetitions == 5)
    }

    @Test func failuresAreToldWithTheirCode() async throws {
        let events = Events()
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [events])) { server in
            _ = try await server.get("/v1/reports/student-progress?student=99")
            _ = try await server.get("/v1/reports/student-progress")
            _ = try await server.get("/v1/views/nonsense")
        }
        #expect(events.all.map(\.failure) == [.notFound, .invalidArgument, .notFound])
        #expect(events.all.map(\.question.name) == ["student-progress", "student-progress", "unknown"])
    }

    @Test func whoeverIsRefusedBeforeAnythingIsComputedHasWaitedForNobody() async throws {
        let events = Events()
        let engine = DuckDBConfiguration(path: nil, threads: 1, maximumReaders: 1, maximumWaiters: 0)
        try await RunningServer.with(engine: engine, warehouse: WarehouseConfiguration(observers: [events])) { server in
            try await server.whileReaderIsHeld { _ = try await server.get(RunningServer.progress) }
        }
        #expect(events.all.map(\.failure) == [.overloaded])
        #expect(events.all.map(\.isJoined) == [false])
        #expect(events.all.map(\.servedBy) == ["duckdb"])
    }

    @Test func warmingIsToldApart() async throws {
        let events = Events()
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [events])) { server in
            let warmed = try await server.ask("POST", "/v1/warm")
            #expect(warmed.status == 200)
        }
        #expect(!events.all.isEmpty)
        #expect(events.all.allSatisfy { $0.purpose == .warming })
    }

    @Test func whoWaitsForAnothersComputationIsToldApart() async throws {
        let events = Events()
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [events])) { server in
            let question = try Question(report: "top-performers")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await server.warehouse.encodedAnswer(question) } }
                try await group.waitForAll()
            }
        }
        #expect(events.all.count == 8)
        let own = events.all.filter { $0.source == .computed && !$0.isJoined }
        #expect(own.count == 1)
        #expect(events.all.filter(\.isJoined).allSatisfy { $0.rowCount == nil })
    }
}
