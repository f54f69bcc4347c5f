public import RollbookModel

/// A database engine, as the rest of Rollbook sees it.
///
/// An engine runs statements in snapshots and transactions, loads columns, and says which state of the store it read.
/// Calls never block Swift's cooperative threads. A deadline that passes, and a task that is cancelled, stop the query
/// inside the engine.
public protocol Engine: Sendable {
    /// Who answers, as provenance names it: `duckdb`.
    var name: String { get }
    /// How the engine spells what engines spell differently.
    var dialect: Dialect { get }

    /// The state of the store, as of now.
    ///
    /// - Throws: ``RollbookError`` with `notReady` where the database has no store yet; as ``query(_:deadline:)``.
    func state() async throws -> StoreState

    /// The state of the store, where it is known without waiting; nil while a commit is under way, and for engines that
    /// cannot know.
    var currentState: StoreState? { get }

    /// The state of the store, asked of the database even where a recent one is remembered.
    ///
    /// - Throws: as ``state()``.
    func confirmedState() async throws -> StoreState

    /// Runs one statement and says which state of the store it read: both belong to the same snapshot.
    ///
    /// - Throws: ``RollbookError`` with `timedOut`, `cancelled`, `overloaded`, `outOfResources`, `unavailable` or
    ///   `engineFailure`.
    func query(_ statement: Statement, deadline: Deadline) async throws -> StampedResult

    /// Runs several statements in one snapshot.
    ///
    /// - Throws: as ``query(_:deadline:)``, and whatever `body` throws.
    func read<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T

    /// Runs `body` in one transaction: all of it is stored when it returns, nothing when it throws. One at a time;
    /// readers go on meanwhile, in the state before it.
    ///
    /// - Throws: as ``query(_:deadline:)``, and whatever `body` throws.
    func write<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T

    /// Runs `body` in a short transaction of its own beside the writer, for however long that one is under way: for what is
    /// remembered of how the warehouse runs, never for records or views, whose version stays as it is.
    ///
    /// `body` may run again: one that meets another transaction on the same rows is rolled back and begun anew.
    ///
    /// - Throws: as ``query(_:deadline:)``, ``RollbookError`` with `notPermitted` where the database's user may only read, and
    ///   whatever `body` throws.
    func bookkeep<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T

    /// What the engine knows of how large things are and how much they are used, for the statistics of the store.
    ///
    /// - Throws: as ``query(_:deadline:)``.
    func measurements() async throws -> [StoreMeasurement]

    /// Does after a large change what makes questions cheap again and cannot be part of the change's transaction; where
    /// the role may not, the server does it by itself in its own time.
    ///
    /// - Throws: as ``query(_:deadline:)``.
    func tidy() async throws

    /// Makes sure that somebody can answer, and makes what connections are always kept.
    ///
    /// - Throws: as ``query(_:deadline:)``.
    func connect(_ deadline: Deadline) async throws

    /// The size of what is stored, in bytes, where the engine knows.
    ///
    /// - Throws: as ``query(_:deadline:)``.
    func storedBytes() async throws -> Int64?

    /// How full the queues are in which questions wait for their turn, known without waiting.
    var queues: [QueueStatus] { get }

    /// The servers that it asks, as they were last seen, known without waiting; none where it runs in this process.
    var servers: [ServerStatus] { get }

    /// The servers that it asks, each asked for it now.
    func askServers() async -> [ServerStatus]

    /// Ends all connections; running queries are stopped.
    func close() async
}

extension Engine {
    /// Not known without waiting.
    public var currentState: StoreState? { nil }

    /// The version of the stored records and views, where it is known without waiting.
    public var currentDataVersion: Int64? { currentState?.dataVersion }

    /// Nothing is remembered.
    public func confirmedState() async throws -> StoreState { try await state() }

    /// There is nothing to do.
    public func tidy() async throws {}

    /// Nothing is known.
    public func measurements() async throws -> [StoreMeasurement] { [] }
}

/// A snapshot in which statements can run.
public protocol ReadSession: Sendable {
    /// Who answers in this session.
    var servedBy: ServedBy { get }

    /// Runs a statement and brings its rows home.
    ///
    /// - Throws: as ``Engine/query(_:deadline:)``.
    func query(_ statement: Statement) async throws -> QueryResult
}

/// A transaction.
public protocol WriteSession: ReadSession {
    /// Runs a statement.
    ///
    /// - Returns: the number of rows that it inserted, updated or deleted.
    /// - Throws: as ``Engine/query(_:deadline:)``.
    @discardableResult func execute(_ statement: Statement) async throws -> Int64

    /// Appends rows to a table, column by column; the columns are all of the table's, in order and of its types.
    ///
    /// - Throws: as ``Engine/query(_:deadline:)``.
    func append(_ block: ColumnBlock) async throws
}

/// Rows on their way into a table.
public struct ColumnBlock: Sendable {
    /// The values of one column.
    public enum Column: Sendable {
        /// The same whole number (`INTEGER`) in every row.
        case constant(Int32)
        /// `BIGINT`, none missing.
        case numbers([Int64])
        /// `BIGINT`.
        case optionalNumbers([Int64?])
        /// `VARCHAR`, by row; where a row is not named, it has no text.
        case sparseTexts([Int: String])
        /// What a batch holds: `VARCHAR`, `BOOLEAN`, `DATE`, `TIMESTAMP` or `DECIMAL(6,2)`.
        case batch(BatchColumn)
    }

    /// The table's name.
    public let table: String
    /// The columns, in the table's order.
    public let columns: [Column]
    /// The number of rows.
    public let count: Int

    /// Makes a block.
    public init(table: String, columns: [Column], count: Int) {
        self.table = table
        self.columns = columns
        self.count = count
    }
}

/// The point in time at which a caller stops waiting.
public struct Deadline: Sendable {
    /// The instant, or nil where the caller waits as long as it takes.
    public let instant: ContinuousClock.Instant?
    /// The span that the caller gave, for messages.
    public let limit: Duration?

    /// No deadline.
    public static let none = Deadline(instant: nil, limit: nil)

    /// The deadline that comes after `limit` from now.
    public static func after(_ limit: Duration) -> Deadline {
        Deadline(instant: ContinuousClock.now + limit, limit: limit)
    }

    private init(instant: ContinuousClock.Instant?, limit: Duration?) {
        self.instant = instant
        self.limit = limit
    }
}

/// Rows, the state of the store they were read in, and who read them.
public struct StampedResult: Sendable {
    /// The rows.
    public let result: QueryResult
    /// The state of the store in the same snapshot.
    public let state: StoreState
    /// Who answered.
    public let servedBy: ServedBy

    /// Makes a stamped result.
    public init(result: QueryResult, state: StoreState, servedBy: ServedBy) {
        self.result = result
        self.state = state
        self.servedBy = servedBy
    }
}

/// Who answered a question.
public struct ServedBy: Hashable, Sendable {
    /// As provenance names it: `duckdb`, `postgres-primary`, `postgres-replica`.
    public let name: String
    /// How far behind the primary the replica was, in seconds, where one answered.
    public let replicaLagSeconds: Double?

    /// Names who answered.
    public init(_ name: String, replicaLagSeconds: Double? = nil) {
        self.name = name
        self.replicaLagSeconds = replicaLagSeconds
    }
}
