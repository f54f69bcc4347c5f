import Foundation
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// Servers that stop, restart and kill, while somebody asks or writes.
@Suite("Servers that fail")
struct FaultTests {
    @Test("a restart between questions is not noticed", arguments: [PostgresCluster.Shutdown.fast, .immediate])
    func restartBetween(_ shutdown: PostgresCluster.Shutdown) async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                try await ask(engine)
                try await cluster.restart(shutdown)
                try await ask(engine)
                try await write(engine)
                try await cluster.restart(shutdown)
                try await write(engine)
                #expect(try await engine.state().dataVersion == 2)
            }
        }
    }

    @Test("a stop during a question fails it as unavailable, and after the start all is well", .timeLimit(.minutes(3)))
    func stopDuring() async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                let asker = Task { try await sleepLong(engine) }
                try await until("the question runs") { try await isSleeping(cluster) }
                try await cluster.stop()
                let error = try await expectFailure(.unavailable) { try await asker.value }
                #expect(!"\(error) \(error.engineMessage ?? "")".contains(try TestServers.password))
                try await expectFailure(.unavailable) { try await ask(engine) }
                try await expectFailure(.unavailable) { try await write(engine) }
                try await cluster.start()
                try await ask(engine)
                try await write(engine)
            }
        }
    }

    @Test("a question whose server process is killed is asked once more; twice is enough", .timeLimit(.minutes(3)))
    func killedDuringQuestion() async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                try await ask(engine)
                let asker = Task { try await sleepLong(engine) }
                try await until("the question runs") { try await isSleeping(cluster) }
                let first = try await cluster.sql(sleeping)
                try await cluster.sql("SELECT pg_terminate_backend(\(first))")
                try await until("it runs again elsewhere") {
                    let now = try await cluster.sql(sleeping)
                    return !now.isEmpty && now != first
                }
                try await cluster.sql("SELECT pg_terminate_backend(pid) FROM (\(sleeping)) s")
                try await expectFailure(.unavailable) { try await asker.value }
                try await ask(engine)
            }
        }
    }

    @Test(
        "a session or a transaction whose server process is killed fails, and stores nothing", .timeLimit(.minutes(3)))
    func killedDuringTransaction() async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                for isWriting in [false, true] {
                    let asker = Task {
                        let sleep = Statement("SELECT 1 AS one FROM pg_sleep(600)")
                        if isWriting {
                            try await engine.write(deadline: .none) { session in
                                _ = try await StoreState.advance(
                                    in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
                                _ = try await session.query(sleep)
                            }
                        } else {
                            try await engine.read(deadline: .none) { _ = try await $0.query(sleep) }
                        }
                    }
                    try await until("it runs") { try await isSleeping(cluster) }
                    try await cluster.sql("SELECT pg_terminate_backend(pid) FROM (\(sleeping)) s")
                    try await expectFailure(.unavailable) { try await asker.value }
                }
                #expect(try await engine.state().dataVersion == 0)
                try await write(engine)
            }
        }
    }

    @Test(
        "a server that freezes holds nobody beyond the deadline, and is asked again when it thaws",
        .timeLimit(.minutes(3)))
    func frozen() async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                try await ask(engine)
                let address = try PostgresAddress(cluster.url)
                let idle = try PostgresConnection(address, PostgresConfiguration(primary: address))
                try await idle.connect(.none)
                let processes = try ServerProcesses.of(cluster.folder)
                for process in processes { #expect(kill(process, SIGSTOP) == 0) }
                try await expectFailure(.timedOut) {
                    _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.milliseconds(100)))
                }
                try await expectFailure(.timedOut) {
                    try await engine.write(deadline: .after(.milliseconds(100))) { _ in }
                }
                let asker = Task { try await ask(engine) }
                asker.cancel()
                try await expectFailure(.cancelled) { try await asker.value }
                #expect(await !idle.answers)
                for process in processes.reversed() { #expect(kill(process, SIGCONT) == 0) }
                try await ask(engine)
                try await write(engine)
            }
        }
    }

    @Test("somebody's pg_cancel_backend stops the question alone", .timeLimit(.minutes(3)))
    func cancelledByOthers() async throws {
        try await PostgresCluster.with { cluster in
            try await TestDatabase.withStore(on: cluster.url) { engine in
                let asker = Task { try await sleepLong(engine) }
                try await until("the question runs") { try await isSleeping(cluster) }
                try await cluster.sql("SELECT pg_cancel_backend(pid) FROM (\(sleeping)) s")
                try await expectFailure(.cancelled) { try await asker.value }
                try await ask(engine)
            }
        }
    }

    private let sleeping =
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'rollbook' AND wait_event = 'PgSleep'"

    private func isSleeping(_ cluster: PostgresCluster) async throws -> Bool {
        try await !cluster.sql(sleeping).isEmpty
    }

    private func sleepLong(_ engine: PostgresEngine) async throws {
        _ = try await engine.query(Statement("SELECT 1 AS one FROM pg_sleep(600)"), deadline: .after(.seconds(500)))
    }

    private func ask(_ engine: PostgresEngine) async throws {
        let answer = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none)
        #expect(answer.result.first() == .integer(1))
    }

    private func write(_ engine: PostgresEngine) async throws {
        try await engine.write(deadline: .none) { session in
            _ = try await StoreState.advance(in: session, dialect: .postgreSQL, zone: .utc, recordsChanged: false)
        }
    }
}
