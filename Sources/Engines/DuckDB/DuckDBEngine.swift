import Foundation
import RollbookModel
public import RollbookStore
import Synchronization

/// DuckDB in this process: a file, no server.
///
/// Readers have connections of their own and run beside the one writer, in the state before it. The store's state is
/// kept in memory, because this process is the file's only owner: a question costs one statement and no transaction.
public final class DuckDBEngine: Engine {
    /// `duckdb`.
    public let name = "duckdb"
    /// DuckDB's spelling.
    public let dialect = Dialect.duckDB

    private let database: DuckDBDatabase
    private let path: String?
    private let readers: AdmissionQueue<DuckDBConnection>
    private let writer: AdmissionQueue<DuckDBConnection>
    let bookkeeper: AdmissionQueue<DuckDBConnection>
    private let allConnections: [DuckDBConnection]
    private let latest: Mutex<LatestState>

    /// Opens or creates the database.
    ///
    /// - Parameter makesStore: whether the store is made in an empty database, and a database that has no store of this
    ///   version is refused; a migrator works on databases as they are.
    /// - Throws: ``RollbookError`` with `unavailable` where another process has the file open, `invalidArgument` for a
    ///   setting that DuckDB does not take, `unreadableSource` where the file is no database, `notReady` where its store
    ///   is of another version.
    public init(_ configuration: DuckDBConfiguration, makesStore: Bool = true) async throws {
        database = try DuckDBDatabase(configuration)
        path = configuration.path
        let database = self.database
        let reading = try (0..<configuration.maximumReaders).map {
            try DuckDBConnection(database, label: "rollbook.duckdb.reader.\($0)")
        }
        let writing = try DuckDBConnection(database, label: "rollbook.duckdb.writer")
        let keeping = try DuckDBConnection(database, label: "rollbook.duckdb.bookkeeper")
        readers = AdmissionQueue(
            reading, maximumWaiters: configuration.maximumWaiters, maximumWait: configuration.maximumWait,
            name: "readers")
        writer = AdmissionQueue([writing], maximumWaiters: configuration.maximumWaiters, name: "writer")
        bookkeeper = AdmissionQueue(
            [keeping], maximumWaiters: configuration.maximumWaiters, name: "bookkeeper")
        allConnections = reading + [writing, keeping]
        latest = Mutex(LatestState())
        if makesStore { try await Migrator(dialect: dialect).makeStore(on: self) }
    }

    /// The state as the last commit left it, from memory.
    ///
    /// - Throws: as ``Engine/state()``.
    public func state() async throws -> StoreState {
        if let state = latest.withLock({ $0.settled?.state }) { return state }
        return try await read(deadline: .none) { try await StoreState.read(in: $0) }
    }

    /// The state as the last commit left it; nil while a commit is under way.
    public var currentState: StoreState? { latest.withLock { $0.settled?.state } }

    /// The readers' queue and the writer's.
    public var queues: [QueueStatus] { [readers.status, writer.status] }

    /// Runs one statement beside others, and says which state of the store it read.
    ///
    /// - Throws: as ``Engine/query(_:deadline:)``.
    public func query(_ statement: Statement, deadline: Deadline) async throws -> StampedResult {
        try await readers.withOne(deadline) { connection in
            // A statement is a snapshot of its own. It belongs to the state before it when no commit came in between.
            if let before = self.latest.withLock({ $0.settled }) {
                let result = try await connection.query(statement, deadline: deadline)
                if self.latest.withLock({ $0.settled?.epoch }) == before.epoch {
                    return StampedResult(result: result, state: before.state, servedBy: ServedBy(self.name))
                }
            }
            return try await self.snapshot(on: connection, deadline) { session in
                let state = try await StoreState.read(in: session)
                return StampedResult(
                    result: try await session.query(statement), state: state, servedBy: ServedBy(self.name))
            }
        }
    }

    /// Runs several statements in one snapshot.
    ///
    /// - Throws: as ``Engine/read(deadline:_:)``.
    public func read<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await readers.withOne(deadline) { connection in
            try await self.snapshot(on: connection, deadline, body)
        }
    }

    /// Runs `body` in one transaction, beside readers.
    ///
    /// - Throws: as ``Engine/write(deadline:_:)``.
    public func write<T: Sendable>(
        deadline: Deadline, _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await writer.withOne(deadline) { connection in
            try await connection.control("BEGIN TRANSACTION")
            let session = DuckDBSession(connection: connection, deadline: deadline)
            do {
                let value = try await body(session)
                let state = try await Self.state(in: session)
                self.latest.withLock { $0.beginCommit() }
                defer { self.latest.withLock { $0.endCommit() } }
                try await connection.control("COMMIT")
                self.latest.withLock { $0.committed(state) }
                return value
            } catch {
                try? await connection.control("ROLLBACK")
                throw error
            }
        }
    }

    /// The size of the file and of its log; nil in memory.
    ///
    /// - Throws: nothing; files that are not there count as empty.
    public func storedBytes() async throws -> Int64? {
        guard let path else { return nil }
        let size = { (path: String) -> Int64 in
            ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0
        }
        return size(path) + size(path + ".wal")
    }

    /// Fails whoever waits, and stops what runs.
    public func close() async {
        readers.close()
        writer.close()
        bookkeeper.close()
        for connection in allConnections { connection.interrupter.cancel() }
    }

    /// The state that a transaction leaves; nil where that is no store of this version.
    private static func state(in session: any ReadSession) async throws -> StoreState? {
        // A question for a table that is not there would end the transaction.
        let tables = try await session.query(
            Statement("SELECT count(*) AS tables FROM information_schema.tables WHERE table_name = 'store_state'"))
        if tables.first().integer == 0 { return nil }
        do {
            return try await StoreState.read(in: session)
        } catch let error as RollbookError where error.code == .notReady {
            return nil
        }
    }

    private func snapshot<T: Sendable>(
        on connection: DuckDBConnection, _ deadline: Deadline, _ body: @Sendable (any ReadSession) async throws -> T
    ) async throws -> T {
        try await Self.transaction("BEGIN TRANSACTION READ ONLY", on: connection, deadline, body)
    }

    /// Runs `body` between a beginning and a commit; what it leaves is undone where it throws.
    static func transaction<T: Sendable>(
        _ beginning: String, on connection: DuckDBConnection, _ deadline: Deadline,
        _ body: @Sendable (any WriteSession) async throws -> T
    ) async throws -> T {
        try await connection.control(beginning)
        do {
            let value = try await body(DuckDBSession(connection: connection, deadline: deadline))
            try await connection.control("COMMIT")
            return value
        } catch {
            try? await connection.control("ROLLBACK")
            throw error
        }
    }
}

/// The store's state as the last commit left it, and whether a commit is under way, when nobody knows which it is.
private struct LatestState {
    private var state: StoreState?
    private var epoch = 0
    private var isCommitting = false

    /// The state and the number of commits before it, unless a commit is under way.
    var settled: (state: StoreState, epoch: Int)? {
        guard !isCommitting, let state else { return nil }
        return (state, epoch)
    }

    mutating func beginCommit() { isCommitting = true }

    mutating func committed(_ state: StoreState?) { self.state = state }

    mutating func endCommit() {
        isCommitting = false
        epoch += 1
    }
}

/// A transaction on one connection.
struct DuckDBSession: WriteSession {
    let connection: DuckDBConnection
    let deadline: Deadline
    var servedBy: ServedBy { ServedBy("duckdb") }

    func query(_ statement: Statement) async throws -> QueryResult {
        try await connection.query(statement, deadline: deadline)
    }

    func execute(_ statement: Statement) async throws -> Int64 {
        try await connection.execute(statement, deadline: deadline)
    }

    func append(_ block: ColumnBlock) async throws { try await connection.append(block) }
}
