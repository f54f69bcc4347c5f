import CDuckDB
import Foundation
import RollbookModel

/// An open database: the one handle of its file in this process, closed when the last connection lets go of it.
final class DuckDBDatabase: @unchecked Sendable {
    // The handle is set once and DuckDB lets any thread use it.
    private var handle: duckdb_database?

    /// Opens or creates the database.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` where another process has the file open, `invalidArgument` for a
    ///   setting that DuckDB does not take, `unreadableSource` where the file is no database.
    init(_ configuration: DuckDBConfiguration) throws {
        var config: duckdb_config?
        guard duckdb_create_config(&config) == DuckDBSuccess, let created = config else {
            throw RollbookError(.outOfResources, "DuckDB could not make a configuration")
        }
        defer { duckdb_destroy_config(&config) }
        for (name, value) in configuration.settings
        where duckdb_set_config(created, name, value) != DuckDBSuccess {
            throw RollbookError(.invalidArgument, "DuckDB does not take \(value) as its \(name)", subject: name)
        }
        var message: UnsafeMutablePointer<CChar>?
        defer { duckdb_free(message) }
        guard duckdb_open_ext(configuration.path, &handle, created, &message) == DuckDBSuccess else {
            throw Self.openError(configuration.path ?? "", message.map { String(cString: $0) } ?? "")
        }
    }

    deinit { duckdb_close(&handle) }

    func connect() throws -> duckdb_connection {
        var connection: duckdb_connection?
        guard let handle, duckdb_connect(handle, &connection) == DuckDBSuccess, let connection else {
            throw RollbookError(.unavailable, "DuckDB gave no further connection")
        }
        return connection
    }

    private static func openError(_ path: String, _ message: String) -> RollbookError {
        if message.contains("Could not set lock") || message.contains("Conflicting lock") {
            let owner = message.firstMatch(of: /PID (\d+)/).map { " (process \($0.output.1))" } ?? ""
            return RollbookError(
                .unavailable,
                "\(path) is open in another process\(owner), and a DuckDB file has one owner at a time; ask the server that"
                    + " serves it, or stop it first", subject: path, engineMessage: message)
        }
        return RollbookError(
            .unreadableSource, "\(path) could not be opened as a DuckDB database", subject: path, engineMessage: message
        )
    }
}
