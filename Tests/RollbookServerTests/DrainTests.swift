import Logging
import Rollbook
import ServiceLifecycle
import Testing

@testable import RollbookServer

/// A server that is about to stop sends people away politely.
@Suite struct DrainTests {
    private let progress = RunningServer.progress

    @Test func aDrainingServerIsNotReadyAndStillAnswers() async throws {
        try await RunningServer.with { server in
            #expect(try await server.get("/health/ready").status == 200)
            server.readiness.drain()
            let ready = try await server.get("/health/ready")
            #expect(ready.status == 503)
            #expect(try ready.object()["status"] as? String == "draining")
            #expect(try await server.get("/health/live").status == 200)
            #expect(try await server.get(progress).status == 200)
        }
    }

    @Test(arguments: ["/health/live", "/v1/reports", RunningServer.progress, "/v1/nowhere"])
    func eachConnectionEndsWithItsNextAnswer(target: String) async throws {
        try await RunningServer.with { server in
            // The second answer of a report is written on the event loop.
            let connection = try server.connection()
            try connection.send(server.request("GET", target))
            #expect(try await connection.receive(1)[0]["Connection"] == nil)
            server.readiness.drain()
            try connection.send(server.request("GET", target))
            #expect(try await connection.receive(1)[0]["Connection"] == "close")
            #expect(try await connection.ends())
        }
    }

    @Test func pipelinedRequestsAreAnsweredOrNotBegun() async throws {
        try await RunningServer.with { server in
            let connection = try server.connection()
            server.readiness.drain()
            try connection.send(String(repeating: server.request("GET", progress), count: 5))
            var answers: [RawResponse] = []
            while answers.last?["Connection"] != "close" { answers += try await connection.receive(1) }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await connection.ends())
        }
    }

    /// What the client has not read yet is more than the sockets hold.
    @Test(arguments: [true, false])
    func aSlowReaderGetsAllOfItsAnswer(whileDraining: Bool) async throws {
        try await RunningServer.with(school: School(days: 3000)) { server in
            let target = "/v1/reports/student-progress?student=1&by=day&days=3660&limit=1000&as_of=\(School.asOf)"
            _ = try await server.get(target)
            let whole = try await server.get(target).body
            let count = 64
            let connection = try RawConnection(port: server.port, window: 4096)
            try connection.send(String(repeating: server.request("GET", target), count: count))
            let first = try await connection.receive(1)
            if whileDraining { server.readiness.drain() }
            await server.group.triggerGracefulShutdown()
            var answers = first
            while answers.count < count, answers.last?["Connection"] != "close" {
                answers += try await connection.receive(1)
            }
            #expect(answers.allSatisfy { $0.body == whole })
        }
    }

    @Test func theShutdownWaitsUntilItIsKnown() async throws {
        let readiness = ReadinessState()
        let (drained, continuation) = AsyncStream.makeStream(of: Void.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let drain = DrainService(readiness: readiness, delay: .zero, logger: logger) { continuation.yield() }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [drain], logger: logger))
        let running = Task { try await group.run() }
        #expect(!readiness.isDraining)
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(readiness.isDraining)
        #expect(await drained.first { true } != nil)
    }
}
