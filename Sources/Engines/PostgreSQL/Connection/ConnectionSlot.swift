import RollbookModel
import Synchronization

/// A place in a pool for one connection, which is lent or idles.
final class ConnectionSlot: Sendable {
    private struct State {
        var connection: PostgresConnection?
        /// Since when it idles; nil while it is lent.
        var idleSince: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// The connection, lent or not.
    var connection: PostgresConnection? { state.withLock { $0.connection } }

    /// Takes the idle connection for use, and says how long it idled.
    func take() -> (connection: PostgresConnection, idleTime: Duration)? {
        state.withLock { state in
            guard let connection = state.connection, let since = state.idleSince else { return nil }
            state.idleSince = nil
            return (connection, since.duration(to: .now))
        }
    }

    /// Puts a new connection in, in use.
    func put(_ connection: PostgresConnection) {
        state.withLock { $0 = State(connection: connection, idleSince: nil) }
    }

    /// The connection is no longer in use.
    func giveBack() { state.withLock { $0.idleSince = .now } }

    /// Lets go of the connection, which closes it.
    func empty() { state.withLock { $0 = State() } }

    /// Lets go of the connection where it has idled at least so long.
    ///
    /// - Returns: whether it did.
    func empty(idleFor limit: Duration) -> Bool {
        state.withLock { state in
            guard let since = state.idleSince, since.duration(to: .now) >= limit else { return false }
            state = State()
            return true
        }
    }

    /// Stops what runs on the connection; lets go of an idle one.
    func close() {
        state.withLock { state in
            state.connection?.close()
            if state.idleSince != nil { state = State() }
        }
    }
}
