import CDuckDB
import Dispatch
import RollbookModel
import RollbookStore
import Synchronization

/// Stops what a connection runs, from any thread, when its deadline passes or its task is cancelled.
///
/// DuckDB forgets an interrupt that comes while nothing runs, so it is repeated until the query has returned.
final class Interrupter: Sendable {
    private struct State {
        var runNumber = 0
        var isRunning = false
        var interruption: Interruption?
    }

    private let connection: OwnedConnection
    private let state = Mutex(State())

    init(_ connection: OwnedConnection) { self.connection = connection }

    /// Begins a run, and has it stopped at the deadline.
    func begin(_ deadline: Deadline) {
        let run = state.withLock { state in
            state.runNumber += 1
            state.isRunning = true
            state.interruption = nil
            return state.runNumber
        }
        guard let instant = deadline.instant else { return }
        let remaining = ContinuousClock.now.duration(to: instant)
        DispatchQueue.global().asyncAfter(deadline: .now() + max(0, remaining / .seconds(1))) { [weak self] in
            self?.stop(.deadline(deadline.limit), run: run)
        }
    }

    /// Ends a run.
    func end() { state.withLock { $0.isRunning = false } }

    /// Whether the present run was told to stop.
    var interruption: Interruption? { state.withLock { $0.interruption } }

    /// Stops whatever runs now, because its task was cancelled.
    func cancel() {
        let run = state.withLock { $0.isRunning ? $0.runNumber : nil }
        if let run { stop(.cancelled, run: run) }
    }

    private func stop(_ interruption: Interruption, run: Int) {
        let isCurrent = state.withLock { state in
            guard state.isRunning, state.runNumber == run else { return false }
            state.interruption = state.interruption ?? interruption
            // Under the lock, so that it cannot hit a later run.
            duckdb_interrupt(connection.handle)
            return true
        }
        guard isCurrent else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) { [weak self] in
            self?.stop(interruption, run: run)
        }
    }
}
