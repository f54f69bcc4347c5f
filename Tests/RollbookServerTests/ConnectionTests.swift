import RollbookServer
import Testing

@testable import RollbookServer

@Suite struct ConnectionPhaseTests {
    private let limits = ConnectionPhase.Limits(idle: 10, reading: 3, writing: 5)

    /// How many ticks pass before the connection is given up, and why; nil where it is not.
    private func end(_ phase: inout ConnectionPhase, within ticks: Int = 100) -> (Int, ConnectionPhase.Reason)? {
        for tick in 1...ticks { if let reason = phase.tick(limits) { return (tick, reason) } }
        return nil
    }

    @Test func aConnectionWithoutARequestIsIdle() throws {
        var phase = ConnectionPhase()
        let (ticks, reason) = try #require(end(&phase))
        #expect(ticks == 11 && reason == .idle)
    }

    @Test func aHeadThatTricklesInIsSlowWhateverComes() throws {
        var phase = ConnectionPhase()
        var ticks = 0
        var reason: ConnectionPhase.Reason?
        while reason == nil {
            phase.readBytes()
            reason = phase.tick(limits)
            ticks += 1
        }
        #expect(ticks == 4 && reason == .slowRequest)
    }

    @Test func aBodyThatTricklesInIsSlow() throws {
        var phase = ConnectionPhase()
        phase.readHead()
        let (ticks, reason) = try #require(end(&phase))
        #expect(ticks == 4 && reason == .slowRequest)
    }

    @Test func whoWaitsForAnAnswerMayWait() {
        var phase = ConnectionPhase()
        phase.readHead()
        phase.readEnd()
        #expect(end(&phase) == nil)
        phase.wroteEnd()
        phase.flushed()
        #expect(end(&phase)?.1 == .idle)
    }

    @Test func anAnswerThatNobodyTakesIsGivenUp() throws {
        var phase = ConnectionPhase()
        phase.readHead()
        phase.readEnd()
        phase.wroteEnd()
        let (ticks, reason) = try #require(end(&phase))
        #expect(ticks == 6 && reason == .slowReader)
    }

    @Test func anAnswerMayBeWrittenBeforeItsRequestHasEnded() {
        var phase = ConnectionPhase()
        for _ in 0..<50 {
            phase.readHead()
            phase.wroteEnd()
            phase.readEnd()
            phase.flushed()
            #expect(phase.tick(limits) == nil)
        }
        #expect(end(&phase)?.1 == .idle)
    }
}

@Suite struct ConnectionTests {
    private func configuration(_ limits: ConnectionLimits) -> ServerConfiguration {
        ServerConfiguration(connections: limits)
    }

    @Test func aConnectionWithoutARequestIsEnded() async throws {
        try await RunningServer.with(server: configuration(ConnectionLimits(idle: .milliseconds(200)))) { server in
            let connection = try server.connection()
            #expect(try await connection.ends())
            let after = try server.connection()
            try after.send(server.request("GET", "/health/live"))
            #expect(try await after.receive(1)[0].status == 200)
            #expect(try await after.ends())
        }
    }

    @Test func aRequestThatTricklesInIsEnded() async throws {
        let limits = ConnectionLimits(idle: .seconds(600), request: .milliseconds(200))
        try await RunningServer.with(server: configuration(limits)) { server in
            let connection = try server.connection()
            try connection.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n")
            let trickling = Task {
                while !Task.isCancelled {
                    try? connection.send("X-Slow: 1\r\n")
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try await connection.ends())
            trickling.cancel()
            let body = try server.connection()
            try body.send("POST /v1/warm HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            #expect(try await body.ends())
            try await until("both are counted") {
                try await server.get("/metrics").text
                    .contains("rollbook_http_connections_closed_total{reason=\"slow_request\"} 2\n")
            }
        }
    }

    @Test func aConnectionThatIsUsedStays() async throws {
        let limits = ConnectionLimits(idle: .milliseconds(400), request: .milliseconds(400))
        try await RunningServer.with(server: configuration(limits)) { server in
            let connection = try server.connection()
            // Answers from the router and from the event loop, for longer than a connection may idle.
            for _ in 0..<30 {
                try connection.send(server.request("GET", RunningServer.progress))
                #expect(try await connection.receive(1)[0].status == 200)
                try await Task.sleep(for: .milliseconds(30))
            }
        }
    }

    @Test func noMoreConnectionsAreTakenThanThereMayBe() async throws {
        try await RunningServer.with(server: configuration(ConnectionLimits(connections: 2))) { server in
            var held = [try server.connection(), try server.connection()]
            for connection in held {
                try connection.send(server.request("GET", "/health/live"))
                #expect(try await connection.receive(1)[0].status == 200)
            }
            let third = try server.connection()
            try third.send(server.request("GET", "/health/live"))
            try held[0].send(server.request("GET", "/metrics"))
            let metrics = try await held[0].receive(1)[0].text
            #expect(metrics.contains("rollbook_http_connections_limit 2\n"))
            held = []
            #expect(try await third.receive(1)[0].status == 200)
        }
    }
}
