import RollbookModel
import RollbookStore

/// One server: its connections, and the ways to run a question, a snapshot and a transaction on it.
final class PostgresNode: Sendable {
    /// Where it is.
    let address: PostgresAddress
    /// The connections on which questions are asked.
    let readers: ConnectionPool
    /// The connection on which the server is looked after, however busy the others are.
    let watcher: ConnectionPool
    private let writer: ConnectionPool
    /// The connection for what is remembered of the running, also while the writer is busy for long.
    private let bookkeeper: ConnectionPool

    /// Makes connections to a server when they are needed, never before.
    ///
    /// - Parameter name: what the server is, as metrics and health name it: `primary`, `replica_1`.
    init(_ address: PostgresAddress, _ configuration: PostgresConfiguration, name: String) {
        self.address = address
        readers = ConnectionPool(
            address, configuration, size: max(1, configuration.maximumConnections - 1),
            minimum: configuration.minimumConnections, name: "\(name)_readers", maximumWait: configuration.maximumWait)
        // The server's own lists show which one it is.
        var watching = configuration
        watching.applicationName += " monitor"
        watcher = ConnectionPool(address, watching, size: 1, minimum: 0, name: "\(name)_monitor")
        writer = ConnectionPool(address, configuration, size: 1, minimum: 0, name: "\(name)_writer")
        var keeping = configuration
        keeping.applicationName += " bookkeeper"
        bookkeeper = ConnectionPool(address, keeping, size: 1, minimum: 0, name: "\(name)_bookkeeper")
    }

    /// Makes sure that the server can be reached, and makes the connections that are always kept.
    ///
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database.
    func connect(_ deadline: Deadline) async throws {
        try await readers.fill(deadline)
    }

    /// Runs `body` in one transaction, alone among all writers of all processes.
    ///
    /// - Parameter committing: is told what the transaction has made of the store's state, where there is a store, and
    ///   commits.
    /// - Throws: as `Engine.write(deadline:_:)`.
    func write<T: Sendable>(
        _ deadline: Deadline, committing: @Sendable (StoreState?, () async throws -> Void) async throws -> Void,
        _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await writer.withConnection(deadline) { connection in
            try await connection.beginWriting(deadline)
        } body: { connection, _ in
            let session = PostgresSession(connection: connection, deadline: deadline, servedBy: .primary)
            let value = try await body(session)
            try await committing(try await session.stateIfAny()) { try await connection.commit(deadline) }
            return value
        }
    }

    /// Runs `body` in a short transaction beside the writer.
    ///
    /// - Throws: as `Engine.bookkeep(deadline:_:)`.
    func bookkeep<T: Sendable>(
        _ deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await transaction(on: bookkeeper, deadline, { try await $0.beginBookkeeping(deadline) }, body)
    }

    /// Runs `body` in a snapshot of this server, whatever it is and however new.
    ///
    /// - Throws: as `Engine.read(deadline:_:)`.
    func readDirectly<T: Sendable>(
        _ deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await transaction(on: readers, deadline, { try await $0.beginReading(deadline) }, body)
    }

    private func transaction<T: Sendable>(
        on pool: ConnectionPool, _ deadline: Deadline, _ begin: @Sendable (PostgresConnection) async throws -> Void,
        _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await pool.withConnection(deadline, open: begin) { connection, _ in
            let value = try await body(PostgresSession(connection: connection, deadline: deadline, servedBy: .primary))
            try await connection.commit(deadline)
            return value
        }
    }

    /// Runs statements that cannot be part of a transaction, one after the other.
    ///
    /// - Throws: as `Engine.tidy()`.
    func runAlone(_ statements: [String]) async throws {
        try await writer.withConnection(.none) { connection in
            for statement in statements { try await connection.runAlone(statement) }
        } body: { _, _ in
        }
    }

    /// How full the queues are in which questions and writes wait; only the primary is written to.
    func queues(of server: Server) -> [QueueStatus] {
        server == .primary ? [readers.status.queue, writer.status.queue] : [readers.status.queue]
    }

    /// Ends all connections; running queries are stopped.
    func close() {
        for pool in [readers, watcher, writer, bookkeeper] { pool.close() }
    }
}

/// A transaction on one connection.
struct PostgresSession: WriteSession {
    let connection: PostgresConnection
    let deadline: Deadline
    var servedBy: ServedBy

    func query(_ statement: Statement) async throws -> QueryResult {
        try await connection.query(statement, deadline: deadline)
    }

    func execute(_ statement: Statement) async throws -> Int64 {
        try await connection.execute(statement, deadline: deadline)
    }

    func append(_ block: ColumnBlock) async throws { try await connection.append(block, deadline: deadline) }

    /// The state of the store, or nil where there is none; the transaction goes on either way. In one that has failed there
    /// is nothing to ask: its commit says so.
    fileprivate func stateIfAny() async throws -> StoreState? {
        do { _ = try await execute(Statement("SAVEPOINT before_state")) } catch let error as RollbookError
            where error.sqlState == "25P02"
        { return nil }
        do { return try await StoreState.read(in: self) } catch {
            _ = try await execute(Statement("ROLLBACK TO SAVEPOINT before_state"))
            return nil
        }
    }
}
