import Synchronization

/// Waits for work that may never end, but no longer than the caller has patience: the work is left to itself, not cancelled,
/// because what hangs does not hear of it.
package enum Patience {
    /// What `work` gives, or nil where that takes longer than `limit`.
    package static func wait<T: Sendable>(_ limit: Duration, for work: @escaping @Sendable () async -> T) async -> T? {
        let first = FirstValue<T>()
        Task { first.settle(await work()) }
        let timer = Task {
            try await Task.sleep(for: limit)
            first.settle(nil)
        }
        defer { timer.cancel() }
        return await first.value
    }
}

/// The first of several values; others come too late.
private final class FirstValue<T: Sendable>: Sendable {
    private struct State {
        var value: T??
        var waiter: CheckedContinuation<T?, Never>?
    }

    private let state = Mutex(State())

    var value: T? {
        get async {
            await withCheckedContinuation { continuation in
                let known: T?? = state.withLock { state in
                    if state.value == nil { state.waiter = continuation }
                    return state.value
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    func settle(_ value: T?) {
        let waiter: CheckedContinuation<T?, Never>? = state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = .some(value)
            return state.waiter
        }
        waiter?.resume(returning: value)
    }
}
