import Rollbook
import RollbookModel
import RollbookStore
import RollbookTesting
import Testing

@testable import RollbookPostgreSQL

/// Through PgBouncer in transaction mode, each transaction has another server.
@Suite("Behind PgBouncer")
struct PgBouncerTests {
    private static let maker = EngineMaker { readers, waiters in
        let engine = try await TestDatabase.makeEngine(through: TestServers.pool) {
            $0.maximumConnections = readers + 1
            $0.maximumWaiters = waiters
        }
        try await Migrator(of: engine).up(on: engine)
        return engine
    }

    @Test("does what every engine must", arguments: EngineConformance.checks)
    func conforms(_ check: ConformanceCheck) async throws { try await tellingAll { try await check.run(Self.maker) } }

    @Test("is recognized, so that no statement is kept in a server that somebody else has next")
    func recognized() async throws {
        for (url, isDirect) in [(try TestServers.primary, true), (try TestServers.pool, false)] {
            let address = try PostgresAddress(url)
            let connection = try PostgresConnection(address, PostgresConfiguration(primary: address))
            try await connection.connect(.none)
            #expect(await (connection.prepared != nil) == isDirect)
        }
    }

    @Test("many questions at once, over fewer servers than connections")
    func many() async throws {
        try await TestDatabase.withStore(through: TestServers.pool) {
            $0.maximumConnections = 40
        } _: { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let answer = try await engine.query(
                            Statement(
                                "SELECT CAST(:n AS bigint) AS n, current_setting('search_path') AS path",
                                ["n": .integer(Int64(number))]), deadline: .none)
                        #expect(answer.result.row(0) == [.integer(Int64(number)), .text("rollbook")])
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
