import RollbookModel
import Synchronization

/// Lends a bounded number of things, first come first served. Who finds none waits until the deadline; when too many
/// wait already, the next one fails at once.
package final class AdmissionQueue<Thing: Sendable>: Sendable {
    private struct State {
        var free: [Thing]
        var waiters: [(id: Int, continuation: CheckedContinuation<Thing, any Error>)] = []
        var nextWaiter = 0
        var isClosed = false
    }

    private let state: Mutex<State>
    private let maximumWaiters: Int

    package init(_ things: [Thing], maximumWaiters: Int) {
        state = Mutex(State(free: things))
        self.maximumWaiters = maximumWaiters
    }

    /// Runs `body` with one of the things, which is free again afterwards.
    package func withOne<T: Sendable>(_ deadline: Deadline, _ body: @Sendable (Thing) async throws -> T) async throws
        -> T
    {
        let thing = try await borrow(deadline)
        defer { giveBack(thing) }
        return try await body(thing)
    }

    /// Fails everyone who waits, and everyone who comes.
    package func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: Self.closed) }
    }

    private func borrow(_ deadline: Deadline) async throws -> Thing {
        let (free, id) = state.withLock { state in
            state.nextWaiter += 1
            return (state.isClosed ? nil : state.free.popLast(), state.nextWaiter)
        }
        if let free { return free }
        let timer = deadline.instant.map { instant in
            Task { [weak self] in
                try await Task.sleep(until: instant, clock: .continuous)
                self?.fail(id, Self.tooLate)
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in enqueue(id, deadline, continuation) }
        } onCancel: {
            fail(id, RollbookError(.cancelled, "the caller went away"))
        }
    }

    private func enqueue(_ id: Int, _ deadline: Deadline, _ continuation: CheckedContinuation<Thing, any Error>) {
        let outcome: Result<Thing, any Error>? = state.withLock { state in
            if state.isClosed { return .failure(Self.closed) }
            if Task.isCancelled { return .failure(RollbookError(.cancelled, "the caller went away")) }
            if let thing = state.free.popLast() { return .success(thing) }
            // The timer may have gone off before anybody waited.
            if let instant = deadline.instant, instant <= .now { return .failure(Self.tooLate) }
            if state.waiters.count >= maximumWaiters {
                return .failure(RollbookError(.overloaded, "too many queries wait already; try again later"))
            }
            state.waiters.append((id, continuation))
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func fail(_ id: Int, _ error: RollbookError) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: error)
    }

    private func giveBack(_ thing: Thing) {
        let waiter = state.withLock { state in
            if state.waiters.isEmpty {
                state.free.append(thing)
                return nil as CheckedContinuation<Thing, any Error>?
            }
            return state.waiters.removeFirst().continuation
        }
        waiter?.resume(returning: thing)
    }

    private static var tooLate: RollbookError {
        RollbookError(.overloaded, "too many queries at once: this one waited until its deadline")
    }

    private static var closed: RollbookError { RollbookError(.unavailable, "the database is being closed") }
}
