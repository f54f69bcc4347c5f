import RollbookModel
import RollbookStore
import Synchronization

/// A bounded number of connections to one server: made when they are needed, kept for a while when they are not.
final class ConnectionPool: Sendable {
    private let address: PostgresAddress
    private let configuration: PostgresConfiguration
    private let slots: [ConnectionSlot]
    private let queue: AdmissionQueue<ConnectionSlot>
    /// Lent to who makes the connections that are always kept.
    private let filling: AdmissionQueue<Void>
    private let minimum: Int
    private let isClosed = Mutex(false)
    private let reaper = Mutex<Task<Void, any Error>?>(nil)

    /// After so long in a slot, a connection must answer before it is lent again.
    private static let trustedIdleTime = Duration.seconds(30)

    /// - Parameters:
    ///   - name: what the connections are for, as metrics and health name it.
    ///   - maximumWait: how long anybody may wait for a connection; nil: until the deadline.
    init(
        _ address: PostgresAddress, _ configuration: PostgresConfiguration, size: Int, minimum: Int, name: String,
        maximumWait: Duration? = nil
    ) {
        self.address = address
        self.configuration = configuration
        self.minimum = minimum
        slots = (0..<size).map { _ in ConnectionSlot() }
        queue = AdmissionQueue(
            slots, maximumWaiters: configuration.maximumWaiters, maximumWait: maximumWait, name: name)
        filling = AdmissionQueue([()], maximumWaiters: .max, name: name)
    }

    deinit { reaper.withLock { $0 }?.cancel() }

    /// Lends a connection. What `open` does is done once more on a new one where a kept one turns out dead: it must
    /// leave nothing behind.
    ///
    /// - Throws: what `open` and `body` throw, and what connecting throws.
    func withConnection<Opened: Sendable, T: Sendable>(
        _ deadline: Deadline, open: @Sendable (PostgresConnection) async throws -> Opened,
        body: @Sendable (PostgresConnection, Opened) async throws -> T
    ) async throws -> T {
        try await queue.withOne(deadline) { slot in
            do {
                let (connection, opened) = try await self.open(slot, deadline, open)
                let value = try await body(connection, opened)
                await self.settle(slot)
                return value
            } catch {
                await self.settle(slot)
                throw error
            }
        }
    }

    /// Makes the connections that are always kept, and at least one.
    ///
    /// - Throws: what connecting throws.
    func fill(_ deadline: Deadline) async throws {
        // One after the other: two that each held half of the connections would wait for each other for ever.
        try await filling.withOne(deadline) { _ in try await self.fill(max(1, self.minimum), deadline) }
    }

    /// How many connections there are, and how full the queue for them is.
    var status: (open: Int, queue: QueueStatus) { (slots.count { $0.connection != nil }, queue.status) }

    /// Each is held until all are there: otherwise the first would be lent again and again.
    private func fill(_ count: Int, _ deadline: Deadline) async throws {
        guard count > 0 else { return }
        try await withConnection(deadline, open: { _ in }, body: { _, _ in try await self.fill(count - 1, deadline) })
    }

    /// Fails everyone who waits, and stops what runs.
    func close() {
        isClosed.withLock { $0 = true }
        reaper.withLock { $0 }?.cancel()
        queue.close()
        filling.close()
        for slot in slots { slot.close() }
    }

    private func open<Opened: Sendable>(
        _ slot: ConnectionSlot, _ deadline: Deadline, _ open: @Sendable (PostgresConnection) async throws -> Opened
    ) async throws -> (PostgresConnection, Opened) {
        if let kept = await trusted(slot.take()) {
            do { return (kept, try await open(kept)) } catch let error as RollbookError
                where error.isConnectionLoss && error.code == .unavailable
            {}
        }
        let connection = try PostgresConnection(address, configuration)
        slot.put(connection)
        // Closing stops what it finds in the slots; whoever comes later looks here.
        if isClosed.withLock({ $0 }) { connection.close() }
        do { try await connect(connection, deadline) } catch {
            // Its thread may still be busy: nobody waits for that.
            connection.close()
            slot.empty()
            throw error
        }
        return (connection, try await open(connection))
    }

    private func connect(_ connection: PostgresConnection, _ deadline: Deadline) async throws {
        let timeLimit = configuration.connectTimeout
        if let left = deadline.timeLeft, left < timeLimit {
            try await Abandonment.limit(left, tooLate: Interruption.deadline(deadline.limit).error) {
                try await connection.connect(deadline)
            }
        } else {
            try await Abandonment.limit(timeLimit, tooLate: ConnectFailure.error(address, timeLimit: timeLimit)) {
                try await connection.connect(deadline)
            }
        }
    }

    /// The kept connection, where it can be lent again. One that was used a moment ago is not asked: should it be dead,
    /// `open` tells.
    private func trusted(_ kept: (connection: PostgresConnection, idleTime: Duration)?) async -> PostgresConnection? {
        guard let (connection, idleTime) = kept else { return nil }
        if idleTime > Self.trustedIdleTime, await !connection.answers { return nil }
        return connection
    }

    /// Leaves the connection ready for the next one, or the slot empty.
    private func settle(_ slot: ConnectionSlot) async {
        guard let connection = slot.connection else { return }
        let isReusable = await connection.settle()
        if isReusable, !isClosed.withLock({ $0 }) { slot.giveBack() } else { slot.empty() }
        startReaper()
    }

    /// Closes connections that have idled too long.
    private func startReaper() {
        let idleTimeout = configuration.idleTimeout
        reaper.withLock { reaper in
            guard reaper == nil else { return }
            reaper = Task { [weak self] in
                while true {
                    try await Task.sleep(for: idleTimeout / 4)
                    guard let self else { return }
                    self.reap(idleTimeout)
                }
            }
        }
    }

    private func reap(_ idleTimeout: Duration) {
        var excess = slots.filter { $0.connection != nil }.count - minimum
        for slot in slots where excess > 0 && slot.empty(idleFor: idleTimeout) { excess -= 1 }
    }
}
