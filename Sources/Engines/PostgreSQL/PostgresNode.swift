import RollbookModel
import RollbookStore

/// One server: its connections, and the ways to run a question, a snapshot and a transaction on it.
final class PostgresNode: Sendable {
    /// Where it is.
    let address: PostgresAddress
    private let servedBy: ServedBy
    private let readers: ConnectionPool
    private let writer: ConnectionPool

    /// Makes connections to a server when they are needed, never before.
    ///
    /// - Parameter name: who answers, as provenance names it.
    init(_ address: PostgresAddress, name: String, _ configuration: PostgresConfiguration) {
        self.address = address
        servedBy = ServedBy(name)
        readers = ConnectionPool(
            address, configuration, size: configuration.maximumConnections - 1,
            minimum: configuration.minimumConnections)
        writer = ConnectionPool(address, configuration, size: 1, minimum: 0)
    }

    /// Makes sure that the server can be reached, and makes the connections that are always kept.
    ///
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database.
    func connect(_ deadline: Deadline) async throws {
        try await readers.fill(deadline)
    }

    /// Runs one statement, and says which state of the store it read, in one round trip.
    ///
    /// - Throws: as `Engine.query(_:deadline:)`.
    func query(_ statement: Statement, _ deadline: Deadline) async throws -> StampedResult {
        let answers = try await readers.withConnection(deadline) { connection in
            try await connection.ask([StoreState.statement, statement], deadline: deadline)
        } body: { _, answers in
            answers
        }
        return StampedResult(result: answers[1], state: try StoreState(answers[0]), servedBy: servedBy)
    }

    /// The state of the store.
    ///
    /// - Throws: as `Engine.state()`.
    func state(_ deadline: Deadline) async throws -> StoreState {
        let answers = try await readers.withConnection(deadline) { connection in
            try await connection.ask([StoreState.statement], deadline: deadline)
        } body: { _, answers in
            answers
        }
        return try StoreState(answers[0])
    }

    /// Runs several statements in one snapshot.
    ///
    /// - Throws: as `Engine.read(deadline:_:)`.
    func read<T: Sendable>(
        _ deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await readers.withConnection(deadline) { connection in
            try await connection.beginReading(deadline)
        } body: { connection, _ in
            let session = PostgresSession(connection: connection, deadline: deadline, servedBy: self.servedBy)
            let value = try await body(session)
            try await connection.commit(deadline)
            return value
        }
    }

    /// Runs `body` in one transaction, alone among all writers of all processes.
    ///
    /// - Throws: as `Engine.write(deadline:_:)`.
    func write<T: Sendable>(
        _ deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await writer.withConnection(deadline) { connection in
            try await connection.beginWriting(deadline)
        } body: { connection, _ in
            let session = PostgresSession(connection: connection, deadline: deadline, servedBy: self.servedBy)
            let value = try await body(session)
            try await connection.commit(deadline)
            return value
        }
    }

    /// Ends all connections; running queries are stopped.
    func close() {
        readers.close()
        writer.close()
    }
}

/// A transaction on one connection.
private struct PostgresSession: WriteSession {
    let connection: PostgresConnection
    let deadline: Deadline
    let servedBy: ServedBy

    func query(_ statement: Statement) async throws -> QueryResult {
        try await connection.query(statement, deadline: deadline)
    }

    func execute(_ statement: Statement) async throws -> Int64 {
        try await connection.execute(statement, deadline: deadline)
    }

    func append(_ block: ColumnBlock) async throws { try await connection.append(block, deadline: deadline) }
}
