public import Metrics
public import Rollbook
import RollbookModel
import RollbookStore

/// Counts and times the runs of jobs in this process, and tells when each job last ended well in any.
public struct JobMeters: Sendable {
    private let factory: any MetricsFactory

    /// Makes the instruments, each run's counter at zero: what is first seen as one cannot be seen to grow.
    public init(factory: any MetricsFactory) {
        self.factory = factory
        for job in Job.allCases {
            for outcome in JobRun.Outcome.allCases where outcome != .running { count(job.rawValue, outcome, by: 0) }
        }
    }

    /// Takes in what happened.
    public func saw(_ event: JobEvent) {
        switch event {
        case .ended(let job, _, let end, let duration):
            count(job.rawValue, end.outcome)
            let (seconds, attoseconds) = duration.components
            Metrics.Timer(
                label: "rollbook_job_duration_seconds", dimensions: [("job", job.rawValue)], factory: factory
            ).recordNanoseconds(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
        case .foundLost(let job, _): count(job.rawValue, .lost)
        case .looked(_, let lastSuccesses):
            // Also where the newest run failed: an alert on its age needs the series.
            for run in lastSuccesses {
                Gauge(
                    label: "rollbook_job_last_success_timestamp_seconds", dimensions: [("job", run.job)],
                    factory: factory
                ).record((run.endedAt ?? run.startedAt).secondsSinceEpoch)
            }
        default: break
        }
    }

    private func count(_ job: String, _ outcome: JobRun.Outcome, by runs: Int = 1) {
        Counter(
            label: "rollbook_job_runs_total", dimensions: [("job", job), ("outcome", outcome.rawValue)],
            factory: factory
        ).increment(by: runs)
    }
}
