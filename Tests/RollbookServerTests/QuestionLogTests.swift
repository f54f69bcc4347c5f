import Foundation
import Metrics
import Rollbook
import RollbookServer
import RollbookTelemetry
import Testing

@Suite struct QuestionLogTests {
    /// Values that must never reach a log, and the targets in which they stand.
    private static let secret = "Adelheid-4711"
    private static let targets = [
        "/v1/reports/student-progress?student=\(secret)", "/v1/reports/\(secret)", "/v1/views/\(secret)",
        "/v1/reports/student-progress?\(secret)=1", "/v1/reports/student-progress?student=1&\(secret)",
        "/v1/reports/student-progress?student=1&by=\(secret)", "/v1/reports/student-progress?student=1&as_of=\(secret)",
        "/v1/reports/student-progress?student=1&time_zone=\(secret)", "/students/\(secret)", "/students?q=\(secret)",
        "/v1/students?q=\(secret)", "/\(secret)", "/assets/\(secret)",
        "/v1/reports/student-progress?student=%0a\(secret)",
        "/v1/reports/top-performers?subject=\(secret)%22%7D%0A%7B%22level%22:%22error", "/metrics?\(secret)",
    ]

    @Test func noValueOfAQuestionReachesTheLog() async throws {
        let logged = LoggedLines()
        let logger = logged.logger()
        let observers = [QuestionLog(limit: .nanoseconds(1), logger: logger, factory: NOOPMetricsHandler.instance)]
        try await RunningServer.with(
            warehouse: WarehouseConfiguration(observers: observers), logger: logger
        ) { server in
            for target in Self.targets {
                for method in ["GET", "HEAD", "POST"] {
                    _ = try await server.ask(
                        method, target,
                        ["User-Agent: \(Self.secret)", "Referer: \(Self.secret)", "X-\(Self.secret): 1"],
                        body: method == "POST" ? "{\"\(Self.secret)\":\"\(Self.secret)\"}" : "")
                }
            }
            _ = try await server.get("/v1/reports/student-progress?student=1")
            #expect(!logged.lines.isEmpty)
            #expect(logged.lines.contains { $0.contains("slow question") })
            for line in logged.lines {
                #expect(!line.contains(Self.secret) && !line.lowercased().contains("adelheid"))
                #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
            }
        }
    }

    @Test func aSlowQuestionIsNamedWithTheKindsOfItsParameters() async throws {
        let logged = LoggedLines()
        let registry = MetricRegistry(MetricCatalogue.all)
        let log = QuestionLog(limit: .nanoseconds(1), logger: logged.logger(), factory: registry)
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [log])) { server in
            _ = try await server.get("/v1/reports/student-progress?student=1&by=day&pass_mark=45&as_of=\(School.asOf)")
            _ = try await server.get("/v1/views/subject_performance?limit=3")
        }
        let lines = try logged.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let slow = lines.filter { $0["message"] as? String == "slow question" }
        #expect(slow.count == 2)
        #expect(slow[0]["report"] as? String == "student-progress")
        #expect(slow[0]["parameters"] as? String == "student:identifier by:period pass_mark:policy as_of:instant")
        #expect(slow[0]["served_by"] as? String == "duckdb")
        #expect(slow[0]["data_version"] as? Int == 2)
        #expect(slow[0]["rows"] as? Int == 30)
        #expect(slow[0]["milliseconds"] is Int && slow[0]["waited_milliseconds"] is Int)
        #expect(slow[1]["report"] as? String == "subject_performance")
        #expect(slow[1]["parameters"] as? String == "limit:integer")
        #expect(String(decoding: registry.text(), as: UTF8.self).contains("rollbook_slow_questions_total"))
    }

    @Test func whatIsNotSlowIsNotLogged() async throws {
        let logged = LoggedLines()
        let log = QuestionLog(limit: .seconds(3600), logger: logged.logger(), factory: NOOPMetricsHandler.instance)
        let none = QuestionLog(limit: nil, logger: logged.logger(), factory: NOOPMetricsHandler.instance)
        try await RunningServer.with(warehouse: WarehouseConfiguration(observers: [log, none])) { server in
            _ = try await server.get(RunningServer.progress)
        }
        #expect(!logged.lines.contains { $0.contains("slow question") })
    }

    @Test func aRequestIsLoggedByItsRouteWithHowItWasAnswered() async throws {
        let logged = LoggedLines()
        try await RunningServer.with(logger: logged.logger()) { server in
            let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let answer = try await server.get(RunningServer.progress, [parent])
            _ = try await server.get("/health/ready")
            let line = try #require(logged.lines.first { $0.contains("\"message\":\"request\"") })
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["route"] as? String == "/v1/reports/{name}")
            #expect(object["status"] as? Int == 200)
            #expect(object["bytes"] as? Int == answer.body.count)
            #expect(object["source"] as? String == "computed")
            #expect(object["milliseconds"] is Double || object["milliseconds"] is Int)
            #expect(object["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
            // Whatever watches the server fills no log.
            #expect(!logged.lines.contains { $0.contains("/health/ready") })
        }
    }
}
