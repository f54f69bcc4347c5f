import RollbookModel
public import RollbookStore

/// PostgreSQL, 12 or newer: the store in the schema `rollbook` of a database of the platform's.
///
/// A question is one round trip, in a snapshot that says which state of the store it is. Writers of all processes take
/// turns; readers never wait for them.
public final class PostgresEngine: Engine {
    /// `postgresql`.
    public let name = "postgresql"
    /// PostgreSQL's spelling.
    public let dialect = Dialect.postgreSQL

    private let primary: PostgresNode

    /// Makes an engine, which connects when it is first asked.
    public init(_ configuration: PostgresConfiguration) {
        primary = PostgresNode(configuration.primary, name: "postgres-primary", configuration)
    }

    /// Makes sure that the server can be reached.
    ///
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database, and no password.
    public func connect() async throws { try await primary.connect(.none) }

    /// The state of the store, as of now.
    ///
    /// - Throws: as ``Engine/state()``.
    public func state() async throws -> StoreState { try await primary.state(.none) }

    /// Runs one statement, in one round trip.
    ///
    /// - Throws: as ``Engine/query(_:deadline:)``.
    public func query(_ statement: Statement, deadline: Deadline) async throws -> StampedResult {
        try await primary.query(statement, deadline)
    }

    /// Runs several statements in one snapshot.
    ///
    /// - Throws: as ``Engine/read(deadline:_:)``.
    public func read<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await primary.read(deadline, body)
    }

    /// Runs `body` in one transaction, beside readers and after other writers, also those of other processes.
    ///
    /// - Throws: as ``Engine/write(deadline:_:)``.
    public func write<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await primary.write(deadline, body)
    }

    /// The size of the schema's tables, views and indexes.
    ///
    /// - Throws: as ``Engine/storedBytes()``.
    public func storedBytes() async throws -> Int64? {
        try await primary.read(.none) { session in
            try await session.query(
                Statement(
                    """
                    SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bigint) AS bytes
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'rollbook' AND c.relkind IN ('r', 'm', 'p')
                    """)
            ).first().integer
        }
    }

    /// Ends all connections; running queries are stopped.
    public func close() async { primary.close() }
}
