import Foundation
public import RollbookModel
public import RollbookStore
import Synchronization

/// The jobs of a warehouse: run by their schedules, or by hand, one of each at a time across all processes of a store.
public final class WarehouseJobs: Sendable {
    /// The warehouse.
    public let warehouse: Warehouse
    /// This process, as the store's records name it.
    public let holder: String
    /// What people ask, where it is recorded.
    public let askedQuestions: AskedQuestions?

    struct Guarded {
        var configuration: JobsConfiguration
        var schedule: ScheduleState
        /// What runs in this process.
        var runs: [Job: (runID: String, task: Task<JobEnd, Never>, stop: StopNote)] = [:]
        /// Whether the process ends, so that nothing new is begun.
        var isStopping = false
        var known = KnownJobs()
    }

    let guarded: Mutex<Guarded>
    let onEvent: @Sendable (JobEvent) -> Void
    let clock: ScheduleClock
    var engine: any Engine { warehouse.engine }

    /// Makes the jobs of a warehouse.
    ///
    /// - Parameters:
    ///   - askedQuestions: is flushed at intervals, and tells the job `warm` what people ask. It must be among the warehouse's
    ///     observers.
    ///   - now: the clock by which schedules go; nil: the store's.
    ///   - onEvent: is told what happens, for logs and metrics; it must return at once.
    public init(
        warehouse: Warehouse, configuration: JobsConfiguration = JobsConfiguration(),
        askedQuestions: AskedQuestions? = nil,
        now: (@Sendable () -> Instant)? = nil, onEvent: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) {
        self.warehouse = warehouse
        self.askedQuestions = askedQuestions
        clock = ScheduleClock(now)
        self.onEvent = onEvent
        let process = ProcessInfo.processInfo
        holder =
            "\(process.hostName.prefix(100)):\(process.processIdentifier):\(String(UInt32.random(in: .min ... .max), radix: 36))"
        guarded = Mutex(Guarded(configuration: configuration, schedule: ScheduleState(configuration)))
    }

    /// How the jobs run.
    public var configuration: JobsConfiguration { guarded.withLock { $0.configuration } }

    /// Puts other settings in force, from now on; what runs goes on under those that it began with.
    public func reload(_ configuration: JobsConfiguration) {
        let now = clock.now
        guarded.withLock { guarded in
            guarded.configuration = configuration
            guarded.schedule.reload(configuration, at: now)
        }
    }

    var ledger: JobLedger { JobLedger(leaseDuration: configuration.leaseDuration, dialect: engine.dialect) }

    /// How long a look into the records may take.
    static let patience = Duration.seconds(10)

    /// Begins a job in this process and returns while it runs.
    ///
    /// - Parameter progress: is told, in words for people, what has been done.
    /// - Returns: the run's id.
    /// - Throws: ``RollbookError`` with `busy` where it runs already, here or elsewhere; `notPermitted` where the database's
    ///   user may not write that it runs; what the engine throws.
    public func begin(
        _ job: Job, cause: JobRun.Cause = .hand, progress: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws -> String {
        let begun = try await start(job, cause: cause, progress: progress)
        return begun.runID
    }

    /// Runs a job in this process to its end. Where the task is cancelled, the job is.
    ///
    /// - Throws: as ``begin(_:cause:progress:)``.
    public func run(
        _ job: Job, cause: JobRun.Cause = .hand, progress: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws -> JobEnd {
        let begun = try await start(job, cause: cause, progress: progress)
        return await withTaskCancellationHandler {
            await begun.task.value
        } onCancel: {
            begun.task.cancel()
        }
    }

    private func start(
        _ job: Job, cause: JobRun.Cause, progress: @escaping @Sendable (String) async -> Void
    ) async throws -> (runID: String, task: Task<JobEnd, Never>) {
        if Task.isCancelled { throw RollbookError(.cancelled, "the job was stopped before it began") }
        // Before there is a store, nothing can be noted in it.
        let made = job == .prepare ? try await warehouse.makeStoreIfMissing() : []
        for name in made { await progress("made \(name)") }
        let claim = newClaim(job, cause: cause, dueAt: nil)
        let ledger = ledger
        let isTaken = try await engine.bookkeep(deadline: .after(Self.patience)) { session in
            try await ledger.take(claim, in: session)
        }
        guard isTaken else {
            throw RollbookError(.busy, "\(job.rawValue) runs already, and runs once at a time", subject: job.rawValue)
        }
        return launch(job, claim, made: Int64(made.count), progress: progress)
    }

    func newClaim(_ job: Job, cause: JobRun.Cause, dueAt: Instant?) -> JobLedger.Claim {
        JobLedger.Claim(
            job: job.rawValue, holder: holder, runID: UUID().uuidString.lowercased(), cause: cause, dueAt: dueAt)
    }

    /// Runs a job whose lease was taken, in a task of its own.
    @discardableResult func launch(
        _ job: Job, _ claim: JobLedger.Claim, made: Int64 = 0,
        progress: @escaping @Sendable (String) async -> Void = { _ in }
    ) -> (runID: String, task: Task<JobEnd, Never>) {
        let stop = StopNote()
        let runner = JobRunner(
            engine: engine, ledger: ledger, job: job, claim: claim, configuration: configuration, stop: stop,
            onEvent: onEvent)
        return guarded.withLock { guarded in
            let task = Task {
                let end = await runner.run { try await self.work(job, progress) + made }
                self.ended(job, claim.runID, end)
                return end
            }
            // Whoever takes a lease while the process ends is stopped at once, and that is noted.
            if guarded.isStopping { task.cancel() }
            guarded.runs[job] = (claim.runID, task, stop)
            guarded.schedule.began(job)
            return (claim.runID, task)
        }
    }

    private func ended(_ job: Job, _ runID: String, _ end: JobEnd) {
        guarded.withLock { guarded in
            guard guarded.runs[job]?.runID == runID else { return }
            guarded.runs[job] = nil
            guarded.schedule.ended(job)
        }
    }

    /// Asks a job to stop, wherever it runs; the query is stopped in the engine.
    ///
    /// - Returns: the id of the run that was asked.
    /// - Throws: ``RollbookError`` with `notFound` where it does not run; as ``begin(_:cause:progress:)``.
    @discardableResult public func cancel(_ job: Job) async throws -> String {
        let ledger = ledger
        let runID = try await engine.bookkeep(deadline: .after(Self.patience)) { session in
            try await ledger.requestCancellation(of: job.rawValue, in: session)
        }
        guard let runID else {
            throw RollbookError(.notFound, "\(job.rawValue) does not run", subject: job.rawValue)
        }
        // Elsewhere it is learned of with the next renewal.
        if let own = guarded.withLock({ $0.runs[job] }), own.runID == runID {
            own.stop.set(.asked)
            own.task.cancel()
        }
        return runID
    }

    /// Stops what runs in this process, and returns when its end has been noted.
    public func stop() async {
        let tasks = guarded.withLock { guarded in
            guarded.isStopping = true
            return guarded.runs.values.map(\.task)
        }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.value }
    }
}
