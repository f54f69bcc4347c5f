public import RollbookModel
import RollbookStore
import RollbookViews
import Synchronization

extension WarehouseJobs: HealthSource {
    /// How jobs and views are, as of the last look: each job, each view, and whether what runs can be written down.
    public func health() async -> [HealthPart] {
        let (known, configuration) = guarded.withLock { ($0.known, $0.configuration) }
        guard let seenAt = known.seenAt else {
            return known.readFailure.map { [.degraded("job_records", because: "they cannot be read: \($0.message)")] } ?? []
        }
        let now = max(now(), seenAt)
        return [records(known, configuration)] + Job.allCases.map { Self.health(of: $0, known, configuration, now) }
            + known.views.map { Self.health(of: $0, configuration, now) }
    }

    private func records(_ known: KnownJobs, _ configuration: JobsConfiguration) -> HealthPart {
        let name = "job_records"
        if let failure = known.readFailure { return .degraded(name, because: "they cannot be read: \(failure.message)") }
        if let failure = questionLog?.failure ?? (configuration.isOn ? known.writeFailure : nil) {
            let words =
                failure.code == .notPermitted
                ? "nothing is recorded and no job runs here: the database's user may only read"
                : "what runs and is asked is not recorded: \(failure.message)"
            return .degraded(name, because: words)
        }
        return .well(name)
    }

    private static func health(
        of job: Job, _ known: KnownJobs, _ configuration: JobsConfiguration, _ now: Instant
    ) -> HealthPart {
        let (name, last) = ("job_\(job.rawValue)", known.lastRuns[job.rawValue])
        if let due = missed(job, known.leases[job.rawValue], last, configuration, now) {
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

    private static func health(of view: ViewStatus, _ configuration: JobsConfiguration, _ now: Instant) -> HealthPart {
        let name = "view_\(view.view)"
        guard let refreshedAt = view.refreshedAt else {
            return .degraded(name, because: "\(view.view) was never filled: run rollbook refresh")
        }
        guard now > refreshedAt.adding(configuration.maximumViewAge) else { return .well(name) }
        return .degraded(
            name,
            because: "\(view.view) was filled at \(refreshedAt), longer ago than the limit of"
                + " \(configuration.maximumViewAge.components.seconds / 3600) h (refresh.maximum_age)")
    }
}
