import RollbookModel
import RollbookStore

/// The tries of one run: what follows each, and how the run ends. A value without clocks.
struct RunState {
    /// What follows.
    enum Step: Sendable {
        /// Begin the try of this number, after a pause.
        case begin(Int, after: Duration)
        /// It is over.
        case end(JobEnd)
    }

    /// Why a run is stopped before it has ended.
    enum StopReason: Hashable, Sendable {
        /// Somebody asked for it.
        case asked
        /// Another process has its lease.
        case leaseLost
        /// It has taken as long as it may.
        case timeLimit(Duration)
        /// This process ends.
        case processEnds
    }

    private let tries: Int
    private let firstPause: Duration
    private(set) var number = 1

    /// No pause is longer.
    private static let longestPause = Duration.seconds(900)

    init(tries: Int, firstPause: Duration) {
        self.tries = max(1, tries)
        self.firstPause = firstPause
    }

    /// A try did what it is for.
    func succeeded(rowCount: Int64) -> Step { .end(JobEnd(.succeeded, rowCount: rowCount)) }

    /// A try could not.
    ///
    /// - Parameters:
    ///   - stop: why it was stopped, where it was.
    ///   - jitter: from 0 to 1, drawn anew for each pause, so that servers which failed together do not try together.
    mutating func failed(_ error: RollbookError, stop: StopReason?, jitter: Double) -> Step {
        if let stop { return .end(Self.end(stop)) }
        guard number < tries, Self.isWorthAnotherTry(error.code) else { return .end(JobEnd(.failed, error: error)) }
        let pause = min(firstPause * (1 << min(number - 1, 20)), Self.longestPause)
        number += 1
        return .begin(number, after: pause * (0.75 + 0.5 * min(max(jitter, 0), 1)))
    }

    /// It was stopped between two tries.
    func stopped(_ reason: StopReason) -> Step { .end(Self.end(reason)) }

    /// What will be the same the next time is not tried again.
    private static func isWorthAnotherTry(_ code: RollbookError.Code) -> Bool {
        ![.invalidArgument, .notFound, .notPermitted, .notReady, .cancelled].contains(code)
    }

    static func end(_ reason: StopReason) -> JobEnd {
        switch reason {
        case .asked:
            JobEnd(.cancelled, error: RollbookError(.cancelled, "somebody asked the job to stop"))
        case .leaseLost:
            JobEnd(
                .cancelled,
                error: RollbookError(
                    .cancelled, "the job's lease ran out or passed to another process, so it was stopped here"))
        case .timeLimit(let limit):
            JobEnd(
                .failed,
                error: RollbookError(
                    .timedOut, "the job did not end within its time limit of \(limit.components.seconds) s"))
        case .processEnds:
            JobEnd(.cancelled, error: RollbookError(.cancelled, "the process that ran the job was told to end"))
        }
    }
}
