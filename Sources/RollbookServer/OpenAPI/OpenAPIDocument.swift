import RollbookModel
import RollbookReports
import RollbookStore
import RollbookViews

/// The API's description after OpenAPI 3.1, made of the declarations of reports and views: it cannot say anything else
/// than they do.
enum OpenAPIDocument {
    /// The document; the same declarations give the same bytes.
    static let document: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Rollbook", "version": "1",
            "summary": "Learning analytics: nine reports and four summary views over a school's records",
            "description": .text(
                "Numbers are JSON numbers; dates are YYYY-MM-DD; instants are YYYY-MM-DDThh:mm:ssZ in UTC. Every answer"
                    + " says which definitions, which instant and which version of the data it holds for."),
            "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/"]],
        "tags": [
            ["name": "reports"], ["name": "views"], ["name": "records"], ["name": "maintenance"], ["name": "jobs"],
            ["name": "status"],
        ],
        "paths": .object(paths.map { (name: $0.path, value: $0.item) }),
        "components": [
            "schemas": .object(OpenAPISchemas.all.map { (name: $0.name, value: $0.schema) }),
            "parameters": .object(OpenAPIParameters.shared.map { (name: $0.name, value: $0.parameter) }),
            "responses": .object(OpenAPIResponses.problems.map { (name: $0.name, value: $0.response) }),
        ],
    ]

    private static var paths: [(path: String, item: JSONValue)] {
        ReportCatalogue.all.map { ("/v1/reports/\($0.name)", OpenAPIOperations.report($0)) }
            + ViewCatalogue.all.map { ("/v1/views/\($0.name)", OpenAPIOperations.view($0)) }
            + RecordDirectory.tables.map { ("/v1/\($0.rawValue)", OpenAPIOperations.records($0)) }
            + OpenAPIOperations.others + OpenAPIJobs.operations
    }
}

extension String {
    /// `student-progress` as `StudentProgress`.
    var typeName: String {
        split { $0 == "-" || $0 == "_" || $0 == " " }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension JSONValue {
    /// A pointer to a component, such as `schemas/Problem`.
    static func reference(_ component: String) -> JSONValue { ["$ref": .text("#/components/\(component)")] }
}
