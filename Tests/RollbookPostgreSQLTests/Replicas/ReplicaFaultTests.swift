import RollbookModel
import RollbookStore
import Synchronization
import Testing

@testable import RollbookPostgreSQL

/// Servers that go away, come back and change their part.
@Suite("Replicas that fail")
struct ReplicaFaultTests {
    @Test("a replica that stops is not missed, and is asked again when it is back", .timeLimit(.minutes(3)))
    func stopped() async throws {
        try await ReplicatedStore.with { store in
            for shutdown in [PostgresCluster.Shutdown.fast, .immediate] {
                try await store.untilServed(by: replicaName)
                try await store.replica.stop(shutdown)
                for _ in 0..<10 { #expect(try await store.ask().servedBy.name == primaryName) }
                try await store.replica.start()
            }
            try await store.untilServed(by: replicaName)
        }
    }

    @Test("a question whose replica is killed is answered by the primary", .timeLimit(.minutes(3)))
    func killed() async throws {
        try await ReplicatedStore.with { store in
            for isSession in [false, true] {
                try await store.untilServed(by: replicaName)
                let engine = store.engine
                let asker = Task {
                    let sleep = Statement("SELECT 1 AS one FROM pg_sleep(5)")
                    return if isSession {
                        try await engine.read(deadline: .none) { session in
                            _ = try await session.query(sleep)
                            return session.servedBy
                        }
                    } else {
                        try await engine.query(sleep, deadline: .none).servedBy
                    }
                }
                try await store.untilAsked(store.replica)
                try store.replica.kill()
                #expect(try await asker.value == ServedBy(primaryName))
                try await store.replica.start()
            }
        }
    }

    @Test("a promoted replica is never asked again", .timeLimit(.minutes(3)))
    func promoted() async throws {
        try await ReplicatedStore.with { store in
            try await store.untilServed(by: replicaName)
            try await store.replica.promote()
            try await store.replica.sql("UPDATE rollbook.store_state SET data_version = 1000")
            for _ in 0..<20 {
                let answer = try await store.ask()
                #expect(answer.servedBy == ServedBy(primaryName))
                #expect(answer.state.dataVersion < 1000)
            }
            let status = await store.engine.serverStatus()[1]
            #expect(status.configuredRole == .replica && status.role == .primary)
            let written = try await store.write()
            #expect(try await store.ask().state.dataVersion == written)
        }
    }

    @Test("a question that recovery cancels is answered by the primary", .timeLimit(.minutes(3)))
    func conflict() async throws {
        try await ReplicatedStore.with(settings: ["max_standby_streaming_delay = 0"]) { store in
            try await store.primary.sql("CREATE TABLE rollbook.old AS SELECT 1 AS id")
            try await store.replica.catchUp(with: store.primary)
            try await store.untilServed(by: replicaName)
            let engine = store.engine
            let asker = Task {
                try await engine.query(
                    Statement("SELECT id, CAST(pg_sleep(5) AS text) AS slept FROM old"), deadline: .none)
            }
            try await store.untilAsked(store.replica)
            // The rows that the question sees are gone on the primary, and so is what held them.
            try await store.primary.sql("DELETE FROM rollbook.old; VACUUM rollbook.old")
            let answer = try await asker.value
            #expect(answer.servedBy == ServedBy(primaryName))
            #expect(answer.result.rowCount == 0)
            try await store.untilServed(by: replicaName)
        }
    }

    @Test(
        "while the primary is down, replicas answer and writes fail by its name; afterwards all is as before",
        .timeLimit(.minutes(3)))
    func primaryDown() async throws {
        try await ReplicatedStore.with { store in
            let written = try await store.write()
            try await store.replica.catchUp(with: store.primary)
            try await store.untilServed(by: replicaName)
            try await store.primary.stop(.immediate)
            for _ in 0..<20 {
                let answer = try await store.ask()
                #expect(answer.servedBy == ServedBy(replicaName, replicaLagSeconds: 0))
                #expect(answer.state.dataVersion == written)
            }
            #expect(try await store.engine.state().dataVersion == written)
            let error = try await expectFailure(.unavailable) { try await store.write() }
            #expect("\(error)".contains("127.0.0.1, port \(store.primary.port)"))
            let password = try TestServers.password
            #expect(!"\(error) \(error.engineMessage ?? "")".contains(password))
            let status = await store.engine.serverStatus()
            #expect(status.map(\.answers) == [false, true])

            // A process that begins now has never seen the primary.
            let other = PostgresEngine(
                try PostgresConfiguration(
                    primary: PostgresAddress(store.primary.url), replicas: [PostgresAddress(store.replica.url)]))
            try await other.connect()
            #expect(try await store.ask(other).state.dataVersion == written)
            await other.close()

            try await store.primary.start()
            #expect(try await store.write() == written + 1)
            #expect(try await store.ask().state.dataVersion == written + 1)
            try await store.untilServed(by: replicaName)
        }
    }

    @Test("a replica that lacks a write is no help while the primary is down", .timeLimit(.minutes(3)))
    func primaryDownReplicaOld() async throws {
        try await ReplicatedStore.with { store in
            try await store.untilServed(by: replicaName)
            try await store.replica.pauseReplay()
            try await store.write()
            try await store.primary.stop(.immediate)
            let error = try await expectFailure(.unavailable) { try await store.ask() }
            #expect("\(error)".contains("127.0.0.1, port \(store.primary.port)"))
        }
    }

    @Test("a primary that follows another server takes no writes, and says so", .timeLimit(.minutes(3)))
    func primaryFollows() async throws {
        try await ReplicatedStore.with { store in
            let engine = PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(store.replica.url)))
            #expect(try await store.ask(engine).servedBy.name == replicaName)
            let error = try await expectFailure(.unavailable) {
                try await engine.write(deadline: .none) { session in
                    _ = try await StoreState.advance(
                        in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
                }
            }
            #expect("\(error)".contains("127.0.0.1, port \(store.replica.port)"))
            await engine.close()
        }
    }

    @Test("twenty readers have right answers through one fault after another", .timeLimit(.minutes(5)))
    func storm() async throws {
        try await ReplicatedStore.with(replicas: 2) { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let end = Flag()
                for _ in 0..<20 {
                    group.addTask {
                        while !end.isRaised {
                            let known = store.engine.currentDataVersion ?? 0
                            let answer = try await store.ask(sleep: 0.02)
                            #expect(answer.state.dataVersion >= known)
                        }
                    }
                }
                group.addTask {
                    for round in 0..<10 {
                        try await fault(round, store)
                        let written = try await store.write()
                        #expect(try await store.ask().state.dataVersion >= written)
                    }
                    end.raise()
                }
                try await group.waitForAll()
            }
        }
    }

    /// Something bad, some time, and its end.
    private func fault(_ number: Int, _ store: ReplicatedStore) async throws {
        let replica = store.replicas[number % 2]
        switch number % 5 {
        case 0: try replica.kill()
        case 1: try await replica.pauseReplay()
        case 2: try await replica.stop(.immediate)
        case 3:
            try await replica.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'"
                    + " AND pid <> pg_backend_pid() AND application_name LIKE 'rollbook%'")
        default: try await replica.stop(.fast)
        }
        for _ in 0..<10 { try await store.ask(sleep: 0.1) }
        if number % 5 == 1 { try await replica.resumeReplay() } else if number % 5 != 3 { try await replica.start() }
    }
}

/// Something that has happened.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
