import RollbookModel
import RollbookStore
import Synchronization

/// A bounded number of connections to one server: made when they are needed, kept while they are in use.
final class ConnectionPool: Sendable {
    /// A place for one connection.
    private final class Slot: Sendable {
        let connection = Mutex<PostgresConnection?>(nil)
    }

    private let address: PostgresAddress
    private let configuration: PostgresConfiguration
    private let slots: [Slot]
    private let queue: AdmissionQueue<Slot>
    private let isClosed = Mutex(false)

    init(_ address: PostgresAddress, _ configuration: PostgresConfiguration, size: Int) {
        self.address = address
        self.configuration = configuration
        slots = (0..<size).map { _ in Slot() }
        queue = AdmissionQueue(slots, maximumWaiters: configuration.maximumWaiters)
    }

    /// Lends a connection. What `open` does is done once more on a new one where a kept one turns out dead: it must
    /// leave nothing behind.
    ///
    /// - Throws: what `open` and `body` throw, and what connecting throws.
    func withConnection<Opened: Sendable, T: Sendable>(
        _ deadline: Deadline, open: @Sendable (PostgresConnection) async throws -> Opened,
        body: @Sendable (PostgresConnection, Opened) async throws -> T
    ) async throws -> T {
        try await queue.withOne(deadline) { slot in
            let (connection, opened) = try await self.open(slot, deadline, open)
            return try await self.settling(connection, in: slot) { try await body(connection, opened) }
        }
    }

    /// Fails everyone who waits, and stops what runs.
    func close() {
        isClosed.withLock { $0 = true }
        queue.close()
        for slot in slots { slot.connection.withLock { $0 }?.close() }
    }

    private func open<Opened: Sendable>(
        _ slot: Slot, _ deadline: Deadline, _ open: @Sendable (PostgresConnection) async throws -> Opened
    ) async throws -> (PostgresConnection, Opened) {
        if let kept = slot.connection.withLock({ $0 }), await kept.isReusable {
            do {
                return (kept, try await settling(kept, in: slot, onlyAfterFailure: true) { try await open(kept) })
            } catch let error as RollbookError where error.isConnectionLoss && error.code == .unavailable {}
        }
        let connection = try PostgresConnection(address, configuration)
        slot.connection.withLock { $0 = connection }
        // Closing stops what it finds in the slots; whoever comes later looks here.
        if isClosed.withLock({ $0 }) { connection.close() }
        return (
            connection,
            try await settling(connection, in: slot, onlyAfterFailure: true) {
                try await connection.connect(deadline)
                return try await open(connection)
            }
        )
    }

    /// Leaves the connection ready for the next one, or the slot empty.
    private func settling<T: Sendable>(
        _ connection: PostgresConnection, in slot: Slot, onlyAfterFailure: Bool = false, _ body: () async throws -> T
    ) async throws -> T {
        do {
            let value = try await body()
            if !onlyAfterFailure { await settle(connection, in: slot) }
            return value
        } catch {
            await settle(connection, in: slot)
            throw error
        }
    }

    private func settle(_ connection: PostgresConnection, in slot: Slot) async {
        await connection.rollBack()
        if await !connection.isReusable || isClosed.withLock({ $0 }) { slot.connection.withLock { $0 = nil } }
    }
}
