import Rollbook
import RollbookDuckDB
import RollbookModel
import RollbookStore
import RollbookTesting
import Synchronization
import Testing

@testable import Rollbook

/// Jobs on one store in memory, with a clock that the test sets.
private struct JobHouse: Sendable {
    let engine: DuckDBEngine
    let warehouse: Warehouse
    let asked = AskedQuestions()
    let clock: Clock

    final class Clock: Sendable {
        private let instant: Mutex<Instant>
        init(_ instant: Instant) { self.instant = Mutex(instant) }
        var now: Instant { instant.withLock { $0 } }
        func set(_ now: Instant) { instant.withLock { $0 = now } }
    }

    static func with(_ body: (JobHouse) async throws -> Void) async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil, threads: 2))
        let house = JobHouse(engine: engine)
        _ = try await house.warehouse.importRecords(from: HandSchool.records.source)
        try await body(house)
        await engine.close()
    }

    private init(engine: DuckDBEngine) {
        self.engine = engine
        clock = Clock(Instant(parsing: "2026-11-23T12:00:00Z") ?? .now)
        warehouse = Warehouse(engine: engine, configuration: WarehouseConfiguration(observers: [asked]))
    }

    /// Another process's jobs, as far as the store can tell.
    func jobs(
        lease: Duration = .seconds(60), tries: Int = 3, limit: Duration = .seconds(600), isOn: Bool = true,
        onEvent: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) -> WarehouseJobs {
        var settings: [Job: JobSettings] = [:]
        for job in Job.allCases {
            settings[job] = JobSettings(
                schedule: job == .refresh ? try? CronExpression("0 2 * * *") : nil, tries: tries, timeLimit: limit)
        }
        let configuration = JobsConfiguration(
            isOn: isOn, settings: settings, leaseDuration: lease, firstPause: .milliseconds(1),
            patrol: .milliseconds(20))
        return WarehouseJobs(
            warehouse: warehouse, configuration: configuration, askedQuestions: asked, now: { [clock] in clock.now },
            onEvent: onEvent)
    }

    /// Takes a job, and runs something in its place.
    func run(
        _ jobs: WarehouseJobs, _ work: @escaping @Sendable () async throws -> Int64
    ) async throws -> (end: JobEnd, run: JobRun, tries: [JobTry]) {
        let claim = jobs.newClaim(.statistics, cause: .hand, dueAt: nil)
        let ledger = jobs.ledger
        #expect(try await engine.bookkeep(deadline: .none) { try await ledger.take(claim, in: $0) })
        let runner = JobRunner(
            engine: engine, ledger: ledger, job: .statistics, claim: claim, configuration: jobs.configuration,
            stop: StopNote(), onEvent: { _ in })
        let end = await runner.run(work)
        let (run, tries) = try await jobs.run(claim.runID, of: .statistics)
        return (end, run, tries)
    }

    /// Waits until something holds.
    func until(_ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !holds() {
            try #require(ContinuousClock.now < end, "it did not come to pass")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func runs() async throws -> [JobRun] {
        try await engine.bookkeep(deadline: .none) { try await JobLedger.runs(limit: 100, in: $0) }
    }
}

/// More rows than can be counted before the test ends.
private let endless = Statement(
    """
    SELECT CAST(count(*) AS bigint) AS n
    FROM range(4000000) a, range(4000000) b WHERE (a.range * b.range) % 7 = 3
    """)

@Suite("A run of a job", .timeLimit(.minutes(5)))
struct JobRunTests {
    @Test("is tried again after a failure, and every try is noted")
    func tries() async throws {
        try await JobHouse.with { house in
            let count = Mutex(0)
            let (end, run, tries) = try await house.run(house.jobs()) {
                if count.withLock({
                    $0 += 1; return $0
                }) < 3 {
                    throw RollbookError(.unavailable, "gone")
                }
                return 42
            }
            #expect(end.outcome == .succeeded && run.outcome == .succeeded && run.tryCount == 3 && run.rowCount == 42)
            #expect(tries.map(\.outcome) == [.failed, .failed, .succeeded])
            #expect(tries.map(\.errorCode) == ["unavailable", "unavailable", nil])
            #expect(tries.allSatisfy { $0.endedAt != nil })
        }
    }

    @Test("that fails every time has failed, with the last failure")
    func failure() async throws {
        try await JobHouse.with { house in
            let (end, run, tries) = try await house.run(house.jobs(tries: 2)) {
                throw RollbookError(.unavailable, "gone")
            }
            #expect(end.error?.code == .unavailable && run.outcome == .failed && run.errorMessage == "gone")
            #expect(tries.count == 2)
        }
    }

    @Test("that takes too long is stopped inside the engine, and has failed")
    func timeLimit() async throws {
        try await JobHouse.with { house in
            let engine = house.engine
            let (end, run, tries) = try await house.run(house.jobs(limit: .milliseconds(200))) {
                try await engine.query(endless, deadline: .none).result.first().integer ?? 0
            }
            #expect(end.outcome == .failed && end.error?.code == .timedOut)
            #expect(run.outcome == .failed && run.errorCode == "timed-out" && run.endedAt != nil)
            #expect(tries.map(\.outcome) == [.failed])
        }
    }

    @Test("whose lease has passed to another process stops")
    func leaseLost() async throws {
        try await JobHouse.with { house in
            let engine = house.engine
            let (end, run, _) = try await house.run(house.jobs(lease: .milliseconds(500))) {
                try await engine.bookkeep(deadline: .none) { session in
                    _ = try await session.execute(
                        Statement("UPDATE job_leases SET run_id = 'other', expires_at = NULL WHERE job = 'statistics'"))
                }
                return try await engine.query(endless, deadline: .none).result.first().integer ?? 0
            }
            #expect(end.outcome == .cancelled && end.error?.message.contains("lease") == true)
            #expect(run.outcome == .cancelled)
        }
    }

    @Test("whose lease could not be renewed in time gives its due time back where nobody else has taken it")
    func leaseLapsed() async throws {
        try await JobHouse.with { house in
            let due = try #require(Instant(parsing: "2026-11-23T02:00:00Z"))
            let (jobs, stop) = (house.jobs(), StopNote())
            let (claim, ledger) = (jobs.newClaim(.refresh, cause: .schedule, dueAt: due), jobs.ledger)
            #expect(try await house.engine.bookkeep(deadline: .none) { try await ledger.take(claim, in: $0) })
            let runner = JobRunner(
                engine: house.engine, ledger: ledger, job: .refresh, claim: claim, configuration: jobs.configuration,
                stop: stop, onEvent: { _ in })
            let end = await runner.run {
                stop.set(.leaseLost)
                withUnsafeCurrentTask { $0?.cancel() }
                throw CancellationError()
            }
            #expect(end.outcome == .cancelled)
            await jobs.look()
            try await house.until { try await house.runs().contains { $0.outcome == .succeeded } }
            #expect(try await house.runs().map(\.dueAt) == [due, due])
        }
    }

    @Test("is held by its heartbeat for longer than a lease lasts")
    func heartbeat() async throws {
        try await JobHouse.with { house in
            let (jobs, engine) = (house.jobs(lease: .seconds(2)), house.engine)
            let (end, _, _) = try await house.run(jobs) {
                let begin = ContinuousClock.now
                while ContinuousClock.now - begin < .seconds(4) {
                    let ledger = jobs.ledger
                    let (leases, now) = try await engine.bookkeep(deadline: .none) { try await ledger.leases(in: $0) }
                    #expect(leases["statistics"]?.isHeld(at: now) == true)
                    try await Task.sleep(for: .milliseconds(50))
                }
                return 1
            }
            #expect(end.outcome == .succeeded)
        }
    }

    @Test("that somebody stops ends inside the engine, here or from another process")
    func cancelled() async throws {
        for isElsewhere in [false, true] {
            try await JobHouse.with { house in
                let jobs = house.jobs(lease: .milliseconds(500))
                // The refresh waits for the writer, which somebody else has.
                let (waiting, letGo) = AsyncStream.makeStream(of: Void.self)
                async let writing: Void = house.engine.write(deadline: .none) { _ in for await _ in waiting {} }
                let id = try await jobs.begin(.refresh)
                let error = await #expect(throws: RollbookError.self) { try await jobs.begin(.refresh) }
                #expect(error?.code == .busy)
                #expect(try await (isElsewhere ? house.jobs() : jobs).cancel(.refresh) == id)
                try await house.until { try await house.runs().first?.outcome != .running }
                let run = try await jobs.run(id, of: .refresh)
                #expect(run.run.outcome == .cancelled && run.run.errorMessage?.contains("asked") == true)
                #expect(run.tries.map(\.outcome) == [.cancelled])
                letGo.finish()
                try await writing
                let nothing = await #expect(throws: RollbookError.self) { try await jobs.cancel(.refresh) }
                #expect(nothing?.code == .notFound)
            }
        }
    }
}

@Suite("Jobs by their schedules", .timeLimit(.minutes(5)))
struct JobScheduleTests {
    @Test("a job runs once for its due time, whoever many watch, and moves the data version once")
    func once() async throws {
        try await JobHouse.with { house in
            let version = try await house.engine.state().dataVersion
            let processes = (0..<4).map { _ in house.jobs() }
            let watching = processes.map { jobs in Task { await jobs.schedule() } }
            try await house.until { try await house.lastDue() != nil }
            house.clock.set(try #require(Instant(parsing: "2026-11-24T02:00:00Z")))
            try await house.until { try await house.runs().contains { $0.outcome == .succeeded } }
            for _ in 0..<20 { for jobs in processes { await jobs.look() } }
            #expect(try await house.runs().map(\.outcome) == [.succeeded])
            #expect(try await house.runs().first?.cause == .schedule)
            #expect(try await house.engine.state().dataVersion == version + 1)
            for task in watching { task.cancel() }
            for task in watching { await task.value }
        }
    }

    @Test("what was missed while nobody ran is made up once")
    func madeUp() async throws {
        try await JobHouse.with { house in
            await house.jobs().look()
            // Down for five nights.
            house.clock.set(try #require(Instant(parsing: "2026-11-28T09:00:00Z")))
            let jobs = house.jobs()
            for _ in 0..<5 {
                await jobs.look()
                try await house.until { try await !house.runs().contains { $0.outcome == .running } }
            }
            let runs = try await house.runs()
            #expect(runs.map(\.cause) == [.madeUp])
            #expect(runs.first?.dueAt == Instant(parsing: "2026-11-28T02:00:00Z"))
        }
    }

    @Test("a process that is told to end notes that, and another one runs the job in its place")
    func handedOver() async throws {
        try await JobHouse.with { house in
            let (first, second) = (house.jobs(), house.jobs())
            await first.look()
            house.clock.set(try #require(Instant(parsing: "2026-11-24T02:00:00Z")))
            let (waiting, letGo) = AsyncStream.makeStream(of: Void.self)
            async let writing: Void = house.engine.write(deadline: .none) { _ in for await _ in waiting {} }
            await first.look()
            await first.stop()
            #expect(try await house.runs().map(\.outcome) == [.cancelled])
            letGo.finish()
            try await writing
            await second.look()
            try await house.until { try await house.runs().contains { $0.outcome == .succeeded } }
            #expect(try await house.runs().count == 2)
            // The first begins nothing any more.
            await first.look()
            #expect(try await house.runs().count == 2)
        }
    }

    @Test("a run whose process is gone is lost when its lease expires, and is begun again as often as it has tries")
    func lost() async throws {
        try await JobHouse.with { house in
            let due = try #require(Instant(parsing: "2026-11-24T02:00:00Z"))
            await house.jobs().look()
            house.clock.set(due)
            for round in 1...4 {
                let dead = house.jobs(tries: 3)
                let claim = dead.newClaim(.refresh, cause: .schedule, dueAt: due)
                let ledger = dead.ledger
                if round == 1 {
                    #expect(try await house.engine.bookkeep(deadline: .none) { try await ledger.take(claim, in: $0) })
                }
                // Whoever has it dies.
                try await house.expireLease()
                let (waiting, letGo) = AsyncStream.makeStream(of: Void.self)
                async let writing: Void = house.engine.write(deadline: .none) { _ in for await _ in waiting {} }
                let next = house.jobs(tries: 3)
                await next.look()
                let runs = try await house.runs()
                #expect(runs.count { $0.outcome == .lost } == min(round, 3), "\(round)")
                #expect(runs.count { $0.outcome == .running } == (round < 3 ? 1 : 0), "\(round)")
                // It is gone as well: nobody hears of its end.
                try await house.forgetRun(of: next)
                letGo.finish()
                try await writing
            }
        }
    }

    @Test("health tells what is late, has failed, and is too old")
    func health() async throws {
        try await JobHouse.with { house in
            let jobs = house.jobs()
            #expect(await jobs.health().isEmpty)
            await jobs.look()
            let reasons = { await jobs.health().filter { $0.state != .ok }.map(\.name) }
            #expect(await reasons().isEmpty)
            _ = try await jobs.run(.refresh)
            await jobs.look()
            #expect(await reasons().isEmpty)
            // Nobody looks after the jobs for two days.
            house.clock.set(Instant.now.adding(days: 2))
            #expect(Set(await reasons()) == ["job_refresh", "view_ages"])
        }
    }

    @Test("a job that failed its last try is told of, until it succeeds")
    func failed() async throws {
        try await JobHouse.with { house in
            let jobs = house.jobs(tries: 1, isOn: false)
            let (_, run, _) = try await house.run(jobs) { throw RollbookError(.unavailable, "gone") }
            #expect(run.outcome == .failed)
            await jobs.look()
            let part = await jobs.health().first { $0.name == "job_statistics" }
            #expect(part?.state == .degraded && part?.reason?.contains("gone") == true)
            _ = try await jobs.run(.statistics)
            await jobs.look()
            #expect(await jobs.health().first { $0.name == "job_statistics" }?.state == .ok)
        }
    }

    @Test("the newest success is told of also where a later run failed")
    func success() async throws {
        try await JobHouse.with { house in
            let seen = Mutex<[JobRun]>([])
            let jobs = house.jobs(tries: 1, isOn: false) { event in
                if case .looked(_, let successes) = event { seen.withLock { $0 = successes } }
            }
            _ = try await jobs.run(.statistics)
            _ = try await house.run(jobs) { throw RollbookError(.unavailable, "gone") }
            await jobs.look()
            #expect(seen.withLock { $0.map(\.job) } == ["statistics"])
            #expect(seen.withLock { $0.allSatisfy { $0.outcome == .succeeded } })
        }
    }

    @Test("a run whose process is gone is told of also where no server runs jobs")
    func lostByHand() async throws {
        try await JobHouse.with { house in
            let jobs = house.jobs(isOn: false)
            let (claim, ledger) = (jobs.newClaim(.refresh, cause: .hand, dueAt: nil), jobs.ledger)
            #expect(try await house.engine.bookkeep(deadline: .none) { try await ledger.take(claim, in: $0) })
            await jobs.look()
            #expect(await jobs.health().first { $0.name == "job_refresh" }?.state == .ok)
            try await house.expireLease()
            await jobs.look()
            let part = await jobs.health().first { $0.name == "job_refresh" }
            #expect(part?.reason?.contains("was gone") == true)
        }
    }

    @Test("of several who find a lost run, one tells of it")
    func lostOnce() async throws {
        try await JobHouse.with { house in
            let count = Mutex(0)
            let jobs = house.jobs { event in
                if case .foundLost = event { count.withLock { $0 += 1 } }
            }
            let (claim, ledger) = (jobs.newClaim(.refresh, cause: .hand, dueAt: nil), jobs.ledger)
            #expect(try await house.engine.bookkeep(deadline: .none) { try await ledger.take(claim, in: $0) })
            try await house.expireLease()
            for _ in 0..<3 { try await jobs.recover(.refresh) }
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test("the question log is brought back to its limits without the statistics")
    func tidied() async throws {
        try await JobHouse.with { house in
            let jobs = house.jobs(isOn: false)
            var configuration = jobs.configuration
            configuration.retention.mostQuestions = 1
            jobs.reload(configuration)
            _ = try await jobs.run(.refresh)
            for view in ["teacher_workload", "student_grade_summary"] {
                _ = try? await house.warehouse.encodedAnswer(Question(view: view))
            }
            try await house.asked.flush(to: house.engine)
            let kept = {
                try await house.engine.read(deadline: .none) {
                    try await QuestionTally.mostAsked(
                        since: Instant.now.utcDate.adding(days: -1), limit: 9, in: $0)
                }.count
            }
            let before = try await kept()
            await jobs.tidyQuestions()
            #expect(before == 2)
            #expect(try await kept() == 1)
        }
    }
}

extension JobHouse {
    fileprivate func lastDue() async throws -> Instant? {
        let ledger = jobs().ledger
        return try await engine.bookkeep(deadline: .none) { try await ledger.leases(in: $0) }.leases["refresh"]?
            .lastDueAt
    }

    fileprivate func expireLease() async throws {
        try await engine.bookkeep(deadline: .none) { session in
            _ = try await session.execute(
                Statement(
                    "UPDATE job_leases SET expires_at = CAST('2020-01-01 00:00:00' AS timestamp) WHERE run_id IS NOT NULL"
                ))
        }
    }

    /// Lets a process's run end without anybody being told: as if it had been killed.
    fileprivate func forgetRun(of jobs: WarehouseJobs) async throws {
        guard let own = jobs.guarded.withLock({ $0.runs[.refresh] }) else { return }
        own.task.cancel()
        _ = await own.task.value
        try await engine.bookkeep(deadline: .none) { session in
            _ = try await session.execute(
                Statement(
                    """
                    UPDATE job_runs SET outcome = 'running', ended_at = NULL WHERE run_id = :id
                    """, ["id": .text(own.runID)]))
            _ = try await session.execute(
                Statement(
                    """
                    UPDATE job_leases SET run_id = :id, expires_at = CAST('2020-01-01 00:00:00' AS timestamp),
                        last_due_at = CAST('2026-11-24 02:00:00' AS timestamp)
                    WHERE job = 'refresh'
                    """, ["id": .text(own.runID)]))
        }
    }
}
