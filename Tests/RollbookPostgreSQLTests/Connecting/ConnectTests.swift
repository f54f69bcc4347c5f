import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// A server connects before anybody asks; that must end, whatever else happens at the same time.
@Suite("Connecting beforehand")
struct ConnectTests {
    @Test("is done by many at once without their waiting for each other for ever", .timeLimit(.minutes(2)))
    func manyAtOnce() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 5
            $0.minimumConnections = 4
        } _: { engine in
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 { group.addTask { try await engine.connect(.after(.seconds(60))) } }
                    for _ in 0..<10 {
                        group.addTask {
                            _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.seconds(60)))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(engine.queues[0].busy == 0 && engine.queues[0].waiting == 0)
        }
    }

    @Test("ends at its deadline where a server never says a word", .timeLimit(.minutes(2)))
    func silence() async throws {
        let listener = try SilentListener()
        let url = "postgres://nobody@127.0.0.1:\(listener.port)/nothing?sslmode=disable"
        let engine = PostgresEngine(
            try PostgresConfiguration(primary: PostgresAddress(url), connectTimeout: .seconds(600)))
        let error = await #expect(throws: RollbookError.self) { try await engine.connect(.after(.milliseconds(200))) }
        #expect([.timedOut, .unavailable].contains(error?.code))
        await engine.close()
    }

    @Test("leaves a question that waits too long its place, and says so", .timeLimit(.minutes(2)))
    func waiting() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 2
            $0.maximumWait = .milliseconds(100)
        } _: { engine in
            let (gate, open) = AsyncStream.makeStream(of: Void.self)
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            async let held: Void = engine.read(deadline: .none) { _ in
                begin.yield()
                for await _ in gate { break }
            }
            for await _ in begun { break }
            let error = try await expectFailure(.overloaded) {
                _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.seconds(100)))
            }
            #expect("\(error)".contains("waited as long as it may"))
            #expect(engine.queues[0].counts.expired == 1)
            open.yield()
            try await held
            _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none)
        }
    }
}
