public import RollbookModel

/// A run of a job, as the store remembers it.
public struct JobRun: Hashable, Sendable {
    /// Why a job was begun.
    public enum Cause: String, Sendable, CaseIterable {
        /// Its schedule said so.
        case schedule
        /// Its schedule had said so while nobody could run it.
        case madeUp = "made_up"
        /// Somebody asked for it.
        case hand
        /// A server was started.
        case start
    }

    /// How a run or a try ended.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It has not ended.
        case running
        /// It did what it is for.
        case succeeded
        /// It could not.
        case failed
        /// Somebody stopped it, or the process that ran it was told to end.
        case cancelled
        /// The process that ran it was gone before it could say how it ended.
        case lost
    }

    /// The run's id.
    public let id: String
    /// The job's name.
    public let job: String
    /// The process that ran it.
    public let holder: String
    /// Why it was begun.
    public let cause: Cause
    /// The due time that it was begun for, where its schedule was the cause.
    public let dueAt: Instant?
    /// When it was begun.
    public let startedAt: Instant
    /// When it ended; nil while it runs.
    public let endedAt: Instant?
    /// How many tries were begun.
    public let tryCount: Int
    /// How it ended.
    public let outcome: Outcome
    /// The rows that it wrote, or what else its job counts.
    public let rowCount: Int64?
    /// The code of what went wrong at last.
    public let errorCode: String?
    /// What went wrong at last, without any record's values.
    public let errorMessage: String?

    /// The run as it is, where the store has it so and its job's lease so.
    package func asFound(under lease: JobLease?, at storeNow: Instant) -> JobRun {
        lease.map { $0.runID == id && $0.isHeld(at: storeNow) } ?? false ? self : withoutHolder
    }

    /// The run as it is where nobody holds its lease: one that has not ended is lost, though nobody may have written that
    /// down yet.
    package var withoutHolder: JobRun {
        guard outcome == .running else { return self }
        return JobRun(
            id: id, job: job, holder: holder, cause: cause, dueAt: dueAt, startedAt: startedAt, endedAt: endedAt,
            tryCount: tryCount, outcome: .lost, rowCount: rowCount, errorCode: errorCode, errorMessage: errorMessage)
    }
}

/// One try of a run.
public struct JobTry: Hashable, Sendable {
    /// Its number, from 1.
    public let number: Int
    /// When it was begun.
    public let startedAt: Instant
    /// When it ended; nil while it runs.
    public let endedAt: Instant?
    /// How it ended.
    public let outcome: JobRun.Outcome
    /// The rows that it wrote, or what else its job counts.
    public let rowCount: Int64?
    /// The code of what went wrong.
    public let errorCode: String?
    /// What went wrong, without any record's values.
    public let errorMessage: String?
}

/// Who runs a job, and the newest of its due times that was taken.
public struct JobLease: Hashable, Sendable {
    /// The job's name.
    public let job: String
    /// The process that runs it, or ran it last.
    public let holder: String?
    /// The run that it is held for.
    public let runID: String?
    /// Until when it is held unless it is renewed; nil where nobody holds it.
    public let expiresAt: Instant?
    /// The newest due time that somebody has taken.
    public let lastDueAt: Instant?
    /// Whether somebody has asked to stop the run.
    public let isToBeCancelled: Bool

    /// Longer than any lease lasts: an expiry further ahead was written by a clock that was wrong.
    public static let longest = Duration.seconds(3600)

    /// Whether somebody holds it.
    ///
    /// - Parameter now: the store's clock.
    public func isHeld(at now: Instant) -> Bool {
        guard let expiresAt, runID != nil else { return false }
        return now < expiresAt && expiresAt <= now.adding(Self.longest)
    }
}

/// How a run or a try ended, as it is to be remembered.
public struct JobEnd: Sendable {
    /// How.
    public let outcome: JobRun.Outcome
    /// The rows that it wrote, or what else its job counts.
    public let rowCount: Int64?
    /// What went wrong.
    public let error: RollbookError?

    /// Describes an end.
    public init(_ outcome: JobRun.Outcome, rowCount: Int64? = nil, error: RollbookError? = nil) {
        self.outcome = outcome
        self.rowCount = rowCount
        self.error = error
    }
}

extension Instant {
    /// The instant so much later.
    public func adding(_ duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        return adding(microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
