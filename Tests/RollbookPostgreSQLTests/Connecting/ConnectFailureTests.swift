import Foundation
import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

/// Whoever cannot be reached is named, and no password is.
@Suite("Connections that cannot be made")
struct ConnectFailureTests {
    @Test("a wrong password, a role, a database that are not there")
    func refused() async throws {
        let server = try TestServers.primary
        try await expectRefusal(
            TestDatabase.url(server, database: "postgres") { $0.password = "wr0ng" },
            "refused the user or the password",
            secret: "wr0ng")
        try await expectRefusal(
            TestDatabase.url(server, database: "postgres") { $0.user = "nobody_here" },
            "refused the user or the password")
        try await expectRefusal(
            TestDatabase.url(server, database: "no_such_database"), "there is no such database")
        try await expectRefusal(
            TestDatabase.url(server, database: "postgres") { $0.password = nil }, "it asks for a password", secret: nil)
    }

    @Test("a host that nobody knows, and a port where nobody listens")
    func unreachable() async throws {
        try await expectRefusal("postgres://ada:s3cret@no..host/school", "the host is not known")
        let port = try FreePort.any()
        let error = try await expectRefusal("postgres://ada:s3cret@127.0.0.1:\(port)/school", "nobody listens there")
        #expect(error.message.contains("127.0.0.1, port \(port), database school"))
    }

    @Test(
        "somebody who takes the connection and says nothing, within the connect timeout, the deadline or until cancelled"
    )
    func silent() async throws {
        let listener = try SilentListener()
        let url = "postgres://ada:s3cret@127.0.0.1:\(listener.port)/school"
        try await expectRefusal(url, "did not answer within 0.2 s") { $0.connectTimeout = .milliseconds(200) }

        let engine = PostgresEngine(
            try PostgresConfiguration(primary: PostgresAddress(url), connectTimeout: .seconds(600)))
        try await expectFailure(.timedOut) {
            _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .after(.milliseconds(100)))
        }
        let asker = Task { _ = try await engine.query(Statement("SELECT 1 AS one"), deadline: .none) }
        try await until("the listener has three callers") { listener.acceptedCount >= 3 }
        asker.cancel()
        try await expectFailure(.cancelled) { try await asker.value }
        await engine.close()

        let second = PostgresEngine(
            try PostgresConfiguration(primary: PostgresAddress(url), connectTimeout: .seconds(600)))
        let before = listener.acceptedCount
        let another = Task { _ = try await second.query(Statement("SELECT 1 AS one"), deadline: .none) }
        try await until("the question and the monitor have called") { listener.acceptedCount >= before + 2 }
        await second.close()
        try await expectFailure(.cancelled) { try await another.value }
    }

    @Test("a server that is full; and one that has room again")
    func full() async throws {
        try await PostgresCluster.with(settings: ["max_connections = 8", "superuser_reserved_connections = 0"]) {
            cluster in
            let url = try cluster.url
            let engines = try (0..<8).map { _ in
                PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(url)))
            }
            for engine in engines { try await engine.connect() }
            try await expectRefusal(url, "it takes no further connections")
            await engines[0].close()
            let late = PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(url)))
            try await until("there is room") { (try? await late.connect()) != nil }
        }
    }

    @Test("encryption that one side wants and the other has not; and encryption that both have")
    func encryption() async throws {
        try await PostgresCluster.with { cluster in
            let encrypted = try TestDatabase.url(cluster.url, database: "postgres") { $0.query = "sslmode=require" }
            try await expectRefusal(encrypted, "encryption", secret: TestServers.password)
            try await makeCertificate(in: cluster)
            try await cluster.sql("ALTER SYSTEM SET ssl = on")
            try await cluster.restart()
            let engine = PostgresEngine(try PostgresConfiguration(primary: PostgresAddress(encrypted)))
            try await engine.connect()
            let isEncrypted = try await engine.read(deadline: .none) { session in
                try await session.query(
                    Statement("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                ).first()
            }
            #expect(isEncrypted == .boolean(true))
            try await expectFailure(.timedOut) {
                try await engine.read(deadline: .after(.milliseconds(100))) { session in
                    _ = try await session.query(Statement("SELECT 1 AS one FROM pg_sleep(600)"))
                }
            }
            // Nobody has signed it.
            let verified = try TestDatabase.url(cluster.url, database: "postgres") {
                $0.query = "sslmode=verify-full&sslrootcert=/nowhere"
            }
            try await expectRefusal(verified, "certificate", secret: TestServers.password)
            await engine.close()
        }
    }

    private func makeCertificate(in cluster: PostgresCluster) async throws {
        let folder = cluster.folder.path
        try await ServerCommand.run(
            "/usr/bin/openssl",
            [
                "req", "-new", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
                folder + "/server.key",
                "-out", folder + "/server.crt",
            ])
        try await ServerCommand.run("/bin/chmod", ["0600", folder + "/server.key"])
    }

    @discardableResult private func expectRefusal(
        _ url: String, _ words: String, secret: String? = "s3cret",
        _ configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws -> RollbookError {
        var configuration = try PostgresConfiguration(primary: PostgresAddress(url))
        configure(&configuration)
        let engine = PostgresEngine(configuration)
        let error = try await expectFailure(.unavailable) { try await engine.connect() }
        #expect(error.message.contains(words), "\(error.message) (\(error.engineMessage ?? ""))")
        var dumped = ""
        dump(error, to: &dumped)
        for secret in [secret, URLComponents(string: url)?.password].compactMap(\.self) {
            #expect(!dumped.contains(secret), "the password shows")
        }
        await engine.close()
        return error
    }
}
