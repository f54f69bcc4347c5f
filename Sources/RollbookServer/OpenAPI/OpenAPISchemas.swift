import RollbookModel
import RollbookReports
import RollbookViews

/// The shapes of bodies.
enum OpenAPISchemas {
    /// All of them, by the names under which they are referred to.
    static let all: [(name: String, schema: JSONValue)] =
        ReportCatalogue.all.flatMap { report in
            answer(name(of: report), report: report.name, report.columns.map(\.definition), summary: report.summary)
        }
        + ViewCatalogue.all.flatMap { view in
            answer(name(of: view), report: view.name, view.columns.map(\.definition), summary: [])
        }
        + common + documents + jobs

    static func name(of report: ReportDefinition) -> String { "\(report.name.typeName)Report" }

    static func name(of view: SummaryView) -> String { "\(view.name.typeName)View" }

    /// An object all of whose members are always there.
    static func object(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
        [
            "type": "object", "required": .array(members.map { .text($0.name) }), "properties": .object(members),
        ]
    }

    private static func answer(
        _ name: String, report: String, _ columns: [ColumnDefinition], summary: [ColumnDefinition]
    ) -> [(name: String, schema: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = [
            ("report", ["const": .text(report)]),
            ("rows", ["type": "array", "items": .reference("schemas/\(name)Row")]),
        ]
        if !summary.isEmpty { members.append(("summary", object(summary.map(member)))) }
        return [
            (name, ["allOf": [.reference("schemas/Answer"), object(members)]]),
            ("\(name)Row", object(columns.map(member))),
        ]
    }

    private static func member(_ column: ColumnDefinition) -> (name: String, value: JSONValue) {
        let type: JSONValue =
            switch column.type {
            case .integer: "integer"
            case .decimal: "number"
            case .text, .date, .instant: "string"
            }
        var members: [(name: String, value: JSONValue)] = [
            ("type", column.isNullable ? .array([type, "null"]) : type), ("description", .text(column.meaning)),
        ]
        if column.type == .date { members.append(("format", "date")) }
        if column.type == .instant { members.append(("format", "date-time")) }
        if let unit = column.unit { members.append(("x-unit", .text(unit.rawValue))) }
        if let range = column.range { members.append(("x-range", .text(range))) }
        return (column.name, .object(members))
    }

    private static let common: [(name: String, schema: JSONValue)] = [
        (
            "Answer",
            object([
                ("report", string("the report or view that was asked for")),
                ("parameters", describe(["type": "object"], "the parameters as understood, defaults filled in")),
                ("policy", .reference("schemas/Policy")),
                ("as_of", instant("the instant for which the answer holds")),
                ("data_version", integer("the version of the stored records and views that were read")),
                ("data_as_of", nullableInstant("the newest record's time")),
                ("generated_at", instant("when the rows were computed")),
                ("served_by", string("who answered")),
                ("execution_time_ms", describe(["type": "number"], "how long the computation took, in milliseconds")),
                ("row_count", integer("the rows of this page")), ("total_count", integer("all rows")),
                ("limit", integer("the size of the page, as applied")),
                ("offset", integer("the first row of the page, counted from 0")),
                ("rows", ["type": "array", "items": ["type": "object"]]),
            ]).taking([
                ("stale", describe(["const": true], "there where the answer is no longer the newest")),
                ("age", integer("how many seconds ago such an answer was computed")),
            ])
        ),
        (
            "Policy",
            object(
                Policy.settings.map { setting in
                    (setting.name, describe(OpenAPIParameters.policySchema(setting), setting.meaning))
                })
        ),
        (
            "Problem",
            [
                "type": "object", "required": ["type", "title", "status"],
                "properties": [
                    "type": describe(["type": "string", "format": "uri"], "names the kind of failure"),
                    "title": string("the kind of failure, in words"), "status": integer("the HTTP status"),
                    "detail": string("what happened and what was expected instead"),
                    "parameter": string("the parameter that is to blame"),
                ],
            ]
        ),
    ]
}

extension JSONValue {
    /// The schema of an object that may also have other members.
    fileprivate func taking(_ further: [(name: String, value: JSONValue)]) -> JSONValue {
        guard case .object(let parts) = self else { return self }
        return .object(
            parts.map { part in
                part.name == "properties" ? (part.name, part.value.merging(.object(further))) : part
            })
    }
}

extension OpenAPISchemas {
    static func describe(_ schema: JSONValue, _ description: String) -> JSONValue {
        schema.merging(["description": .text(description)])
    }

    static func string(_ description: String) -> JSONValue { describe(["type": "string"], description) }

    static func integer(_ description: String) -> JSONValue { describe(["type": "integer"], description) }

    static func instant(_ description: String) -> JSONValue {
        describe(["type": "string", "format": "date-time"], description)
    }

    static func nullableInstant(_ description: String) -> JSONValue {
        describe(["type": ["string", "null"], "format": "date-time"], "\(description); null where there is none")
    }

    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
}
