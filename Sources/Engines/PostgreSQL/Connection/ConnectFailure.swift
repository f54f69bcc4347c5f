import Foundation
import RollbookModel

/// Says in words why nobody could be reached.
enum ConnectFailure {
    /// The failure to connect, with host, port and database and without any password.
    ///
    /// - Parameter words: what libpq or the server said.
    static func error(_ address: PostgresAddress, words: String) -> RollbookError {
        let message = address.scrubbed(words, also: ProcessInfo.processInfo.environment["PGPASSWORD"])
        return RollbookError(
            .unavailable, "no connection to \(address.place): \(reason(message))", engineMessage: message,
            underlying: PostgresFailure(sqlState: nil, message: message))
    }

    /// The failure to connect in time.
    static func error(_ address: PostgresAddress, timeLimit: Duration) -> RollbookError {
        let reason = "it did not answer within \(timeLimit.formatted)"
        return RollbookError(
            .unavailable, "no connection to \(address.place): \(reason)", engineMessage: reason,
            underlying: PostgresFailure(sqlState: nil, message: reason))
    }

    private static func reason(_ message: String) -> String {
        let known = [
            ("translate host name", "the host is not known"), ("Connection refused", "nobody listens there"),
            ("No such file", "nobody listens there"), ("no password supplied", "it asks for a password"),
            ("authentication failed", "it refused the user or the password"),
            ("SSL", "the two could not agree on encryption (sslmode)"),
            ("certificate", "its certificate was not accepted (sslmode)"),
            ("too many c", "it takes no further connections"),
            ("remaining connection slots", "it takes no further connections"),
            ("starting up", "it is starting up or shutting down"),
            ("shutting down", "it is starting up or shutting down"),
            ("role \"", "it knows no such user"), ("does not exist", "there is no such database"),
        ]
        return known.first { message.contains($0.0) }?.1 ?? "the server refused"
    }
}

extension PostgresAddress {
    /// The server and the database, as a message names them.
    var place: String {
        let said = Dictionary((try? Self.options(of: text))?.map { ($0.name, $0.value) } ?? []) { $1 }
        let environment = ProcessInfo.processInfo.environment
        let host = said["host"] ?? said["hostaddr"] ?? environment["PGHOST"] ?? "the local socket"
        let port = said["port"] ?? environment["PGPORT"] ?? "5432"
        let database = said["dbname"] ?? environment["PGDATABASE"]
        return "PostgreSQL at \(host), port \(port)" + (database.map { ", database \($0)" } ?? "")
    }
}
