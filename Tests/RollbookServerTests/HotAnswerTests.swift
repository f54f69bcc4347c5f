import Rollbook
import Testing

/// Answers written on the event loop must be told from the router's by nothing but their speed.
@Suite struct HotAnswerTests {
    private let progress = RunningServer.progress

    /// The header lines but for the date, which moves.
    private func lines(_ response: RawResponse) -> [String] {
        response.headerLines.filter { !$0.lowercased().hasPrefix("date:") }
    }

    @Test(arguments: [
        [], ["Accept-Encoding: gzip"], ["If-None-Match: *"], ["Accept-Encoding: gzip", "If-None-Match: *"],
    ])
    func bothWaysGiveTheSameBytes(headers: [String]) async throws {
        try await RunningServer.with { server in
            _ = try await server.get(progress, headers)
            let hot = try await server.get(progress, headers)
            // A parameter spelled otherwise is another target with the same key: the router answers from the cache.
            let routed = try await server.get(progress.replacing("student=1", with: "%73tudent=1"), headers)
            #expect(hot.status == routed.status)
            #expect(hot.body == routed.body)
            #expect(lines(hot) == lines(routed))
            #expect(hot["Date"] != nil && routed["Date"] != nil)
            #expect(hot["Cache-Status"] == "rollbook; hit")
        }
    }

    @Test func hitsAreCounted() async throws {
        try await RunningServer.with { server in
            for _ in 0..<5 { _ = try await server.get(progress) }
            let statistics = server.warehouse.cache.statistics
            #expect(statistics.misses == 1)
            #expect(statistics.hits == 4)
        }
    }

    @Test func pipelinedAnswersKeepTheirOrder() async throws {
        try await RunningServer.with { server in
            _ = try await server.get(progress)
            let days = [11, 0, 12, 0, 0, 13, 0]
            let connection = try server.connection()
            let targets = days.map { $0 == 0 ? progress : progress.replacing("days=90", with: "days=\($0)") }
            try connection.send(targets.map { server.request("GET", $0) }.joined())
            let responses = try await connection.receive(days.count)
            let counts = try responses.map { try $0.object()["row_count"] as? Int }
            #expect(counts == days.map { $0 == 0 ? 40 : $0 })
        }
    }

    @Test func oneConnectionMayAskManyTimes() async throws {
        try await RunningServer.with { server in
            let connection = try server.connection()
            for _ in 0..<20 {
                try connection.send(server.request("GET", progress))
                #expect(try await connection.receive(1)[0].status == 200)
            }
            try connection.send(String(repeating: server.request("GET", progress), count: 200))
            let responses = try await connection.receive(200)
            #expect(Set(responses.map(\.body)).count == 1)
            #expect(responses.allSatisfy { $0["Cache-Status"] == "rollbook; hit" })
        }
    }

    @Test func aConnectionIsClosedWhereTheClientWantsIt() async throws {
        try await RunningServer.with { server in
            for _ in 0..<2 {
                let connection = try server.connection()
                try connection.send(server.request("GET", progress, ["Connection: close"]))
                #expect(try await connection.receive(1)[0].status == 200)
                #expect(try await connection.ends())
            }
        }
    }

    @Test func aBodyOfAGetIsPassedOver() async throws {
        try await RunningServer.with { server in
            let connection = try server.connection()
            for _ in 0..<3 {
                try connection.send(server.request("GET", progress, body: "GET /nowhere HTTP/1.1\r\n\r\n"))
                #expect(try await connection.receive(1)[0].status == 200)
            }
        }
    }

    @Test func foreignHostsAreRefusedAlsoForAnswersInMemory() async throws {
        try await RunningServer.with { server in
            _ = try await server.get(progress)
            for host in ["school.example", "127.0.0.1.example.org", "localhost.example.org:80", "10.0.0.1", "[::2]"] {
                #expect(try await server.get(progress, ["Host: \(host)"]).status == 421)
            }
            for host in ["localhost", "LOCALHOST:\(server.port)", "127.1.2.3:99", "[::1]:80", "[::1]"] {
                #expect(try await server.get(progress, ["Host: \(host)"]).status == 200)
            }
            #expect(try await server.get(progress, ["Host:"]).status == 400)
        }
    }

    @Test func aQuestionWithoutAnInstantIsAnsweredFromMemoryOnTheSameDay() async throws {
        try await RunningServer.with { server in
            let target = "/v1/reports/student-progress?student=1&days=3660&by=month"
            let first = try await server.get(target)
            let second = try await server.get(target)
            #expect(first.body == second.body || first["ETag"] != second["ETag"])
            #expect(first["Cache-Status"] == "rollbook; fwd=miss")
        }
    }
}
