import RollbookModel
import RollbookStore
import Synchronization

/// Waits for work that may not be stoppable, such as the look-up of a host's name, but no longer than the caller does.
enum Abandonment {
    /// How much longer than its own limits the work may take, so that it can say itself what went wrong.
    private static let patience = Duration.milliseconds(250)

    /// Runs `work`, and leaves it to itself when the time has passed or the caller is cancelled.
    ///
    /// - Parameter tooLate: what the caller is told when the time has passed.
    /// - Throws: what `work` throws, `tooLate`, and ``RollbookError`` with `cancelled`.
    static func limit(
        _ limit: Duration, tooLate: RollbookError, _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        let outcome = FirstOutcome()
        let working = Task {
            do {
                try await work()
                outcome.settle(.success(()))
            } catch { outcome.settle(.failure(error)) }
        }
        let timer = Task {
            try await Task.sleep(for: limit + patience)
            working.cancel()
            outcome.settle(.failure(tooLate))
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await outcome.value
        } onCancel: {
            working.cancel()
            Task {
                try await Task.sleep(for: patience)
                outcome.settle(.failure(Interruption.cancelled.error))
            }
        }
    }
}

/// The first of several outcomes; the others come too late.
private final class FirstOutcome: Sendable {
    private struct State {
        var outcome: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())

    var value: Void {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state in
                    if state.outcome == nil { state.waiter = continuation }
                    return state.outcome
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        }
    }

    func settle(_ outcome: Result<Void, any Error>) {
        let waiter = state.withLock { state in
            guard state.outcome == nil else { return nil as CheckedContinuation<Void, any Error>? }
            state.outcome = outcome
            return state.waiter
        }
        waiter?.resume(with: outcome)
    }
}
