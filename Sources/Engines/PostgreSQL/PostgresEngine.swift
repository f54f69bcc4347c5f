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

    let pools: PostgresServers

    /// Makes an engine, which connects when it is first asked.
    public init(_ configuration: PostgresConfiguration) { pools = PostgresServers(configuration) }

    /// Makes sure that there is a server that can answer: the primary or, where it cannot be reached, a replica.
    ///
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database, and no password; `timedOut` where the
    ///   deadline passes before a server has said anything.
    public func connect(_ deadline: Deadline = .none) async throws {
        do { try await pools.primary.connect(deadline) } catch let error as RollbookError
            where [.unavailable, .timedOut, .overloaded].contains(error.code)
        {
            let others = await pools.status().dropFirst()
            guard others.contains(where: { $0.answers && $0.role == .replica }) else { throw error }
        }
    }

    /// The state of the store, as of now or, as other processes have changed it, of the last second.
    ///
    /// - Throws: as ``Engine/state()``.
    public func state() async throws -> StoreState {
        if let state = pools.knownState { return state }
        return try await pools.answer(.none) { node, acceptance in try await node.state(.none, acceptance) }
    }

    /// The state that the primary had within the last seconds; nil where that is not known, and while a commit is under
    /// way.
    public var currentState: StoreState? { pools.knownState }

    /// The state of the store, after asking the primary; where that does not answer, a replica's.
    ///
    /// - Throws: as ``Engine/state()``.
    public func confirmedState() async throws -> StoreState {
        try await pools.beginLooking(.after(ServerMonitor.patience))
        await pools.look(at: .primary)
        return try await state()
    }

    /// Runs one statement, in one round trip, on a replica where one is new enough, otherwise on the primary.
    ///
    /// - Throws: as ``Engine/query(_:deadline:)``.
    public func query(_ statement: Statement, deadline: Deadline) async throws -> StampedResult {
        try await pools.answer(deadline) { node, acceptance in try await node.query(statement, deadline, acceptance) }
    }

    /// Runs several statements in one snapshot, on a replica or on the primary. `body` begins again on another server
    /// where one goes away in the middle.
    ///
    /// - Throws: as ``Engine/read(deadline:_:)``.
    public func read<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await pools.answer(deadline) { node, acceptance in try await node.read(deadline, acceptance, body) }
    }

    /// Runs `body` in one transaction on the primary, beside readers and after other writers, also those of other
    /// processes.
    ///
    /// - Throws: as ``Engine/write(deadline:_:)``; `unavailable` names the primary.
    public func write<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        do {
            return try await pools.primary.write(deadline, committing: pools.committing, body)
        } catch let error as RollbookError {
            throw await pools.explained(error)
        }
    }

    /// Lets the server see which of the derived rows everybody can see, so that indexes answer alone; only the tables' owner
    /// may, and for others the server passes over it.
    ///
    /// - Throws: as ``Engine/tidy()``.
    public func tidy() async throws { try await pools.primary.runAlone(DerivedTable.maintenance(for: dialect)) }

    /// The queues for connections, the primary's first.
    public var queues: [QueueStatus] { pools.all.flatMap { pools.node($0).queues(of: $0) } }

    /// How the primary and the replicas are; they are asked for it.
    public func serverStatus() async -> [ServerStatus] { await pools.status() }

    /// How the primary and the replicas are; they are asked for it.
    public func askServers() async -> [ServerStatus] { await serverStatus() }

    /// How they were when they were last looked at, a second ago while questions are asked; known without waiting.
    public var servers: [ServerStatus] { pools.knownStatus }

    /// The size of the schema's tables, views and indexes.
    ///
    /// - Throws: as ``Engine/storedBytes()``.
    public func storedBytes() async throws -> Int64? {
        try await read(deadline: .none) { session in
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
    public func close() async { pools.close() }
}
