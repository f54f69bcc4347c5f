import RollbookModel
import RollbookReports
import RollbookViews

/// The parameters of requests.
enum OpenAPIParameters {
    /// Those that many operations take, by the names under which they are referred to.
    static let shared: [(name: String, parameter: JSONValue)] =
        [
            (
                "as_of",
                query(
                    "as_of", "the instant for which the answer holds; without it, now",
                    ["type": "string", "format": "date-time"])
            )
        ]
        + zip(Policy.settings, Policy().values).map { setting, standard in
            (
                setting.name,
                query(
                    setting.name, "\(setting.meaning); \(setting.expectation); without it, the school's definition",
                    policySchema(setting))
            )
        }
        + [("if_none_match", ifNoneMatch)]

    /// The settings of the policy.
    static let policy = Policy.settings.map { JSONValue.reference("parameters/\($0.name)") }

    /// What makes a request conditional.
    static let conditional: [JSONValue] = [.reference("parameters/if_none_match")]

    static let viewPage = [
        query(
            "limit", "the most rows of a page; more than \(ViewReader.mostRows) is lowered to it",
            ["type": "integer", "minimum": 1, "default": .integer(ViewReader.standardRows)]),
        query("offset", "the first row of the page, counted from 0", ["type": "integer", "minimum": 0, "default": 0]),
    ]

    static let directory = [
        query("q", "a part of the name, or an id; without it, all", ["type": "string", "default": ""]),
        query(
            "limit", "the most rows; more than \(DirectoryRoutes.mostRows) is lowered to it",
            ["type": "integer", "minimum": 1, "default": .integer(DirectoryRoutes.standardRows)]),
    ]

    static let prefix = [
        query(
            "prefix", "the beginning of the keys to forget, such as `student-progress/`; without it, all",
            ["type": "string", "default": ""])
    ]

    /// A parameter of a report.
    static func describe(_ parameter: ParameterDefinition) -> JSONValue {
        query(
            parameter.name, "\(parameter.help); \(parameter.expectation)", schema(of: parameter),
            isRequired: parameter.isRequired)
    }

    /// What a setting of the policy takes.
    static func policySchema(_ setting: Policy.Setting) -> JSONValue {
        let bounds: JSONValue =
            switch setting.jsonType {
            case "number": ["minimum": 0, "maximum": 100]
            case "integer": ["minimum": 0, "maximum": 3660]
            default: [:]
            }
        return JSONValue.object([("type", .text(setting.jsonType))]).merging(bounds)
    }

    private static func schema(of parameter: ParameterDefinition) -> JSONValue {
        let schema: JSONValue =
            switch parameter.kind {
            case .identifier: ["type": ["integer", "string"]]
            case .integer(let range) where range.upperBound == .max:
                ["type": "integer", "minimum": .integer(range.lowerBound)]
            case .integer(let range):
                ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
            case .limit: ["type": "integer", "minimum": 1]
            case .period: ["type": "string", "enum": .array(Period.allCases.map { .text($0.rawValue) })]
            }
        return schemaOrAll(schema, of: parameter).merging(standard(of: parameter))
    }

    private static func schemaOrAll(_ schema: JSONValue, of parameter: ParameterDefinition) -> JSONValue {
        guard case .all = parameter.standard, case .integer = parameter.kind else { return schema }
        return ["anyOf": [schema, ["const": "all"]]]
    }

    private static func standard(of parameter: ParameterDefinition) -> JSONValue {
        switch parameter.standard {
        case .required: [:]
        case .all: ["default": "all"]
        case .integer(let number): ["default": .integer(number)]
        case .period(let period): ["default": .text(period.rawValue)]
        }
    }

    private static func query(
        _ name: String, _ description: String, _ schema: JSONValue, isRequired: Bool = false
    ) -> JSONValue {
        [
            "name": .text(name), "in": "query", "required": .boolean(isRequired), "description": .text(description),
            "schema": schema,
        ]
    }

    private static let ifNoneMatch: JSONValue = [
        "name": "If-None-Match", "in": "header", "required": false,
        "description": "the entity tags of answers that the caller has; 304 where one still holds",
        "schema": ["type": "string"],
    ]
}
