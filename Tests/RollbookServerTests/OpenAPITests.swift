import Foundation
import Rollbook
import Testing

@Suite struct OpenAPITests {
    /// All values under a key, wherever they stand.
    private func values(of key: String, in json: Any) -> [Any] {
        if let object = json as? [String: Any] {
            return object.flatMap { name, value in (name == key ? [value] : []) + values(of: key, in: value) }
        }
        return (json as? [Any] ?? []).flatMap { values(of: key, in: $0) }
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        try await RunningServer.with { server in
            let document = try await server.get("/openapi.json").object()
            let references = values(of: "$ref", in: document).compactMap { $0 as? String }
            #expect(references.count > 100)
            for reference in Set(references) {
                let path = reference.split(separator: "/").dropFirst().map(String.init)
                let target = path.reduce(document as Any?) { ($0 as? [String: Any])?[$1] }
                #expect(target != nil, "\(reference)")
            }
        }
    }

    @Test func everyDeclarationIsThere() async throws {
        try await RunningServer.with { server in
            let response = try await server.get("/openapi.json")
            let document = try response.object()
            #expect(document["openapi"] as? String == "3.1.0")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let schemas = try #require(
                (document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
            for report in ReportCatalogue.all {
                let operation = try #require(paths["/v1/reports/\(report.name)"]?["get"] as? [String: Any])
                let parameters = try #require(operation["parameters"] as? [[String: Any]])
                let names = parameters.compactMap { $0["name"] as? String }
                #expect(names == report.parameters.map(\.name))
                #expect(parameters.count == names.count + 2 + Policy.settings.count)
            }
            let rows = schemas.keys.filter { $0.hasSuffix("Row") }
            #expect(rows.count == ReportCatalogue.all.count + ViewCatalogue.all.count)
            let progress = try #require(schemas["StudentProgressReportRow"]?["properties"] as? [String: [String: Any]])
            #expect(progress["pass_rate"]?["x-unit"] as? String == "percent")
            let identifiers = values(of: "operationId", in: document).compactMap { $0 as? String }
            #expect(Set(identifiers).count == identifiers.count)
            #expect(try await server.get("/openapi.json").body == response.body)
        }
    }

    @Test func answersHaveTheMembersThatTheDocumentPromises() async throws {
        try await RunningServer.with { server in
            let schemas = values(of: "schemas", in: try await server.get("/openapi.json").object())[0] as? [String: Any]
            let promised = (schemas?["Answer"] as? [String: Any])?["required"] as? [String] ?? []
            let answer = try await server.get(RunningServer.progress).object()
            #expect(Set(promised) == Set(answer.keys))
            let info = try await server.get("/v1/info").object()
            #expect(Set((schemas?["Status"] as? [String: Any])?["required"] as? [String] ?? []) == Set(info.keys))
        }
    }
}
