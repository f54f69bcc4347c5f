public import RollbookModel
public import RollbookStore
import Synchronization

/// A job as it is now.
public struct JobStatus: Sendable {
    /// The job.
    public let job: Job
    /// When, how often and how long it runs.
    public let settings: JobSettings
    /// The zone by whose clocks it falls due.
    public let zone: Zone
    /// When it falls due next; nil where it does not by itself, or this process runs no jobs at their times.
    public let nextDueAt: Instant?
    /// The process that runs it now; nil where none does.
    public let runningHolder: String?
    /// The newest run; nil where it never ran.
    public let lastRun: JobRun?
    /// The due time at which it should have begun and has not; nil where it is not late.
    public let missedDueAt: Instant?
}

extension WarehouseJobs {
    /// Every job as it is now.
    ///
    /// - Throws: what the engine throws.
    public func list() async throws -> [JobStatus] {
        let ledger = ledger
        let (leases, storeNow, lastRuns) = try await engine.bookkeep(deadline: .after(Self.patience)) { session in
            let (leases, now) = try await ledger.leases(in: session)
            return (leases, now, try await JobLedger.lastRuns(in: session))
        }
        let (configuration, schedule) = guarded.withLock { ($0.configuration, $0.schedule) }
        let now = clock.saw(storeNow)
        return Job.allCases.map { job in
            let lease = leases[job.rawValue]
            let isHeld = lease?.isHeld(at: storeNow) ?? false
            let last = lastRuns[job.rawValue]
            return JobStatus(
                job: job, settings: configuration[job], zone: configuration.zone,
                nextDueAt: configuration.isOn ? configuration.nextDue(of: job, after: now) : nil,
                runningHolder: isHeld ? lease?.holder : nil,
                lastRun: last?.asFound(under: lease, at: storeNow),
                missedDueAt: Self.missed(job, lease, last, schedule, now))
        }
    }

    static func missed(
        _ job: Job, _ lease: JobLease?, _ last: JobRun?, _ schedule: ScheduleState, _ now: Instant
    ) -> Instant? {
        guard let due = schedule.missed(job, lease, at: now) else { return nil }
        // Somebody else's clockwork may run it by hand.
        return last.map { $0.startedAt >= due } ?? false ? nil : due
    }

    /// The newest runs of a job, newest first.
    ///
    /// - Throws: what the engine throws.
    public func runs(of job: Job? = nil, limit: Int = 50) async throws -> [JobRun] {
        let ledger = ledger
        return try await engine.bookkeep(deadline: .after(Self.patience)) { session in
            let (leases, now) = try await ledger.leases(in: session)
            let alive = Set(leases.values.filter { $0.isHeld(at: now) }.compactMap(\.runID))
            let runs = try await JobLedger.runs(of: job?.rawValue, limit: limit, in: session)
            return runs.map { alive.contains($0.id) ? $0 : $0.withoutHolder }
        }
    }

    /// A run with its tries.
    ///
    /// - Throws: ``RollbookError`` with `notFound` where there is no such run of the job; what the engine throws.
    public func run(_ id: String, of job: Job) async throws -> (run: JobRun, tries: [JobTry]) {
        let ledger = ledger
        return try await engine.bookkeep(deadline: .after(Self.patience)) { session in
            guard let run = try await JobLedger.runs(of: job.rawValue, id: id, limit: 1, in: session).first else {
                throw RollbookError(.notFound, "\(job.rawValue) has no run of this id", subject: "run")
            }
            let (leases, now) = try await ledger.leases(in: session)
            let isAlive = leases[job.rawValue].map { $0.runID == id && $0.isHeld(at: now) } ?? false
            return (isAlive ? run : run.withoutHolder, try await JobLedger.tries(of: id, in: session))
        }
    }

    /// The newest measurements, newest first.
    ///
    /// - Throws: what the engine throws.
    public func statistics(limit: Int = 2) async throws -> [StatisticsHistory.Taking] {
        try await engine.read(deadline: .after(Self.patience)) { session in
            try await StatisticsHistory.newest(limit, in: session)
        }
    }
}
