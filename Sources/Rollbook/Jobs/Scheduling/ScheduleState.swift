import RollbookModel
import RollbookStore

/// Decides which jobs are to be begun. A value that knows neither clocks nor stores: it is told what the leases say and what
/// time it is, and says what to do.
struct ScheduleState {
    /// What is to be done.
    enum Action: Hashable {
        /// Take the job for a due time, and run it.
        case claim(Job, dueAt: Instant, cause: JobRun.Cause)
        /// Write down that a run was lost with the process that ran it, and run it again where it may be.
        case recover(Job)
        /// Let the job's due times count from an instant on; what the lease says of them is nothing, or from a clock that was
        /// wrong, or by another schedule.
        case watch(Job, from: Instant)
    }

    private(set) var configuration: JobsConfiguration
    /// What runs in this process.
    private var running: Set<Job> = []
    /// Due times up to then do not count: the schedule was another one.
    private var floors: [Job: Instant] = [:]

    init(_ configuration: JobsConfiguration) { self.configuration = configuration }

    /// A job has been begun in this process.
    mutating func began(_ job: Job) { running.insert(job) }

    /// A job has ended in this process.
    mutating func ended(_ job: Job) { running.remove(job) }

    /// Other settings hold from now on. What a changed schedule would have had due before is not made up.
    mutating func reload(_ configuration: JobsConfiguration, at now: Instant) {
        for job in Job.allCases
        where configuration[job].schedule != self.configuration[job].schedule
            || configuration.zone != self.configuration.zone
        {
            floors[job] = now
        }
        self.configuration = configuration
    }

    /// What is to be done now.
    ///
    /// - Parameters:
    ///   - leases: as the store has them.
    ///   - storeNow: the store's clock, by which leases expire.
    ///   - now: the clock by which schedules go, the same for all processes of a store.
    func actions(leases: [String: JobLease], storeNow: Instant, now: Instant) -> [Action] {
        guard configuration.isOn else { return [] }
        return Job.allCases.compactMap { job in
            guard !running.contains(job) else { return nil }
            return action(job, leases[job.rawValue], storeNow, now)
        }
    }

    private func action(_ job: Job, _ lease: JobLease?, _ storeNow: Instant, _ now: Instant) -> Action? {
        if let lease, lease.isHeld(at: storeNow) { return nil }
        if lease?.runID != nil { return .recover(job) }
        guard let schedule = configuration[job].schedule else { return nil }
        guard let last = lease?.lastDueAt, Self.isTrusted(last, schedule, configuration.zone, at: now) else {
            return .watch(job, from: now)
        }
        // The store remembers it, so that neither another process nor this one after a start makes it up.
        if let floor = floors[job], last < floor, floor <= now { return .watch(job, from: floor) }
        guard let due = schedule.latest(until: now, in: configuration.zone), due > last else { return nil }
        return .claim(job, dueAt: due, cause: now < due.adding(Self.promptness) ? .schedule : .madeUp)
    }

    /// When the next look is due at the latest, from now on: no later than a patrol, so that clocks which jump, and what other
    /// processes do, are noticed.
    func pause(at now: Instant) -> Duration {
        let next = Job.allCases.compactMap { configuration.nextDue(of: $0, after: now) }.min()
        guard configuration.isOn, let next else { return configuration.patrol }
        let wait = Duration.microseconds(next.microsecondsSinceEpoch - now.microsecondsSinceEpoch)
        return min(configuration.patrol, max(.milliseconds(1), wait))
    }

    /// What begins within so long after its due time was not missed.
    static let promptness = Duration.seconds(60)

    /// Whether a due time that was taken can have been: the next one to come is the latest that can, where the clock was put
    /// back a little. One beyond it was taken by a clock that was wrong, and to wait for it would be to wait for long.
    static func isTrusted(_ last: Instant, _ schedule: CronExpression, _ zone: Zone, at now: Instant) -> Bool {
        if last <= now { return true }
        return schedule.next(after: now, in: zone).map { last <= $0 } ?? true
    }

    /// The due time that a job should have begun by now and has not; nil where this process runs no jobs at their times, so
    /// that nobody counts on it.
    func missed(_ job: Job, _ lease: JobLease?, at now: Instant) -> Instant? {
        guard configuration.isOn, let schedule = configuration[job].schedule, let last = lease?.lastDueAt,
            Self.isTrusted(last, schedule, configuration.zone, at: now)
        else { return nil }
        let known = max(last, floors[job] ?? last)
        let due = schedule.latest(until: now.adding(.zero - configuration.grace), in: configuration.zone)
        return due.flatMap { $0 > known ? $0 : nil }
    }
}
