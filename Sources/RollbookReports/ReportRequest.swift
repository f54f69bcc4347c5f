public import RollbookModel

/// A question to a report, understood: every parameter has its value.
public struct ReportRequest: Sendable {
    /// An argument as it was understood.
    public enum Argument: Hashable, Sendable {
        /// An id, not looked up yet.
        case identifier(SourceIdentifier)
        /// A whole number.
        case integer(Int)
        /// A period.
        case period(Period)
        /// All there are.
        case all
    }

    /// The report.
    public let report: ReportDefinition
    /// The arguments, in the order of the report's parameters.
    public var arguments: [(parameter: ParameterDefinition, argument: Argument)]
    /// The definitions in force.
    public let policy: Policy
    /// The instant for which the answer holds.
    public let asOf: Instant

    /// Understands texts as arguments; what is not given has its default.
    ///
    /// - Parameter texts: by parameter name, in words with underscores.
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the parameter and what it takes.
    public init(_ report: ReportDefinition, texts: [String: String], policy: Policy, asOf: Instant) throws {
        let names = report.parameters.map(\.name)
        for name in texts.keys.sorted() where !names.contains(name) {
            throw RollbookError(
                .invalidArgument,
                "\(report.name) has no parameter \(name); it takes \(names.joined(separator: ", "))", subject: name)
        }
        self.report = report
        self.policy = policy
        self.asOf = asOf
        arguments = try report.parameters.map { ($0, try Self.understand(texts[$0.name], as: $0)) }
    }

    /// The argument of the parameter called `name`.
    public subscript(name: String) -> Argument? { arguments.first { $0.parameter.name == name }?.argument }

    /// The number given for `name`, or nil for all, or where the report has no such parameter.
    public func integer(_ name: String) -> Int? {
        if case .integer(let number) = self[name] { number } else { nil }
    }

    /// The id given for `name`, once it has been looked up.
    func identifier(_ name: String) -> Int64 {
        if case .identifier(.number(let id)) = self[name] { id } else { 0 }
    }

    /// The length of the periods; days where the report has no such parameter.
    var period: Period { if case .period(let period) = self["by"] { period } else { .day } }

    /// The dates that the report looks at.
    public var window: TimeWindow { TimeWindow(days: integer("days"), asOf: asOf, zone: policy.timeZone) }

    /// The size of the page; the most there may be where the report is not paged.
    public var limit: Int { integer("limit") ?? 10_000 }

    /// The first row of the page.
    public var offset: Int { integer("offset") ?? 0 }

    /// The arguments as answers print them.
    public var printed: [NamedValue] {
        arguments.map { parameter, argument in
            let value: Value =
                switch argument {
                case .identifier(.number(let number)): .integer(number)
                case .identifier(let identifier): .text(identifier.description)
                case .integer(let number): .integer(Int64(number))
                case .period(let period): .text(period.rawValue)
                case .all: .text("all")
                }
            return NamedValue(parameter.name, value)
        }
    }

    private static func understand(_ text: String?, as parameter: ParameterDefinition) throws -> Argument {
        guard let text else {
            switch parameter.standard {
            case .required: throw refusal(of: parameter, "is required")
            case .all: return .all
            case .integer(let number): return .integer(number)
            case .period(let period): return .period(period)
            }
        }
        if text == "all", case .all = parameter.standard { return .all }
        switch parameter.kind {
        case .identifier:
            if let identifier = SourceIdentifier(parsing: text) { return .identifier(identifier) }
        case .integer(let range):
            if let number = Int(text), range.contains(number) { return .integer(number) }
        case .limit(let most):
            // A number too long for the machine is more than the most, not a mistake.
            if let number = Int(text), number >= 1 { return .integer(min(number, most)) }
            if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), Int(text) == nil { return .integer(most) }
        case .period:
            if let period = Period(rawValue: text) { return .period(period) }
        }
        throw refusal(of: parameter, "is not understood")
    }

    private static func refusal(of parameter: ParameterDefinition, _ fault: String) -> RollbookError {
        RollbookError(
            .invalidArgument, "\(parameter.name) \(fault); it takes \(parameter.expectation)", subject: parameter.name)
    }
}
