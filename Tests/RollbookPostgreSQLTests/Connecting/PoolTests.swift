import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// Connections are made when they are needed, kept while they are, and never more than allowed.
@Suite("A pool of connections")
struct PoolTests {
    @Test("answers a hundred questions over four connections")
    func manyOverFew() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 5
        } _: { engine in
            let answers = try await withThrowingTaskGroup(of: (Int64, Int64).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let answer = try await engine.query(
                            Statement(
                                "SELECT CAST(:n AS bigint) AS n, CAST(pg_backend_pid() AS bigint) AS pid FROM pg_sleep(0.01)",
                                ["n": .integer(Int64(number))]), deadline: .none)
                        return (answer.result.first("n").integer ?? -1, answer.result.first("pid").integer ?? -1)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.0).sorted() == (0..<100).map(Int64.init))
            #expect(Set(answers.map(\.1)).count <= 4)
        }
    }

    @Test("makes no connection before it is asked, and the kept ones when it is to connect")
    func lazy() async throws {
        try await PostgresCluster.with { cluster in
            let engine = PostgresEngine(try configuration(cluster.url, minimum: 3))
            #expect(try await connectionCount(cluster) == 0)
            try await engine.connect()
            #expect(try await connectionCount(cluster) == 3)
            await engine.close()
            try await until("all have ended") { try await connectionCount(cluster) == 0 }
        }
    }

    @Test("closes what idles, down to the minimum")
    func idle() async throws {
        try await PostgresCluster.with { cluster in
            let engine = PostgresEngine(try configuration(cluster.url, minimum: 2, idleTimeout: .milliseconds(100)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await engine.read(deadline: .none) { session in
                            _ = try await session.query(Statement("SELECT 1 AS one"))
                            try await until("all read at once") { try await connectionCount(cluster) == 6 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await until("two are left") { try await connectionCount(cluster) == 2 }
            try await engine.write(deadline: .none) { _ = try await $0.query(Statement("SELECT 1 AS one")) }
            try await until("the writer's has gone, too") { try await connectionCount(cluster) == 2 }
            await engine.close()
        }
    }

    @Test("does not lend what the server has closed, and makes another")
    func closedByServer() async throws {
        try await TestDatabase.withStore { engine in
            for _ in 0..<3 {
                let process = try await backend(of: engine)
                try await TestDatabase.run(["SELECT pg_terminate_backend(\(process))"], on: TestServers.primary)
                #expect(try await backend(of: engine) != process)
            }
        }
    }

    @Test(
        "an idle connection is asked before it is lent: one that answers, one whose server was killed, one that is gone"
    )
    func health() async throws {
        try await PostgresCluster.with { cluster in
            let address = try PostgresAddress(cluster.url)
            let connection = try PostgresConnection(address, PostgresConfiguration(primary: address))
            #expect(await !connection.answers)
            try await connection.connect(.none)
            #expect(await connection.answers)
            #expect(await connection.settle())
            try cluster.kill()
            #expect(await !connection.answers)
            #expect(await !connection.settle())
        }
    }

    @Test("a setting of one transaction is not there in the next")
    func settingsEnd() async throws {
        try await TestDatabase.withStore {
            $0.maximumConnections = 2
        } _: { engine in
            try await engine.read(deadline: .after(.seconds(60))) { session in
                for text in ["SET LOCAL work_mem = '1MB'", "SET LOCAL search_path = nowhere"] {
                    _ = try await session.query(Statement(text))
                }
            }
            let found = try await engine.query(
                Statement(
                    """
                    SELECT current_setting('search_path') AS path, current_setting('work_mem') AS memory,
                        current_setting('statement_timeout') AS time_limit, current_setting('timezone') AS zone
                    """), deadline: .none
            ).result
            #expect(found.row(0) == ["rollbook", "64MB", "30s", "UTC"].map(Value.text))
        }
    }

    private func backend(of engine: PostgresEngine) async throws -> Int64 {
        try await engine.query(Statement("SELECT CAST(pg_backend_pid() AS bigint) AS pid"), deadline: .none)
            .result.first().integer ?? -1
    }

    private func configuration(
        _ url: String, minimum: Int, idleTimeout: Duration = .seconds(300)
    ) throws -> PostgresConfiguration {
        try PostgresConfiguration(
            primary: PostgresAddress(url), minimumConnections: minimum, idleTimeout: idleTimeout)
    }
}

/// How many connections Rollbook has to a server, as the server says.
private func connectionCount(_ cluster: PostgresCluster) async throws -> Int {
    Int(try await cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rollbook'")) ?? -1
}
