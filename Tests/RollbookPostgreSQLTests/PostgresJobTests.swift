import Foundation
import Rollbook
import RollbookModel
import RollbookPostgreSQL
import RollbookStore
import RollbookTesting
import Synchronization
import Testing

/// Several processes over one store, each with an engine of its own; and one that is killed.
@Suite("Jobs of several processes", .timeLimit(.minutes(5)))
struct PostgresJobTests {
    private final class Clock: Sendable {
        private let instant: Mutex<Instant>
        init(_ text: String) throws { instant = Mutex(try #require(Instant(parsing: text))) }
        var now: Instant { instant.withLock { $0 } }
        func set(_ text: String) throws {
            let now = try #require(Instant(parsing: text))
            instant.withLock { $0 = now }
        }
    }

    private static func configuration() throws -> JobsConfiguration {
        var settings: [Job: JobSettings] = [:]
        for job in Job.allCases {
            settings[job] = JobSettings(
                schedule: job == .refresh ? try CronExpression("0 2 * * *") : nil, tries: 2, timeLimit: .seconds(300))
        }
        return JobsConfiguration(settings: settings, firstPause: .milliseconds(10), patrol: .milliseconds(20))
    }

    @Test("two schedulers run a job once, night after night, and one goes on when the other is gone")
    func twoSchedulers() async throws {
        try await TestDatabase.withStore { engine in
            let address = try PostgresAddress(try await TestDatabase.url(of: engine))
            let engines = try (0..<2).map { _ in PostgresEngine(try PostgresConfiguration(primary: address)) }
            let clock = try Clock("2026-11-23T12:00:00Z")
            let configuration = try Self.configuration()
            let houses = engines.map { engine in
                WarehouseJobs(
                    warehouse: Warehouse(engine: engine), configuration: configuration, now: { clock.now })
            }
            let version = try await engine.state().dataVersion
            var watching = houses.map { jobs in Task { await jobs.schedule() } }
            try await until("the jobs are listed") {
                try await houses[0].list().first { $0.job == .refresh }?.nextDueAt != nil
            }
            try await until("the due times count") {
                let rows = try await engine.bookkeep(deadline: .none) {
                    try await $0.query(Statement("SELECT last_due_at FROM job_leases WHERE job = 'refresh'"))
                }
                return rows.first().instant != nil
            }
            for night in 24...27 {
                if night == 26 {
                    watching[0].cancel()
                    await watching[0].value
                    watching.removeFirst()
                }
                try clock.set("2026-11-\(night)T02:00:00Z")
                try await until("the night's refresh is done") {
                    try await houses[1].runs(of: .refresh).count { $0.outcome == .succeeded } >= night - 23
                }
            }
            let runs = try await houses[1].runs(of: .refresh)
            #expect(runs.count == 4 && Set(runs.compactMap(\.dueAt)).count == 4)
            #expect(
                try await engine.read(deadline: .none) { try await StoreState.read(in: $0) }.dataVersion == version + 4)
            for task in watching { task.cancel() }
            for task in watching { await task.value }
            for engine in engines { await engine.close() }
        }
    }

    @Test("a process killed in the middle of a job leaves the views whole, and its run is lost when its lease expires")
    func killed() async throws {
        try await TestDatabase.withStore { engine in
            let warehouse = Warehouse(engine: engine)
            _ = try await warehouse.importRecords(from: HandSchool.records.source)
            _ = try await warehouse.refresh(asOf: HandSchool.asOf)
            let before = try await warehouse.answer(Question(view: "teacher_workload")).table
            let version = try await engine.state().dataVersion
            let jobs = WarehouseJobs(warehouse: warehouse, configuration: try Self.configuration())
            let url = try await TestDatabase.url(of: engine)
            // The writer is somebody else until the process is dead: its refresh has begun and cannot end.
            try await engine.write(deadline: .none) { _ in
                let process = try Self.start(
                    ["jobs", "run", "refresh", "--database", url], ["ROLLBOOK_JOBS_LEASE": "5"])
                try await until("the refresh has begun") { try await jobs.runs(of: .refresh).first?.tryCount == 1 }
                #expect(try await jobs.list().first { $0.job == .refresh }?.runningHolder != nil)
                let busy = try Self.start(["jobs", "run", "refresh", "--database", url], [:])
                busy.waitUntilExit()
                #expect(busy.terminationStatus == 80)
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            // Until then it holds the job, though it is dead.
            try await until("the lease has expired") {
                try await jobs.list().first { $0.job == .refresh }?.runningHolder == nil
            }
            #expect(try await jobs.runs(of: .refresh).first?.outcome == .lost)
            #expect(try await engine.read(deadline: .none) { try await StoreState.read(in: $0) }.dataVersion == version)
            #expect(try await warehouse.answer(Question(view: "teacher_workload")).table == before)
            // Whoever comes next runs it, and writes down what became of the other.
            #expect(try await jobs.run(.refresh).outcome == .succeeded)
            let outcomes = try await engine.bookkeep(deadline: .none) {
                try await JobLedger.runs(of: "refresh", limit: 9, in: $0)
            }.map(\.outcome)
            #expect(outcomes.sorted { $0.rawValue < $1.rawValue } == [.lost, .succeeded])
        }
    }

    @Test("a process that is told to end in the middle of a job says so before it does")
    func terminated() async throws {
        try await TestDatabase.withStore { engine in
            let jobs = WarehouseJobs(warehouse: Warehouse(engine: engine), configuration: try Self.configuration())
            let url = try await TestDatabase.url(of: engine)
            try await engine.write(deadline: .none) { _ in
                let process = try Self.start(["jobs", "run", "refresh", "--database", url], [:])
                try await until("the refresh has begun") { try await jobs.runs(of: .refresh).first?.tryCount == 1 }
                kill(process.processIdentifier, SIGTERM)
                process.waitUntilExit()
                #expect(process.terminationStatus == 130)
            }
            let run = try #require(try await jobs.runs(of: .refresh).first)
            #expect(run.outcome == .cancelled && run.endedAt != nil)
            #expect(try await jobs.run(run.id, of: .refresh).tries.map(\.outcome) == [.cancelled])
        }
    }

    @Test("a process whose role may only read answers, runs nothing, and says so")
    func readers() async throws {
        try await RoledDatabase.with { database in
            try await database.grant()
            try await database.owner.migrate()
            try await database.grant()
            try await database.refresher.fill()
            let asked = AskedQuestions()
            let warehouse = Warehouse(
                engine: database.reader, configuration: WarehouseConfiguration(observers: [asked]))
            let clock = try Clock("2026-11-23T12:00:00Z")
            let jobs = WarehouseJobs(
                warehouse: warehouse, configuration: try Self.configuration(), askedQuestions: asked, now: { clock.now }
            )
            _ = try await warehouse.encodedAnswer(Question(view: "teacher_workload"))
            try await asked.flush(to: database.reader)
            #expect(asked.failure?.code == .notPermitted)
            try await expectFailure(.notPermitted) { _ = try await jobs.begin(.refresh) }
            #expect(try await jobs.list().count == Job.allCases.count)
            #expect(try await jobs.statistics().isEmpty)
            let watching = Task { await jobs.schedule() }
            try await until("the failure is known") {
                await jobs.health().contains { $0.name == "job_records" && $0.state == .degraded }
            }
            let part = await jobs.health().first { $0.name == "job_records" }
            #expect(part?.reason?.contains("may only read") == true)
            watching.cancel()
            await watching.value
            // What people ask is not for everyone to read; what the pages show is.
            try await database.refuses(
                \.reader,
                ["SELECT question FROM question_log", "UPDATE job_leases SET holder = 'me'", "DELETE FROM job_runs"])
            // The refresher may all of it.
            let own = WarehouseJobs(
                warehouse: Warehouse(engine: database.refresher), configuration: try Self.configuration())
            for job in Job.allCases { #expect(try await own.run(job).outcome == .succeeded, "\(job)") }
            #expect(try await jobs.runs().count == Job.allCases.count)
            #expect(try await jobs.statistics().count == 1)
        }
    }

    @Test("the figures of indexes are the server's own")
    func measurements() async throws {
        try await TestDatabase.withStore { engine in
            let found = try await engine.measurements()
            #expect(found.contains { $0.kind == "index" && $0.name == "students_pkey" && $0.measure == "scans" })
            #expect(found.contains { $0.kind == "view" && $0.name == "teacher_workload" && $0.measure == "bytes" })
            #expect(Set(found.map { "\($0.kind) \($0.name) \($0.measure)" }).count == found.count)
        }
    }

    @Test("measurements that wait for a table keep nobody from noting what runs")
    func measurementsWait() async throws {
        try await TestDatabase.withStore { engine in
            let waiting = Statement("SELECT CAST(count(*) AS bigint) AS n FROM pg_locks WHERE NOT granted")
            let measured = try await engine.write(deadline: .none) { session in
                _ = try await session.execute(Statement("LOCK TABLE students IN ACCESS EXCLUSIVE MODE"))
                let measuring = Task { try await engine.measurements() }
                try await until("the measurements wait") {
                    try await engine.read(deadline: .none) { try await $0.query(waiting) }.first().integer ?? 0 > 0
                }
                let kept = try await engine.bookkeep(deadline: .after(.seconds(10))) {
                    try await JobLedger.runs(limit: 1, in: $0)
                }
                #expect(kept.isEmpty)
                return measuring
            }
            #expect(try await !measured.value.isEmpty)
        }
    }

    /// Starts the program that lies beside the tests.
    private static func start(_ arguments: [String], _ environment: [String: String]) throws -> Process {
        let folders = [Bundle.main.executableURL?.deletingLastPathComponent(), Bundle.main.bundleURL]
        let found = folders.compactMap { $0?.appendingPathComponent("rollbook") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        let process = Process()
        let program: URL = try #require(found, "the program must be built beside the tests")
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ROLLBOOK_") }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
