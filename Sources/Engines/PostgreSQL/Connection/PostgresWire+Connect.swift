import CLibPQ
import COpenSSL
import Foundation
import RollbookModel
import RollbookStore

extension PostgresWire {
    /// Makes the connection.
    ///
    /// - Throws: ``RollbookError`` with libpq's own words, which may hold secrets.
    func connect(_ address: PostgresAddress, applicationName: String, _ stop: Stop) throws {
        let settings = [
            ("dbname", address.text), ("fallback_application_name", applicationName), ("client_encoding", "UTF8"),
        ]
        guard Self.outlivesExit, let started = Self.start(settings) else {
            throw RollbookError(.outOfResources, "libpq could not make a connection")
        }
        adopt(started)
        try run(stop) { connection in
            try awaitConnection(connection)
            guard PQsetnonblocking(connection, 1) == 0 else { throw lost() }
        }
    }

    /// Whether OpenSSL has been told to free nothing when the process exits: the connections' threads are still at work
    /// then, and libpq uses OpenSSL for passwords and encryption. It must be told before anything else uses it.
    private static let outlivesExit = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

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
