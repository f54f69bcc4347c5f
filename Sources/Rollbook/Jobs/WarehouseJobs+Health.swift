public import RollbookModel
import RollbookStore
import RollbookViews
import Synchronization

extension WarehouseJobs: HealthSource {
    /// How jobs and views are, as of the last look: each job, each view, and whether what runs can be written down.
    public func health() async -> [HealthPart] {
        let (known, configuration, schedule) = guarded.withLock { ($0.known, $0.configuration, $0.schedule) }
        guard let seenAt = known.seenAt else {
            return known.readFailure.map { [.degraded("job_records", because: "they cannot be read: \($0.message)")] }
                ?? []
        }
        let now = max(clock.now, seenAt)
        return [records(known, configuration)] + Job.allCases.map { Self.health(of: $0, known, schedule, now) }
            + [Self.viewAges(known.views, configuration, now)]
    }

    private func records(_ known: KnownJobs, _ configuration: JobsConfiguration) -> HealthPart {
        let name = "job_records"
        if let failure = known.readFailure {
            return .degraded(name, because: "they cannot be read: \(failure.message)")
        }
        if let failure = askedQuestions?.failure ?? (configuration.isOn ? known.writeFailure : nil) {
            let words =
                failure.code == .notPermitted
                ? "nothing is recorded and no job runs here: the database's user may only read"
                : "what runs and is asked is not recorded: \(failure.message)"
            return .degraded(name, because: words)
        }
        return .well(name)
    }

    private static func health(
        of job: Job, _ known: KnownJobs, _ schedule: ScheduleState, _ now: Instant
    ) -> HealthPart {
        let (name, last) = ("job_\(job.rawValue)", known.lastRuns[job.rawValue])
        if let due = missed(job, known.leases[job.rawValue], last, schedule, now) {
            return .degraded(name, because: "\(job.rawValue) was due at \(due) and has not begun")
        }
        switch last?.outcome {
        case .failed:
            return .degraded(
                name, because: "the last run of \(job.rawValue) failed: \(last?.errorMessage ?? "nobody knows why")")
        case .lost:
            return .degraded(name, because: "the process that ran \(job.rawValue) was gone before it had ended")
        default: return .well(name)
        }
    }

    /// Whether every view that was ever filled is as young as it should be.
    private static func viewAges(_ views: [ViewStatus], _ configuration: JobsConfiguration, _ now: Instant)
        -> HealthPart
    {
        let name = "view_ages"
        let old = views.filter { $0.refreshedAt.map { now > $0.adding(configuration.maximumViewAge) } ?? false }
        guard let oldest = old.compactMap(\.refreshedAt).min() else { return .well(name) }
        let hours = Double(configuration.maximumViewAge.components.seconds) / 3600
        return .degraded(
            name,
            because:
                "\(old.map(\.view).joined(separator: ", ")): filled at \(oldest) or later, which is longer ago than the"
                + " limit of \(hours == hours.rounded() ? String(Int(hours)) : String(hours)) h (refresh.maximum_age)")
    }
}
