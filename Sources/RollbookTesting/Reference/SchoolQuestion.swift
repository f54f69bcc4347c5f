public import Rollbook
public import RollbookModel

/// A report or a view that is asked of a school, with everything that decides the answer.
public struct SchoolQuestion: Sendable, CustomStringConvertible {
    /// The report's or the view's name.
    public let name: String
    /// The parameters as texts; what is not given has its default.
    public let parameters: [String: String]
    /// The definitions in force.
    public let policy: Policy
    /// The instant for which the answer holds.
    public let asOf: Instant

    /// Makes a question.
    public init(_ name: String, _ parameters: [String: String] = [:], policy: Policy, asOf: Instant) {
        self.name = name
        self.parameters = parameters
        self.policy = policy
        self.asOf = asOf
    }

    /// Whether a view is asked.
    public var isView: Bool { name.contains("_") }

    /// The question, as a warehouse takes it.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`.
    public func question() throws -> Question {
        var texts = parameters
        for (name, value) in policy.values { texts[name] = value.plainText }
        if isView { return try Question(view: name, parameters: texts) }
        texts["as_of"] = asOf.description
        return try Question(report: name, parameters: texts)
    }

    /// The SQL text behind the question.
    var sql: String {
        isView
            ? ((try? ViewCatalogue.view(named: name).sql) ?? "no such view")
            : ((try? ReportCatalogue.report(named: name).sql) ?? "no such report")
    }

    /// The question in one line.
    public var description: String {
        let texts = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let settings = policy.values.map { "\($0.name)=\($0.value.plainText)" }
        return ([name] + texts + ["as_of=\(asOf)"] + settings).joined(separator: " ")
    }
}

extension Value {
    /// The cell as a person writes it; nothing as `-`.
    var plainText: String {
        switch self {
        case .null: "-"
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .decimal(let decimal): decimal.description
        case .text(let text): text
        case .date(let date): date.description
        case .instant(let instant): instant.description
        case .boolean(let flag): String(flag)
        }
    }
}
