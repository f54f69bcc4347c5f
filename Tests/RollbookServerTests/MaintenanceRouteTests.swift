import Foundation
import Rollbook
import Testing

@Suite struct MaintenanceRouteTests {
    @Test func aRefreshFillsTheViewsForTheInstantGiven() async throws {
        try await RunningServer.with(refreshed: false) { server in
            let response = try await server.ask(
                "POST", "/v1/refresh", ["Content-Type: application/json"],
                body: #"{"as_of": "2026-03-01T12:00:00Z", "pass_mark": 60.5, "late_counts_as_present": false}"#)
            #expect(response.status == 200, "\(response.text)")
            let outcome = try response.object()
            #expect(outcome["as_of"] as? String == School.asOf)
            #expect((outcome["views"] as? [Any])?.count == ViewCatalogue.all.count)
            #expect(outcome["data_version"] is Int)
            #expect(try await server.get("/v1/views/student_grade_summary").status == 200)
        }
    }

    @Test func aRefreshTakesItsParametersFromTheQueryToo() async throws {
        try await RunningServer.with(refreshed: false) { server in
            let response = try await server.ask("POST", "/v1/refresh?as_of=\(School.asOf)", ["Content-Length: 0"])
            #expect(try response.object()["as_of"] as? String == School.asOf)
        }
    }

    @Test(arguments: [
        (#"{"as_of": "soon"}"#, 400, "as_of"), (#"{"colour": "red"}"#, 400, "colour"),
        (#"{"pass_mark": 101}"#, 400, "pass_mark"), (#"{"pass_mark": [1]}"#, 400, nil), ("[]", 400, nil),
        ("{", 400, nil),
    ])
    func aRefreshRefusesWhatItDoesNotUnderstand(body: String, status: Int, parameter: String?) async throws {
        try await RunningServer.with { server in
            let response = try await server.ask(
                "POST", "/v1/refresh", ["Content-Type: application/json"], body: body)
            #expect(response.status == status)
            #expect(try response.object()["parameter"] as? String == parameter)
        }
    }

    @Test func aBodyMustBeShortJSON() async throws {
        try await RunningServer.with { server in
            let form = try await server.ask(
                "POST", "/v1/refresh", ["Content-Type: application/x-www-form-urlencoded"], body: "as_of=now")
            #expect(form.status == 415)
            let long = try await server.ask(
                "POST", "/v1/refresh", ["Content-Type: application/json"],
                body: "{\"as_of\": \"" + String(repeating: "x", count: 70_000) + "\"}")
            #expect(long.status == 413)
        }
    }

    @Test func afterARefreshNobodyGetsAnOlderAnswer() async throws {
        try await RunningServer.with { server in
            let first = try await server.get(RunningServer.progress)
            #expect(try await server.get(RunningServer.progress)["Cache-Status"] == "rollbook; hit")
            _ = try await server.ask("POST", "/v1/refresh?as_of=\(School.asOf)", ["Content-Length: 0"])
            let later = try await server.get(RunningServer.progress)
            #expect(later["Cache-Status"] == "rollbook; fwd=miss")
            let versions = [try first.object(), try later.object()].map { $0["data_version"] as? Int ?? 0 }
            #expect(versions[1] > versions[0])
        }
    }

    @Test func warmingWritesTheCommonAnswersOnce() async throws {
        try await RunningServer.with { server in
            let first = try await server.ask("POST", "/v1/warm", ["Content-Length: 0"])
            #expect(try first.object()["answers_written"] as? Int ?? 0 > ViewCatalogue.all.count)
            let second = try await server.ask("POST", "/v1/warm", ["Content-Length: 0"])
            #expect(try second.object()["answers_written"] as? Int == 0)
            #expect(try await server.get("/v1/reports/top-performers")["Cache-Status"] == "rollbook; hit")
        }
    }

    @Test func invalidatingForgetsByPrefix() async throws {
        try await RunningServer.with { server in
            _ = try await server.get(RunningServer.progress)
            _ = try await server.get(RunningServer.progress)
            _ = try await server.get("/v1/views/teacher_workload")
            let one = try await server.ask(
                "POST", "/v1/cache/invalidate", ["Content-Type: application/json"],
                body: #"{"prefix": "student-progress/"}"#)
            #expect(try one.object()["answers_forgotten"] as? Int == 1)
            #expect(try await server.get(RunningServer.progress)["Cache-Status"] == "rollbook; fwd=miss")
            let all = try await server.ask("POST", "/v1/cache/invalidate", ["Content-Length: 0"])
            #expect(try all.object()["answers_forgotten"] as? Int == 2)
        }
    }

    @Test func otherSitesPagesAreKeptOut() async throws {
        try await RunningServer.with { server in
            let own = "Origin: http://127.0.0.1:\(server.port)"
            let allowed = [[own, "Sec-Fetch-Site: same-origin"], ["Sec-Fetch-Site: none"], []]
            let refused = [
                ["Origin: https://example.org"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"],
                ["Sec-Fetch-Site: same-site", own], ["Origin: http://127.0.0.1:1"],
            ]
            for headers in allowed {
                let response = try await server.ask("POST", "/v1/warm", headers + ["Content-Length: 0"])
                #expect(response.status == 200, "\(headers)")
            }
            for headers in refused {
                let response = try await server.ask("POST", "/v1/warm", headers + ["Content-Length: 0"])
                #expect(response.status == 403, "\(headers)")
            }
        }
    }
}
