public import RollbookModel
public import RollbookStore

/// What happens to jobs in this process, for logs and metrics.
public enum JobEvent: Sendable {
    /// A run began.
    case began(Job, runID: String, cause: JobRun.Cause, dueAt: Instant?)
    /// A try failed, and another one follows after a pause.
    case tryFailed(Job, runID: String, number: Int, RollbookError, pause: Duration)
    /// A run ended.
    case ended(Job, runID: String, JobEnd, duration: Duration)
    /// A run was found whose process had gone.
    case foundLost(Job, isBegunAgain: Bool)
    /// The store was looked at: the newest run of each job, and the newest that succeeded, of any process.
    case looked(lastRuns: [JobRun], lastSuccesses: [JobRun])
    /// What was to be remembered could not be.
    case notRecorded(RollbookError)
}
