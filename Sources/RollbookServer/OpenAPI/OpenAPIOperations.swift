import RollbookModel
import RollbookReports
import RollbookViews

/// What can be done at each path.
enum OpenAPIOperations {
    static func report(_ report: ReportDefinition) -> JSONValue {
        let explanation = [
            "Grain: \(report.grain).", "Order: \(report.order).", report.caution,
        ].compactMap { $0 }.joined(separator: " ")
        return get(
            "report\(report.name.typeName)", tag: "reports", summary: report.question, description: explanation,
            parameters: report.parameters.map(OpenAPIParameters.describe) + [.reference("parameters/as_of")]
                + OpenAPIParameters.policy + OpenAPIParameters.conditional,
            responses: OpenAPIResponses.answer(schema: OpenAPISchemas.name(of: report)))
    }

    static func view(_ view: SummaryView) -> JSONValue {
        get(
            "view\(view.name.typeName)", tag: "views", summary: view.title,
            description: "Grain: \(view.grain). Order: \(view.key.joined(separator: ", ")).",
            parameters: OpenAPIParameters.viewPage + OpenAPIParameters.policy + OpenAPIParameters.conditional,
            responses: OpenAPIResponses.answer(schema: OpenAPISchemas.name(of: view)))
    }

    static func records(_ table: RecordTable) -> JSONValue {
        get(
            "find\(table.rawValue.typeName)", tag: "records",
            summary: "The \(table.rawValue) whose name or id contains a text, by name",
            parameters: OpenAPIParameters.directory,
            responses: OpenAPIResponses.document(schema: "Records", problems: ["400", "503", "504"]))
    }

    static let others: [(path: String, item: JSONValue)] = [
        (
            "/v1/reports",
            get(
                "reports", tag: "reports", summary: "The reports with their parameters and columns",
                responses: OpenAPIResponses.document(schema: "Reports", problems: ["400"]))
        ),
        (
            "/v1/views",
            get(
                "views", tag: "views", summary: "The summary views with their columns",
                responses: OpenAPIResponses.document(schema: "Views", problems: ["400"]))
        ),
        (
            "/v1/refresh",
            post(
                "refresh", summary: "Fill the summary views anew, beside readers",
                parameters: [.reference("parameters/as_of")] + OpenAPIParameters.policy, body: "RefreshArguments",
                answer: "Refresh")
        ),
        (
            "/v1/warm",
            post("warm", summary: "Compute the common answers before they are asked for", answer: "Warmed")
        ),
        (
            "/v1/cache/invalidate",
            post(
                "invalidate", summary: "Forget answers kept in memory", parameters: OpenAPIParameters.prefix,
                body: "InvalidateArguments", answer: "Invalidated")
        ),
        (
            "/v1/info",
            get(
                "info", tag: "status", summary: "What the warehouse holds, and how fresh it is",
                responses: OpenAPIResponses.document(schema: "Status", problems: ["503", "504"]))
        ),
        (
            "/health/live",
            get(
                "live", tag: "status", summary: "Whether the process answers",
                responses: OpenAPIResponses.document(schema: "Live", problems: []))
        ),
        (
            "/health/ready",
            get(
                "ready", tag: "status", summary: "How each part is, and whether the server takes questions",
                description: "At once, whatever the engine does. 200 also while something is degraded.",
                responses: OpenAPIResponses.readiness)
        ),
        (
            "/metrics",
            get(
                "metrics", tag: "status", summary: "What is measured, in Prometheus' text format",
                responses: OpenAPIResponses.metrics)
        ),
        (
            "/openapi.json",
            get(
                "openapi", tag: "status", summary: "This document",
                responses: OpenAPIResponses.document(schema: "OpenAPI", problems: ["400"]))
        ),
    ]

    static func get(
        _ identifier: String, tag: String, summary: String, description: String? = nil, parameters: [JSONValue] = [],
        responses: JSONValue
    ) -> JSONValue {
        var operation: [(name: String, value: JSONValue)] = [
            ("operationId", .text(identifier)), ("tags", [.text(tag)]), ("summary", .text(summary)),
        ]
        if let description { operation.append(("description", .text(description))) }
        operation.append(("parameters", .array(parameters)))
        operation.append(("responses", responses))
        return ["get": .object(operation)]
    }

    private static func post(
        _ identifier: String, summary: String, parameters: [JSONValue] = [], body: String? = nil, answer: String
    ) -> JSONValue {
        var operation: [(name: String, value: JSONValue)] = [
            ("operationId", .text(identifier)), ("tags", ["maintenance"]), ("summary", .text(summary)),
            ("parameters", .array(parameters)),
        ]
        if let body {
            operation.append(("requestBody", OpenAPIResponses.content("application/json", schema: body)))
        }
        let problems = ["400", "403", "413", "415", "503", "507"]
        operation.append(("responses", OpenAPIResponses.document(schema: answer, problems: problems)))
        return ["post": .object(operation)]
    }
}
