import Synchronization

/// Those who wait until an answer is kept, by its key's digest.
final class News: Sendable {
    struct State {
        var waiters: [String: [Int: CheckedContinuation<Void, Never>]] = [:]
        var lastNumber = 0
    }

    fileprivate let state = Mutex(State())

    /// Waits for news, but not longer than this.
    func wait(for digest: String, within time: Duration) async {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiters[digest, default: [:]][number] = continuation }
                // Only now is there somebody to be woken.
                Task {
                    try? await Task.sleep(for: time)
                    wake(number, of: digest)
                }
                if Task.isCancelled { wake(number, of: digest) }
            }
        } onCancel: {
            wake(number, of: digest)
        }
    }

    /// There is news of a key.
    func came(for digest: String) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: digest) }
        for waiter in (waiters ?? [:]).values { waiter.resume() }
    }

    private func wake(_ number: Int, of digest: String) {
        let waiter = state.withLock { state in
            let waiter = state.waiters[digest]?.removeValue(forKey: number)
            if state.waiters[digest]?.isEmpty == true { state.waiters[digest] = nil }
            return waiter
        }
        waiter?.resume()
    }
}

extension News {
    /// Whether nobody waits.
    var isIdle: Bool { state.withLock { $0.waiters.isEmpty } }
}
