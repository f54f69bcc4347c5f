import Rollbook

/// A report as a page asks it.
struct PageReport: Sendable {
    /// The report.
    let definition: ReportDefinition
    /// Arguments that the page's own path decides, such as the student of a student's page.
    let fixed: [String: String]
    /// What holds on this page where nobody chose, instead of the report's own default.
    let standards: [String: String]

    /// - Throws: ``RollbookError`` with `notFound` where there is no such report.
    init(_ name: String, fixed: [String: String] = [:], standards: [String: String] = [:]) throws {
        definition = try ReportCatalogue.report(named: name)
        self.fixed = fixed
        self.standards = standards
    }

    /// The parameters that a reader may choose for all reports of the page at once.
    var sharedParameters: [ParameterDefinition] {
        definition.parameters.filter { fixed[$0.name] == nil && !Self.isOfPaging($0) }
    }

    /// The choices that concern this report's table alone, such as `class-trends.offset`.
    var pagingChoices: [String] {
        definition.parameters.filter(Self.isOfPaging).map { choice(for: $0.name) }
    }

    /// The name under which a page keeps the report's own `limit` and `offset`.
    func choice(for parameter: String) -> String { "\(definition.name).\(parameter)" }

    /// The question for what was chosen.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`.
    func question(for request: PageRequest) throws -> Question {
        var arguments = standards
        for parameter in definition.parameters {
            let name = Self.isOfPaging(parameter) ? choice(for: parameter.name) : parameter.name
            if let chosen = request.choices[name] { arguments[parameter.name] = chosen }
        }
        arguments.merge(fixed) { $1 }
        arguments.merge(request.policySettings) { $1 }
        // One instant for the whole page, so that its reports agree on what "now" is.
        arguments["as_of"] = request.asOf.description
        return try Question(report: definition.name, parameters: arguments)
    }

    /// Where the API gives the same rows.
    func source(for request: PageRequest) throws -> PageLink {
        let question = try question(for: request)
        var query = definition.parameters.compactMap { parameter in
            question.parameters[parameter.name].map { (parameter.name, $0) }
        }
        query += question.policySettings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        query.append(("as_of", request.asOf.description))
        return PageLink(path: ["v1", "reports", definition.name], query: query)
    }

    private static func isOfPaging(_ parameter: ParameterDefinition) -> Bool {
        if case .limit = parameter.kind { return true }
        return parameter.name == "offset"
    }
}
