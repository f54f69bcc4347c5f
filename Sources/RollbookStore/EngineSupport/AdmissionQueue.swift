import RollbookModel
import Synchronization

/// Lends a bounded number of things, first come first served. Who finds none waits until the deadline, or as long as the
/// queue lets anybody wait; when too many wait already, the next one fails at once.
package final class AdmissionQueue<Thing: Sendable>: Sendable {
    private struct State {
        var free: [Thing]
        var waiters: [(id: Int, continuation: CheckedContinuation<Thing, any Error>)] = []
        var nextWaiter = 0
        var isClosed = false
        var counts = QueueCounts()
    }

    private let name: String
    private let size: Int
    private let state: Mutex<State>
    private let maximumWaiters: Int
    private let maximumWait: Duration?

    /// - Parameters:
    ///   - name: what is lent, in words with underscores, for metrics and health.
    ///   - maximumWaiters: how many may wait at once.
    ///   - maximumWait: how long anybody may wait, whatever the deadline; nil: until the deadline.
    package init(_ things: [Thing], maximumWaiters: Int, maximumWait: Duration? = nil, name: String = "connections") {
        self.name = name
        size = things.count
        state = Mutex(State(free: things))
        self.maximumWaiters = maximumWaiters
        self.maximumWait = maximumWait
    }

    /// How full the queue is, and what became of those who came.
    package var status: QueueStatus {
        state.withLock { state in
            QueueStatus(
                name: name, size: size, busy: size - state.free.count, waiting: state.waiters.count,
                maximumWaiting: maximumWaiters, counts: state.counts)
        }
    }

    /// Runs `body` with one of the things, which is free again afterwards.
    package func withOne<T: Sendable>(_ deadline: Deadline, _ body: @Sendable (Thing) async throws -> T) async throws
        -> T
    {
        let thing = try await borrow(deadline)
        let start = ContinuousClock.now
        defer { giveBack(thing, after: ContinuousClock.now - start) }
        return try await Step.run("engine") { step in
            step.note("rollbook.queue", name)
            return try await body(thing)
        }
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
            let free = state.isClosed ? nil : state.free.popLast()
            if free != nil { state.counts.admitted += 1 }
            return (free, state.nextWaiter)
        }
        if let free { return free }
        let start = ContinuousClock.now
        defer { QueueWait.current?.add(since: start) }
        return try await Step.run("queue") { step in
            step.note("rollbook.queue", name)
            return try await wait(id, until: limit(deadline))
        }
    }

    /// The instant at which waiting ends: the deadline's, or sooner where nobody may wait that long.
    private func limit(_ deadline: Deadline) -> ContinuousClock.Instant? {
        let latest = maximumWait.map { ContinuousClock.now + $0 }
        guard let instant = deadline.instant, let latest else { return deadline.instant ?? latest }
        return min(instant, latest)
    }

    private func wait(_ id: Int, until limit: ContinuousClock.Instant?) async throws -> Thing {
        let timer = limit.map { instant in
            Task { [weak self] in
                try await Task.sleep(until: instant, clock: .continuous)
                self?.fail(id, Self.tooLate)
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in enqueue(id, limit, continuation) }
        } onCancel: {
            fail(id, RollbookError(.cancelled, "the caller went away"))
        }
    }

    private func enqueue(
        _ id: Int, _ limit: ContinuousClock.Instant?, _ continuation: CheckedContinuation<Thing, any Error>
    ) {
        let outcome: Result<Thing, any Error>? = state.withLock { state in
            if state.isClosed { return .failure(Self.closed) }
            if Task.isCancelled { return .failure(RollbookError(.cancelled, "the caller went away")) }
            if let thing = state.free.popLast() {
                state.counts.admitted += 1
                return .success(thing)
            }
            // The timer may have gone off before anybody waited.
            if let limit, limit <= .now {
                state.counts.expire()
                return .failure(Self.tooLate)
            }
            if state.waiters.count >= maximumWaiters {
                state.counts.refuse()
                return .failure(RollbookError(.overloaded, "too many queries wait already; try again later"))
            }
            state.waiters.append((id, continuation))
            return nil
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func fail(_ id: Int, _ error: RollbookError) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            if waiter != nil, error.code == .overloaded { state.counts.expire() }
            return waiter
        }
        waiter?.continuation.resume(throwing: error)
    }

    private func giveBack(_ thing: Thing, after use: Duration) {
        let waiter = state.withLock { state in
            state.counts.used(for: use)
            if state.waiters.isEmpty {
                state.free.append(thing)
                return nil as CheckedContinuation<Thing, any Error>?
            }
            state.counts.admitted += 1
            return state.waiters.removeFirst().continuation
        }
        waiter?.resume(returning: thing)
    }

    private static var tooLate: RollbookError {
        RollbookError(.overloaded, "too many queries at once: this one waited as long as it may")
    }

    private static var closed: RollbookError { RollbookError(.unavailable, "the database is being closed") }
}
