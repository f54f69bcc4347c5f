import RollbookModel
import RollbookStore
import Synchronization

/// Runs a job whose lease was taken: tries, heartbeats, the time limit, and a note of every beginning and end.
struct JobRunner: Sendable {
    let engine: any Engine
    let ledger: JobLedger
    let job: Job
    let claim: JobLedger.Claim
    let configuration: JobsConfiguration
    let stop: StopNote
    let onEvent: @Sendable (JobEvent) -> Void

    private var settings: JobSettings { configuration[job] }
    /// How long a note may take.
    static let patience = Duration.seconds(10)
    /// How long one may take where the process ends and somebody waits for that.
    static let lastPatience = Duration.seconds(5)

    /// Runs the job to its end, which is noted also where the task is cancelled meanwhile.
    func run(_ work: @escaping @Sendable () async throws -> Int64) async -> JobEnd {
        let start = ContinuousClock.now
        onEvent(.began(job, runID: claim.runID, cause: claim.cause, dueAt: claim.dueAt))
        let end = await watched(work)
        // A lease that is another's by now stays untouched, and so does the due time.
        let givesBack = [.processEnds, .leaseLost].contains(stop.reason)
        await note(for: configuration.leaseDuration) {
            try await ledger.end(claim, end, givesBack: givesBack, in: $0)
        }
        onEvent(.ended(job, runID: claim.runID, end, duration: ContinuousClock.now - start))
        return end
    }

    /// The tries, beside those who may stop them.
    private func watched(_ work: @escaping @Sendable () async throws -> Int64) async -> JobEnd {
        return await withTaskGroup(of: JobEnd?.self) { group in
            group.addTask { await tries(work) }
            group.addTask {
                if let reason = await heartbeat() { stop.set(reason) }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: settings.timeLimit)
                if !Task.isCancelled { stop.set(.timeLimit(settings.timeLimit)) }
                return nil
            }
            for await end in group {
                // Whoever comes first ends it for all: the tries, or one of those who stop them.
                group.cancelAll()
                if let end { return end }
            }
            return RunState.end(.processEnds)
        }
    }

    private func tries(_ work: @Sendable () async throws -> Int64) async -> JobEnd {
        var state = RunState(tries: settings.tries, firstPause: configuration.firstPause)
        var step = RunState.Step.begin(1, after: .zero)
        while case .begin(let number, let pause) = step {
            if pause > .zero { try? await Task.sleep(for: pause) }
            if Task.isCancelled {
                step = state.stopped(stop.reason)
                break
            }
            await note { try await ledger.beginTry(number, of: claim.runID, in: $0) }
            let end: JobEnd
            do {
                let rowCount = try await work()
                step = state.succeeded(rowCount: rowCount)
                end = JobEnd(.succeeded, rowCount: rowCount)
            } catch {
                let failure = Self.failure(error)
                step = state.failed(
                    failure, stop: Task.isCancelled ? stop.reason : nil, jitter: .random(in: 0...1))
                if case .end(let last) = step { end = last } else { end = JobEnd(.failed, error: failure) }
                if case .begin(_, let pause) = step {
                    onEvent(.tryFailed(job, runID: claim.runID, number: number, failure, pause: pause))
                }
            }
            await note { try await ledger.endTry(number, of: claim.runID, end, in: $0) }
        }
        guard case .end(let end) = step else { return RunState.end(.processEnds) }
        return end
    }

    /// Renews the lease again and again.
    ///
    /// - Returns: why the run must stop; nil where it has ended.
    private func heartbeat() async -> RunState.StopReason? {
        var renewedAt = ContinuousClock.now
        while true {
            let end = renewedAt + configuration.leaseDuration
            try? await Task.sleep(for: min(configuration.leaseDuration / 5, max(.zero, end - .now)))
            if Task.isCancelled { return nil }
            let begun = ContinuousClock.now
            // A store that cannot be reached for so long may have given the lease to somebody else.
            if begun >= end { return .leaseLost }
            let patience = min(configuration.leaseDuration / 5, end - begun)
            let renewal = try? await engine.bookkeep(deadline: .after(patience)) {
                try await ledger.renew(claim, in: $0)
            }
            if Task.isCancelled { return nil }
            switch renewal {
            case .held: renewedAt = begun
            case .toBeCancelled: return .asked
            case .lost: return .leaseLost
            case nil: break
            }
        }
    }

    /// Writes something down, also where this task is cancelled; again and again for so long, or less where the process
    /// ends.
    private func note(
        for limit: Duration = Self.patience, _ body: @escaping @Sendable (any WriteSession) async throws -> Void
    ) async {
        let engine = engine
        let isEnding = Task.isCancelled && stop.reason == .processEnds
        let end = ContinuousClock.now + (isEnding ? min(limit, Self.lastPatience) : limit)
        let failure = await Task {
            while true {
                do {
                    let left = max(.milliseconds(1), end - .now)
                    try await engine.bookkeep(deadline: .after(min(Self.patience, left)), body)
                    return nil as RollbookError?
                } catch {
                    let failure = Self.failure(error)
                    let isPassing = [.unavailable, .timedOut, .overloaded].contains(failure.code)
                    if ContinuousClock.now >= end || !isPassing { return failure }
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
        }.value
        if let failure { onEvent(.notRecorded(failure)) }
    }

    private static func failure(_ error: any Error) -> RollbookError {
        switch error {
        case let error as RollbookError: error
        case is CancellationError: RollbookError(.cancelled, "the job was stopped")
        default: RollbookError(.engineFailure, "the job failed", underlying: error)
        }
    }
}

/// Why a run is stopped: the first reason counts.
final class StopNote: Sendable {
    private let noted = Mutex<RunState.StopReason?>(nil)

    /// What was noted; where nothing was, the process ends.
    var reason: RunState.StopReason { noted.withLock { $0 } ?? .processEnds }

    func set(_ reason: RunState.StopReason) { noted.withLock { $0 = $0 ?? reason } }
}
