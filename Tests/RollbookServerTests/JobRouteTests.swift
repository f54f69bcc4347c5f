import Foundation
import Rollbook
import Testing

@Suite(.timeLimit(.minutes(2))) struct JobRouteTests {
    private static let empty = ["Content-Length: 0"]

    /// Asks for a run again and again until it has ended.
    private func ended(_ location: String, on server: RunningServer) async throws -> [String: Any] {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let run = try await server.get(location).object()
            if run["outcome"] as? String != "running" { return run }
            try #require(ContinuousClock.now < end, "the job does not end")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test func jobsAreListedWithTheirSchedules() async throws {
        try await RunningServer.with { server in
            let jobs = try #require(try await server.get("/v1/jobs").object()["jobs"] as? [[String: Any]])
            #expect(jobs.compactMap { $0["name"] as? String } == Job.allCases.map(\.rawValue))
            let refresh = try #require(jobs.first)
            #expect(refresh["schedule"] as? String == "0 2 * * *" && refresh["time_zone"] as? String == "UTC")
            #expect(refresh["state"] as? String == "waiting" && refresh["last_run"] is NSNull)
            #expect(refresh["tries"] as? Int == 3)
        }
    }

    @Test(arguments: Job.allCases)
    func aJobIsRunAndItsRunLookedAt(job: Job) async throws {
        try await RunningServer.with(refreshed: job != .prepare) { server in
            let begun = try await server.ask("POST", "/v1/jobs/\(job.rawValue)/run", Self.empty)
            #expect(begun.status == 202, "\(begun.text)")
            let location = try #require(begun["Location"])
            let id = try #require(try begun.object()["run_id"] as? String)
            #expect(location == "/v1/jobs/\(job.rawValue)/runs/\(id)")
            let run = try await ended(location, on: server)
            #expect(run["outcome"] as? String == "succeeded", "\(run)")
            #expect((run["attempts"] as? [Any])?.count == 1 && run["cause"] as? String == "hand")
            let runs = try #require(
                try await server.get("/v1/jobs/\(job.rawValue)/runs?limit=1").object()["runs"] as? [[String: Any]])
            #expect(runs.map { $0["run_id"] as? String } == [id])
        }
    }

    @Test func aJobThatRunsIsNotBegunAgainAndCanBeStopped() async throws {
        try await RunningServer.with { server in
            // The refresh waits for the writer, which somebody else has.
            let (waiting, letGo) = AsyncStream.makeStream(of: Void.self)
            let (held, hold) = AsyncStream.makeStream(of: Void.self)
            async let writing = server.warehouse.importRecords(
                from: School(),
                observer: ImportObserver(onMerge: {
                    hold.finish()
                    for await _ in waiting {}
                }))
            for await _ in held {}
            let begun = try await server.ask("POST", "/v1/jobs/refresh/run", Self.empty)
            #expect(begun.status == 202)
            let again = try await server.ask("POST", "/v1/jobs/refresh/run", Self.empty)
            #expect(again.status == 409)
            #expect(try again.object()["type"] as? String == "urn:rollbook:problem:busy")
            #expect(try await server.get("/jobs").text.contains("running"))
            let cancelled = try await server.ask("POST", "/v1/jobs/refresh/cancel", Self.empty)
            #expect(cancelled.status == 202)
            let run = try await ended(try #require(begun["Location"]), on: server)
            #expect(run["outcome"] as? String == "cancelled" && run["error_code"] as? String == "cancelled")
            letGo.finish()
            _ = try await writing
            #expect(try await server.ask("POST", "/v1/jobs/refresh/cancel", Self.empty).status == 404)
        }
    }

    @Test(arguments: [
        ("GET", "/v1/jobs/sweep/runs", 404), ("GET", "/v1/jobs/%2e%2e/runs", 404), ("POST", "/v1/jobs/sweep/run", 404),
        ("GET", "/v1/jobs/refresh/runs/nobody", 404), ("GET", "/v1/jobs/refresh/runs?limit=0", 400),
        ("GET", "/v1/jobs/refresh/runs?colour=red", 400), ("GET", "/v1/jobs?x=1", 400),
        ("GET", "/v1/jobs/refresh/run", 405), ("POST", "/v1/jobs", 405), ("DELETE", "/v1/jobs/refresh/runs", 405),
        ("POST", "/v1/jobs/refresh/run?force=1", 400), ("GET", "/v1/statistics?limit=many", 400),
        ("GET", "/v1/jobs/refresh/runs/'%20OR%201=1", 404), ("GET", "/jobs?x=1", 400),
    ])
    func whatIsNotUnderstoodIsRefused(method: String, target: String, status: Int) async throws {
        try await RunningServer.with { server in
            let response = try await server.ask(method, target, method == "GET" ? [] : Self.empty)
            #expect(response.status == status)
        }
    }

    @Test func anotherSitesPageRunsNoJob() async throws {
        try await RunningServer.with { server in
            for target in ["/v1/jobs/refresh/run", "/jobs/refresh/run"] {
                let response = try await server.ask(
                    "POST", target, Self.empty + ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site"])
                #expect(response.status == 403)
            }
        }
    }

    @Test func statisticsAreKeptAndShown() async throws {
        try await RunningServer.with { server in
            #expect((try await server.get("/v1/statistics").object()["takings"] as? [Any])?.isEmpty == true)
            #expect(try await server.get("/jobs").text.contains("None were taken yet"))
            let begun = try await server.ask("POST", "/v1/jobs/statistics/run", Self.empty)
            _ = try await ended(try #require(begun["Location"]), on: server)
            let takings = try #require(try await server.get("/v1/statistics").object()["takings"] as? [[String: Any]])
            #expect(takings.count == 1)
            let figures = try #require(takings[0]["measurements"] as? [[String: Any]])
            #expect(figures.contains { $0["name"] as? String == "students" && $0["measure"] as? String == "rows" })
            let page = try await server.get("/jobs").text
            #expect(page.contains("Tables") && page.contains("students"))
        }
    }

    @Test func thePageRunsAJobAndComesBack() async throws {
        try await RunningServer.with { server in
            let page = try await server.get("/jobs")
            #expect(page.status == 200 && page.text.contains("No job has run yet."))
            #expect(page.text.contains("action=\"/jobs/refresh/run\""))
            #expect(try await server.get("/").text.contains("href=\"/jobs\""))
            let run = try await server.ask(
                "POST", "/jobs/statistics/run", Self.empty + ["Content-Type: application/x-www-form-urlencoded"])
            #expect(run.status == 303 && run["Location"] == "/jobs")
            #expect(try await server.ask("POST", "/jobs/sweep/run", Self.empty).status == 404)
        }
    }

    @Test func aPolicyInForceChangesAnswersInMemoryToo() async throws {
        try await RunningServer.with { server in
            for _ in 0..<3 { _ = try await server.get(RunningServer.progress) }
            #expect(try await server.get(RunningServer.progress)["Cache-Status"] == "rollbook; hit")
            var policy = Policy()
            try policy.set("pass_mark", to: "50")
            server.warehouse.reload(policy: policy)
            let later = try await server.get(RunningServer.progress)
            #expect(later["Cache-Status"] == "rollbook; fwd=miss")
            #expect(((try later.object()["policy"]) as? [String: Any])?["pass_mark"] as? Int == 50)
        }
    }
}
