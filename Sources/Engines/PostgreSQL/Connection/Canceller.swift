import CLibPQ
import Dispatch
import Synchronization

/// Asks the server, over a connection of its own, to stop what a connection runs. That blocks, so it has its own thread.
final class Canceller: Sendable {
    private let isDone = Mutex(false)

    /// Begins to ask.
    init(_ connection: OpaquePointer, _ wakeUp: WakeUp) {
        guard let request = PQgetCancel(connection) else {
            isDone.withLock { $0 = true }
            return
        }
        let owned = CancelRequest(request)
        DispatchQueue(label: "rollbook.postgresql.cancel").async { [self] in
            // Whether it worked shows on the connection itself.
            owned.send()
            isDone.withLock { $0 = true }
            wakeUp.raise()
        }
    }

    /// Whether the server has the request, or will never have it.
    var hasReturned: Bool { isDone.withLock { $0 } }
}

/// libpq's copy of what a connection's server must be told, freed with its last owner.
private final class CancelRequest: Sendable {
    // libpq lets any thread use it.
    private nonisolated(unsafe) let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQfreeCancel(handle) }

    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}
