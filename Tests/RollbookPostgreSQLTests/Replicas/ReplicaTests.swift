import RollbookModel
import RollbookStore
import Synchronization
import Testing

@testable import RollbookPostgreSQL

/// Replicas that are well, late or wrong.
@Suite("Replicas")
struct ReplicaTests {
    @Test("the first question is answered by a replica, and says so", .timeLimit(.minutes(3)))
    func firstQuestion() async throws {
        try await ReplicatedStore.with { store in
            let other = PostgresEngine(
                try PostgresConfiguration(
                    primary: PostgresAddress(store.primary.url), replicas: [PostgresAddress(store.replica.url)]))
            let answer = try await store.ask(other)
            #expect(answer.servedBy == ServedBy(replicaName, replicaLagSeconds: 0))
            try await other.read(deadline: .none) { session in #expect(session.servedBy.name == replicaName) }
            try await other.write(deadline: .none) { session in #expect(session.servedBy.name == primaryName) }
            await other.close()
        }
    }

    @Test("a question after a write never sees an older state", .timeLimit(.minutes(3)))
    func readYourWrites() async throws {
        try await ReplicatedStore.with { store in
            for _ in 0..<50 {
                let written = try await store.write()
                #expect(try await store.ask().state.dataVersion >= written)
                #expect(try await store.engine.state().dataVersion >= written)
                let read = try await store.engine.read(deadline: .none) { try await StoreState.read(in: $0) }
                #expect(read.dataVersion >= written)
                #expect(store.engine.currentDataVersion ?? written >= written)
            }
            try await store.untilServed(by: replicaName)
        }
    }

    @Test("a replica that has not replayed a write is not asked until it has", .timeLimit(.minutes(3)))
    func paused() async throws {
        try await ReplicatedStore.with { store in
            try await store.untilServed(by: replicaName)
            try await store.replica.pauseReplay()
            let written = try await store.write()
            try await store.expectPrimary(20)
            try await store.replica.resumeReplay()
            try await store.untilServed(by: replicaName)
            #expect(try await store.ask().state.dataVersion == written)
        }
    }

    @Test("a replica with all data that lags in its log is not asked beyond the limit", .timeLimit(.minutes(3)))
    func lagging() async throws {
        try await ReplicatedStore.with(maximumLag: .seconds(3)) { store in
            try await store.untilServed(by: replicaName)
            try await store.replica.pauseReplay()
            // It is not the store that changes, but something else on the server.
            try await store.primary.sql("CREATE TABLE other (id int)")
            try await store.untilServed(by: primaryName)
            let status = await store.engine.serverStatus()[1]
            #expect(status.answers && status.role == .replica && status.replicaLagSeconds ?? 0 > 3)
            try await store.replica.resumeReplay()
            try await store.untilServed(by: replicaName)
            #expect(try await store.ask().servedBy.replicaLagSeconds ?? 99 <= 3)
        }
    }

    @Test("a write of another process is seen within seconds, and nothing older afterwards", .timeLimit(.minutes(3)))
    func otherProcess() async throws {
        try await ReplicatedStore.with { store in
            try await store.untilServed(by: replicaName)
            try await store.primary.sql("UPDATE rollbook.store_state SET data_version = 40")
            try await until("it is known") { store.engine.currentDataVersion == 40 }
            #expect(try await store.ask().state.dataVersion == 40)
            try await store.untilServed(by: replicaName)
        }
    }

    @Test("two replicas share the questions", .timeLimit(.minutes(3)))
    func sharing() async throws {
        try await ReplicatedStore.with(replicas: 2) { store in
            try await store.untilServed(by: replicaName)
            let statement = Statement("SELECT CAST(current_setting('port') AS bigint) AS port FROM pg_sleep(0.01)")
            let engine = store.engine
            let ports = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await engine.query(statement, deadline: .none).result.first("port").integer }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(ports.keys.allSatisfy { port in store.replicas.contains { Int64($0.port) == port } })
            #expect(ports.count == 2 && ports.values.allSatisfy { $0 >= 10 }, "\(ports)")
        }
    }

    @Test("an address that is no replica's is not asked", .timeLimit(.minutes(3)))
    func wrongAddresses() async throws {
        try await PostgresCluster.with { stranger in
            let addresses: (PostgresCluster) throws -> [String] = { primary in
                // Nobody listens; the primary itself; a database without a store; another cluster; another password.
                [
                    "postgres://postgres@127.0.0.1:\(try FreePort.any())/postgres", try primary.url,
                    try primary.url(database: "template1"), try stranger.url,
                    "postgres://postgres:wrong@127.0.0.1:\(primary.port)/postgres",
                ]
            }
            try await ReplicatedStore.with(replicas: 0, addresses: addresses) { store in
                try await store.expectPrimary(10)
                let status = await store.engine.serverStatus()
                #expect(status.map(\.answers) == [true, false, true, true, true, false])
                #expect(status.allSatisfy { $0.role != .replica })
                #expect(status[0].address == "127.0.0.1:\(store.primary.port)")
            }
        }
    }

    @Test("a replica of another cluster is not asked, whatever it holds", .timeLimit(.minutes(3)))
    func replicaOfAnother() async throws {
        try await ReplicatedStore.with(isRelated: false) { other in
            try await other.primary.sql("UPDATE rollbook.store_state SET data_version = 1000")
            let url = try other.replica.url
            try await other.replica.catchUp(with: other.primary)
            try await ReplicatedStore.with(replicas: 0, addresses: { _ in [url] }) { store in
                try await store.expectPrimary(10)
            }
        }
    }

    @Test("an engine that nobody holds any more goes, and its monitor with it", .timeLimit(.minutes(3)))
    func ending() async throws {
        try await ReplicatedStore.with { store in
            let address = try PostgresAddress(store.primary.url)
            weak var gone: PostgresEngine?
            do {
                let engine = PostgresEngine(
                    try PostgresConfiguration(primary: address, replicas: [PostgresAddress(store.replica.url)]))
                try await until("the monitor has looked") {
                    try await store.ask(engine)
                    return engine.currentDataVersion != nil
                }
                gone = engine
            }
            try await until("it has gone") { gone == nil }
            await store.engine.close()
            try await until("nobody is connected") {
                let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'rollbook%'"
                return try await store.primary.sql(count) == "0"
            }
        }
    }
}
