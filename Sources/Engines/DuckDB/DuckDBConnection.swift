import CDuckDB
import RollbookModel
import RollbookStore

/// A connection's handle, closed with its last owner; the database stays open as long.
final class OwnedConnection: Sendable {
    // DuckDB allows one thread at a time to use it, which its actor sees to, and any thread to interrupt it.
    nonisolated(unsafe) let handle: duckdb_connection
    private let database: DuckDBDatabase

    init(_ database: DuckDBDatabase) throws {
        self.database = database
        handle = try database.connect()
    }

    deinit {
        var connection: duckdb_connection? = handle
        duckdb_disconnect(&connection)
    }
}

/// One connection, on a thread of its own. Statements are prepared once and kept.
actor DuckDBConnection {
    private let owned: OwnedConnection
    private let executor: QueueExecutor
    private var prepared: [SpelledStatement: PreparedStatement] = [:]
    nonisolated let interrupter: Interrupter

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The most statements that are kept prepared.
    private static let maximumPrepared = 128

    init(_ database: DuckDBDatabase, label: String) throws {
        owned = try OwnedConnection(database)
        executor = QueueExecutor(label: label)
        interrupter = Interrupter(owned)
    }

    private var handle: duckdb_connection { owned.handle }

    /// Runs a statement and brings its rows home.
    func query(_ statement: Statement, deadline: Deadline) async throws -> QueryResult {
        try await stoppable {
            try self.run(statement, deadline: deadline) {
                try ResultDecoder.decode(&$0) { self.interrupter.interruption }
            }
        }
    }

    /// Runs a statement and says how many rows it touched.
    func execute(_ statement: Statement, deadline: Deadline) async throws -> Int64 {
        try await stoppable {
            try self.run(statement, deadline: deadline) { Int64(duckdb_rows_changed(&$0)) }
        }
    }

    /// Appends rows to a table.
    func append(_ block: ColumnBlock) throws { try BlockAppender.append(block, to: handle) }

    /// Runs a statement that nobody may stop, such as the end of a transaction.
    func control(_ text: String) throws {
        var result = duckdb_result()
        defer { duckdb_destroy_result(&result) }
        guard duckdb_query(handle, text, &result) == DuckDBSuccess else { throw Self.failure(&result).error(nil) }
    }

    private func stoppable<T: Sendable>(_ body: () throws -> T) async throws -> T {
        try Task.checkNotCancelled()
        return try await withTaskCancellationHandler {
            try onOwnThread(body)
        } onCancel: {
            interrupter.cancel()
        }
    }

    /// Runs what blocks. A closure that does not mention the actor would leave its thread and block one of Swift's own.
    private func onOwnThread<T>(_ body: () throws -> T) rethrows -> T {
        assertIsolated("a blocking call must run on the connection's own thread")
        return try body()
    }

    private func run<T>(
        _ statement: Statement, deadline: Deadline, _ body: (inout duckdb_result) throws -> T
    ) throws -> T {
        interrupter.begin(deadline)
        defer { interrupter.end() }
        // A task that was cancelled before the run began found nothing to stop.
        try Task.checkNotCancelled()
        if let instant = deadline.instant, instant <= .now {
            throw RollbookError(.timedOut, "the deadline passed before the query could begin")
        }
        let prepared = try self.prepared(statement.text)
        try prepared.bind(statement.bindings)
        var result = duckdb_result()
        defer { duckdb_destroy_result(&result) }
        guard duckdb_execute_prepared(prepared.handle, &result) == DuckDBSuccess else {
            throw Self.failure(&result).error(interrupter.interruption)
        }
        return try body(&result)
    }

    private func prepared(_ text: String) throws -> PreparedStatement {
        let spelled = SpelledStatement.cached(text)
        if let known = prepared[spelled] { return known }
        let statement = try PreparedStatement(spelled, on: handle) { interrupter.interruption }
        // Statements that change tables run once; only questions come again.
        if spelled.isQuestion {
            if prepared.count >= Self.maximumPrepared { prepared.removeAll() }
            prepared[spelled] = statement
        }
        return statement
    }

    static func failure(_ result: inout duckdb_result) -> DuckDBFailure {
        DuckDBFailure(
            type: duckdb_result_error_type(&result),
            message: duckdb_result_error(&result).map { String(cString: $0) } ?? "no message")
    }
}
