import Foundation
import Rollbook
import Testing

@Suite struct AnswerRouteTests {
    private let progress = RunningServer.progress

    @Test func aReportComesWithItsProvenance() async throws {
        try await RunningServer.with { server in
            let response = try await server.get(progress)
            #expect(response.status == 200)
            #expect(response["Content-Type"] == "application/json")
            #expect(response["Cache-Control"] == "private, no-cache")
            #expect(response["Vary"] == "Accept-Encoding")
            let answer = try response.object()
            #expect(answer["report"] as? String == "student-progress")
            #expect(answer["as_of"] as? String == School.asOf)
            #expect(answer["row_count"] as? Int == 40)
            let rows = try #require(answer["rows"] as? [[String: Any]])
            #expect(rows.last?["avg_grade"] as? Double == 51)
        }
    }

    @Test func everyReportAndViewAnswers() async throws {
        try await RunningServer.with { server in
            for report in ReportCatalogue.all {
                let required = report.parameters.filter { $0.standardText == nil }.map { "\($0.name)=1" }
                let target =
                    "/v1/reports/\(report.name)?" + (required + ["as_of=\(School.asOf)"]).joined(separator: "&")
                let response = try await server.get(target)
                #expect(response.status == 200, "\(report.name): \(response.text)")
                #expect(Set(try response.object().keys).isSuperset(of: ["policy", "data_version", "rows", "limit"]))
            }
            for view in ViewCatalogue.all {
                let response = try await server.get("/v1/views/\(view.name)?limit=2&pass_mark=60")
                #expect(response.status == 200, "\(view.name): \(response.text)")
                #expect(try response.object()["limit"] as? Int == 2)
            }
        }
    }

    @Test func theSecondAnswerComesFromMemoryWithTheSameBytes() async throws {
        try await RunningServer.with { server in
            let first = try await server.get(progress)
            let second = try await server.get(progress)
            #expect(first["Cache-Status"] == "rollbook; fwd=miss")
            #expect(second["Cache-Status"] == "rollbook; hit")
            #expect(first.body == second.body)
            #expect(first["ETag"] == second["ETag"])
        }
    }

    @Test func aKnownAnswerIsNotSentAgain() async throws {
        try await RunningServer.with { server in
            let tag = try #require(try await server.get(progress)["ETag"])
            for list in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let response = try await server.get(progress, ["If-None-Match: \(list)"])
                #expect(response.status == 304)
                #expect(response.body.isEmpty)
                #expect(response["ETag"] == tag)
                #expect(response["Content-Length"] == nil)
            }
            let other = try await server.get(progress, ["If-None-Match: \"other\""])
            #expect(other.status == 200)
        }
    }

    @Test func aKnownAnswerIsNotSentAgainByTheRouterEither() async throws {
        try await RunningServer.with { server in
            let response = try await server.get(progress, ["If-None-Match: *"])
            #expect(response.status == 304)
            #expect(response["Content-Length"] == nil)
            #expect(response["ETag"] != nil)
        }
    }

    @Test(arguments: ["gzip", "br, gzip;q=0.5", "*", "identity;q=0, gzip"])
    func aLongAnswerIsCompressedForWhoTakesIt(accepted: String) async throws {
        try await RunningServer.with { server in
            let plain = try await server.get(progress)
            for _ in 0..<2 {
                let response = try await server.get(progress, ["Accept-Encoding: \(accepted)"])
                #expect(response["Content-Encoding"] == "gzip")
                #expect(response["Vary"] == "Accept-Encoding")
                #expect(response["ETag"] != plain["ETag"])
                #expect(response.body.count < plain.body.count / 4)
                #expect(try unzipped(response.body) == plain.body)
                let tag = try #require(response["ETag"])
                let again = try await server.get(progress, ["Accept-Encoding: \(accepted)", "If-None-Match: \(tag)"])
                #expect(again.status == 304)
            }
        }
    }

    @Test(arguments: ["", "br", "gzip;q=0", "identity", "gzip;q=0.2, identity;q=0.7"])
    func othersGetItAsItIs(accepted: String) async throws {
        try await RunningServer.with { server in
            let response = try await server.get(progress, ["Accept-Encoding: \(accepted)"])
            #expect(response["Content-Encoding"] == nil)
            #expect(try response.object()["report"] as? String == "student-progress")
        }
    }

    @Test func headIsGetWithoutTheBody() async throws {
        try await RunningServer.with { server in
            let get = try await server.get(progress)
            let head = try await server.ask("HEAD", progress)
            #expect(head.status == 200)
            #expect(head["Content-Length"] == get["Content-Length"])
            #expect(head["ETag"] == get["ETag"])
            #expect(head.body.isEmpty)
        }
    }

    @Test func parametersArePercentDecoded() async throws {
        try await RunningServer.with { server in
            let response = try await server.get(
                "/v1/reports/student-progress?st%75dent=1&time_zone=Europe%2FBerlin&as_of=2026-03-01T12%3A00%3A00Z&")
            #expect(response.status == 200)
            let policy = try response.object()["policy"] as? [String: Any]
            #expect(policy?["time_zone"] as? String == "Europe/Berlin")
        }
    }
}
