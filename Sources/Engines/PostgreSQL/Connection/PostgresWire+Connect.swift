import CLibPQ
import Foundation
import RollbookModel
import RollbookStore

extension PostgresWire {
    /// Makes the connection.
    ///
    /// - Parameter timeLimit: the connect timeout, where the stop's deadline is that and no asker's.
    /// - Throws: ``RollbookError`` with `unavailable`, naming host, port and database; `timedOut` and `cancelled` as the
    ///   deadline and the task say.
    func connect(
        _ address: PostgresAddress, _ configuration: PostgresConfiguration, _ stop: Stop, timeLimit: Duration?
    ) throws {
        let settings = [
            ("dbname", address.text), ("fallback_application_name", configuration.applicationName),
            ("client_encoding", "UTF8"),
        ]
        guard let started = Self.start(settings) else {
            throw RollbookError(.outOfResources, "libpq could not make a connection")
        }
        adopt(started)
        do {
            try run(stop) { connection in
                try awaitConnection(connection)
                guard PQsetnonblocking(connection, 1) == 0 else { throw lost() }
            }
        } catch let error as RollbookError {
            if error.code == .cancelled || error.code == .timedOut && timeLimit == nil { throw error }
            throw ConnectFailure.error(
                address, libpqMessage: error.engineMessage ?? "", timeLimit: error.code == .timedOut ? timeLimit : nil)
        }
    }

    private func awaitConnection(_ connection: OpaquePointer) throws {
        var wanted = PGRES_POLLING_WRITING
        while true {
            switch wanted {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: _ = try wait(Int32(POLLIN))
            case PGRES_POLLING_WRITING: _ = try wait(Int32(POLLOUT))
            default: throw lost()
            }
            wanted = PQconnectPoll(connection)
        }
    }

    private static func start(_ settings: [(String, String)]) -> OpaquePointer? {
        let keywords = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for copy in keywords + values { free(copy) } }
        let end: UnsafePointer<CChar>? = nil
        return PQconnectStartParams(
            keywords.map { UnsafePointer($0) } + [end], values.map { UnsafePointer($0) } + [end], 1)
    }
}

/// Says in words why nobody could be reached.
enum ConnectFailure {
    /// The failure to connect, with host, port and database and without any password.
    static func error(_ address: PostgresAddress, libpqMessage: String, timeLimit: Duration?) -> RollbookError {
        let environment = ProcessInfo.processInfo.environment
        let message = address.scrubbed(libpqMessage, also: environment["PGPASSWORD"])
        let reason = timeLimit.map { "it did not answer within \($0.formatted)" } ?? reason(message)
        return RollbookError(
            .unavailable, "no connection to \(address.place): \(reason)", engineMessage: message,
            underlying: PostgresFailure(sqlState: nil, message: message))
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
