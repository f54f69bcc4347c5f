import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// Deadlines and cancellations in places of PostgreSQL's own: sleeping, waiting for a lock, taking in rows.
@Suite("Stopping PostgreSQL")
struct StoppingTests {
    @Test("a deadline ends a sleep, and the same connection goes on")
    func sleep() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 2
        } _: { engine in
            let before = try await backend(of: engine)
            try await expectFailure(.timedOut) {
                _ = try await engine.query(sleep, deadline: .after(.milliseconds(50)))
            }
            try await expectFailure(.timedOut) {
                try await engine.read(deadline: .after(.milliseconds(50))) { _ = try await $0.query(sleep) }
            }
            #expect(try await backend(of: engine) == before)
        }
    }

    @Test("without a deadline, the server's own limit ends a question")
    func statementTimeout() async throws {
        try await TestDatabase.withStore {
            $0.statementTimeout = .milliseconds(50)
        } _: { engine in
            try await expectFailure(.timedOut) { _ = try await engine.query(sleep, deadline: .none) }
            try await expectFailure(.timedOut) {
                try await engine.read(deadline: .none) { _ = try await $0.query(sleep) }
            }
            try await engine.write(deadline: .none) { session in
                _ = try await session.query(Statement("SELECT 1 AS one FROM pg_sleep(0.2)"))
            }
        }
    }

    @Test("a cancelled load stores nothing, and so does one whose deadline passes", .timeLimit(.minutes(3)))
    func copy() async throws {
        try await TestDatabase.withStore { engine in
            try await engine.write(deadline: .none) { session in
                try await session.execute(Statement("CREATE TABLE loaded (n bigint)"))
                // Each row takes its time, so that the rows are still coming when it ends.
                for text in [
                    """
                    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql
                    AS $$ BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END $$
                    """, "CREATE TRIGGER dawdle BEFORE INSERT ON loaded FOR EACH ROW EXECUTE FUNCTION dawdle()",
                ] { try await session.execute(Statement(text)) }
            }
            let block = ColumnBlock(table: "loaded", columns: [.numbers(Array(0..<200_000))], count: 200_000)
            let (begun, signal) = AsyncStream.makeStream(of: Void.self)
            let loader = Task {
                try await engine.write(deadline: .none) { session in
                    signal.finish()
                    try await session.append(block)
                }
            }
            for await _ in begun {}
            try await until("the rows come in") { try await isCopying(engine) }
            loader.cancel()
            try await expectFailure(.cancelled) { try await loader.value }
            try await expectFailure(.timedOut) {
                try await engine.write(deadline: .after(.milliseconds(300))) { try await $0.append(block) }
            }
            let count = try await engine.query(
                Statement("SELECT CAST(count(*) AS bigint) AS n FROM loaded"), deadline: .none)
            #expect(count.result.first() == .integer(0))
        }
    }

    @Test("a deadline ends the wait for another process's writer", .timeLimit(.minutes(3)))
    func writerOfAnotherProcess() async throws {
        try await TestDatabase.withStore { engine in
            let database = try await engine.query(Statement("SELECT current_database() AS name"), deadline: .none)
            let name = try #require(database.result.first().text)
            let other = PostgresEngine(
                try PostgresConfiguration(
                    primary: PostgresAddress(TestDatabase.url(TestServers.primary, database: name))))
            try await engine.write(deadline: .none) { session in
                try await expectFailure(.timedOut) {
                    try await other.write(deadline: .after(.milliseconds(100))) { _ in }
                }
                #expect(try await other.state().dataVersion == 0)
                _ = try await StoreState.advance(in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
            }
            // Its snapshot is of the time when it had its turn, not of when it began to wait.
            let waiting = Task {
                try await other.write(deadline: .none) { session in
                    try await StoreState.advance(in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
                        .dataVersion
                }
            }
            #expect(try await waiting.value == 2)
            await other.close()
        }
    }

    private let sleep = Statement("SELECT 1 AS one FROM pg_sleep(600)")

    private func backend(of engine: PostgresEngine) async throws -> Int64 {
        try await engine.query(Statement("SELECT CAST(pg_backend_pid() AS bigint) AS pid"), deadline: .none)
            .result.first().integer ?? -1
    }

    private func isCopying(_ engine: PostgresEngine) async throws -> Bool {
        let count = try await engine.query(
            Statement(
                """
                SELECT CAST(count(*) AS bigint) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'COPY%' AND wait_event = 'PgSleep'
                """), deadline: .none)
        return count.result.first() != .integer(0)
    }
}
