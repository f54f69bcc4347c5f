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

    /// What is said of a server before PostgreSQL 12.
    static let tooOld = "it is older than PostgreSQL 12"

    private static func reason(_ message: String) -> String {
        let known = [
            (tooOld, tooOld),
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
        let database = said("dbname", "PGDATABASE")
        return "PostgreSQL at \(host), port \(port)" + (database.map { ", database \($0)" } ?? "")
    }

    /// The server, by host and port.
    var hostAndPort: String { "\(host):\(port)" }

    private var host: String { said("host", "PGHOST") ?? said("hostaddr", "PGHOSTADDR") ?? "the local socket" }
    private var port: String { said("port", "PGPORT") ?? "5432" }

    /// What the address or else the environment says.
    private func said(_ name: String, _ variable: String) -> String? {
        let option = (try? Self.options(of: text))?.last { $0.name == name }
        return option?.value ?? ProcessInfo.processInfo.environment[variable]
    }
}
