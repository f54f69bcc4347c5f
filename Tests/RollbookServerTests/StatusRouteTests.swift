import Foundation
import Rollbook
import Testing

@Suite struct StatusRouteTests {
    @Test func infoSaysWhatIsThere() async throws {
        try await RunningServer.with { server in
            _ = try await server.get(RunningServer.progress)
            _ = try await server.get(RunningServer.progress)
            let info = try await server.get("/v1/info").object()
            let tables = try #require(info["tables"] as? [[String: Any]])
            #expect(tables.first { $0["table"] as? String == "students" }?["record_count"] as? Int == 3)
            #expect(info["data_as_of"] as? String == School.asOf)
            #expect((info["policy"] as? [String: Any])?["time_zone"] as? String == "UTC")
            let cache = try #require(info["cache"] as? [String: Any])
            #expect(cache["hits"] as? Int == 1)
            #expect(cache["misses"] as? Int == 1)
        }
    }

    @Test func healthSaysHowFreshTheViewsAre() async throws {
        try await RunningServer.with { server in
            #expect(try await server.get("/health/live").object()["status"] as? String == "live")
            let ready = try await server.get("/health/ready").object()
            let views = try #require(ready["views"] as? [[String: Any]])
            #expect(views.count == ViewCatalogue.all.count)
            #expect(views.allSatisfy { $0["as_of"] as? String == School.asOf })
        }
    }

    @Test func theCataloguesListEverything() async throws {
        try await RunningServer.with { server in
            let reports = try #require(try await server.get("/v1/reports").object()["reports"] as? [[String: Any]])
            #expect(reports.compactMap { $0["name"] as? String } == ReportCatalogue.all.map(\.name))
            let progress = try #require(reports.first { $0["name"] as? String == "student-progress" })
            let parameters = try #require(progress["parameters"] as? [[String: Any]])
            #expect(parameters.first?["is_required"] as? Bool == true)
            #expect(parameters.compactMap { $0["default"] as? String } == ["week", "30", "100", "0"])
            let columns = try #require(progress["columns"] as? [[String: Any]])
            #expect(columns.first { $0["name"] as? String == "pass_rate" }?["unit"] as? String == "percent")
            let views = try #require(try await server.get("/v1/views").object()["views"] as? [[String: Any]])
            #expect(views.count == ViewCatalogue.all.count)
        }
    }

    @Test func recordsAreFoundByName() async throws {
        try await RunningServer.with { server in
            let students = try await server.get("/v1/students?q=ad").object()["rows"] as? [[String: Any]]
            #expect(students?.compactMap { $0["label"] as? String } == ["Ada A"])
            let limited = try await server.get("/v1/students?limit=2").object()["rows"] as? [[String: Any]]
            #expect(limited?.count == 2)
            for table in ["teachers", "subjects", "classes"] {
                let rows = try await server.get("/v1/\(table)").object()["rows"] as? [[String: Any]]
                #expect(rows?.count == 1)
            }
        }
    }
}
