import Foundation
import RollbookModel
import RollbookPostgreSQL

/// What a user calls the database: a file, or a server.
enum DatabaseLocation {
    /// A DuckDB file, by its path.
    case file(String)
    /// A database on a PostgreSQL server.
    case postgreSQL(PostgresAddress)

    /// The database that the settings name.
    ///
    /// - Throws: ``CommandFailure`` where none is named, or one that this build cannot reach.
    init(_ settings: EffectiveSettings) throws {
        guard let text = settings["database"] else {
            throw CommandFailure(
                .usage, "no database is named", hints: ["pass --database DATABASE, or set ROLLBOOK_DATABASE"])
        }
        if PostgresAddress.isURL(text) {
            self = .postgreSQL(try PostgresAddress(text))
            return
        }
        guard text.firstMatch(of: /(^|\s)(password|host|dbname)\s*=/) == nil else {
            throw CommandFailure(
                .usage, "a PostgreSQL database is named by its URL, such as postgres://user@host/database")
        }
        if let scheme = text.firstMatch(of: /^([A-Za-z][A-Za-z0-9+.-]*):\/\//) {
            throw CommandFailure(
                .usage, "\(scheme.output.1)://… cannot be reached: this build has DuckDB and PostgreSQL",
                hints: ["name the path of a file, such as school.duckdb, or postgres://user@host/database"])
        }
        guard text != ":memory:" else {
            throw CommandFailure(.usage, "a database in memory would end with the command; name the path of a file")
        }
        self = .file(text)
    }
}
