import RollbookModel
import RollbookStore
import Synchronization

/// Why the server is told to stop what it runs.
enum Interruption: Sendable {
    case deadline(Duration?)
    case cancelled
    case closing
}

/// One run on a connection: until when, and whether its task still wants it.
final class Stop: Sendable {
    /// Until when the run may last.
    let deadline: Deadline
    private let wakeUp: WakeUp
    private let isCancelled = Mutex(false)

    init(_ deadline: Deadline, _ wakeUp: WakeUp) {
        self.deadline = deadline
        self.wakeUp = wakeUp
    }

    /// Stops the run, from any thread.
    func cancel() {
        isCancelled.withLock { $0 = true }
        wakeUp.raise()
    }

    /// Why the run must end, if it must.
    var reason: Interruption? {
        if isCancelled.withLock({ $0 }) { return .cancelled }
        if let instant = deadline.instant, instant <= .now { return .deadline(deadline.limit) }
        return nil
    }
}
