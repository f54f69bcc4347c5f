import Logging
import Rollbook
import RollbookDuckDB
import ServiceLifecycle
import Testing

@testable import RollbookServer

@Suite struct RollbookServerTests {
    @Test(arguments: [
        "0.0.0.0", "::", "192.168.1.2", "example.org", "127.0.0.1.example.org", "127.0.0", "127.0.0.256", "",
    ])
    func anAddressThatOthersReachIsRefused(host: String) async throws {
        let warehouse = Warehouse(engine: try await DuckDBEngine(DuckDBConfiguration(path: nil)))
        let error = #expect(throws: RollbookError.self) {
            try RollbookServer(
                warehouse: warehouse, configuration: ServerConfiguration(host: host), logger: Logger(label: "test"))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("listens only on this machine") == true)
        await warehouse.close()
    }

    @Test(arguments: ["127.0.0.1", "localhost", "127.9.9.9", "::1", "[::1]"])
    func theMachinesOwnAddressesAreTaken(host: String) throws {
        #expect(throws: Never.self) { try ServerConfiguration(host: host).loopbackAddress() }
    }

    @Test func aTakenPortIsSaidToBeTaken() async throws {
        try await RunningServer.with { server in
            let second = try RollbookServer(
                warehouse: server.warehouse, configuration: ServerConfiguration(port: server.port),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let error = await #expect(throws: RollbookError.self) { try await second.run() }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func aShutdownRefusesNewConnectionsAndEndsOpenOnes() async throws {
        try await RunningServer.with { server in
            let connection = try server.connection()
            try connection.send(server.request("GET", "/health/live"))
            #expect(try await connection.receive(1)[0].status == 200)
            await server.group.triggerGracefulShutdown()
            #expect(try await connection.ends())
            #expect(throws: RawConnection.Failure.self) { try server.connection() }
        }
    }

    @Test func anAddressIsWrittenAsBrowsersTakeIt() {
        #expect(BoundAddress(host: "127.0.0.1", port: 80).url == "http://127.0.0.1:80")
        #expect(BoundAddress(host: "::1", port: 80).url == "http://[::1]:80")
    }

    @Test func datesAreWrittenAsHTTPWantsThem() throws {
        let instant = try #require(Instant(parsing: "1994-11-06T08:49:37.5Z"))
        #expect(HTTPDateCache.text(of: instant) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDateCache.text(of: Instant(secondsSinceEpoch: -1)) == "Wed, 31 Dec 1969 23:59:59 GMT")
    }
}
