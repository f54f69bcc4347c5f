import Rollbook
import RollbookDuckDB
import Testing

@Suite struct Smoke {
    @Test func everything() async throws {
        let engine = try await DuckDBEngine(DuckDBConfiguration(path: nil))
        let warehouse = Warehouse(engine: engine)
        let school = try GeneratedSchool(students: 200, seed: 1)
        let outcome = try await warehouse.importRecords(from: school)
        for t in outcome.tables { print(t.table, t.inserted, t.updated, t.unchanged) }
        let again = try await warehouse.importRecords(from: school)
        #expect(!again.hasChanged)
        let end = "2026-06-26T12:00:00Z"
        _ = try await warehouse.refresh(asOf: Instant(parsing: end))
        for report in ReportCatalogue.all {
            var p = ["as_of": end, "limit": "3"]
            for q in report.parameters where q.standardText == nil { p[q.name] = "1" }
            if !report.parameters.contains(where: { $0.name == "limit" }) { p["limit"] = nil }
            for zone in ["UTC", "Europe/Berlin"] {
                p["time_zone"] = zone
                let answer = try await warehouse.answer(Question(report: report.name, parameters: p))
                print(String(decoding: answer.json(), as: UTF8.self).prefix(1800))
            }
        }
        for view in ViewCatalogue.all {
            let answer = try await warehouse.answer(Question(view: view.name, parameters: ["limit": "2"]))
            print(String(decoding: answer.json(), as: UTF8.self))
        }
        print(try await warehouse.warm(), try await warehouse.warm())
    }
}
