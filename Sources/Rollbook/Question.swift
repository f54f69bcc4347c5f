public import RollbookModel
import RollbookReports
import RollbookViews

/// What somebody asks: a report or a view, its parameters as texts, and definitions and an instant of their own where they
/// bring them.
public struct Question: Sendable {
    /// What is asked.
    public enum Target: Hashable, Sendable {
        /// A report, by name.
        case report(String)
        /// A view, by name.
        case view(String)
    }

    /// What is asked.
    public let target: Target
    /// The parameters by name, in words with underscores.
    public let parameters: [String: String]
    /// Settings of the policy by name, which replace those of the warehouse.
    public let policySettings: [String: String]
    /// The instant for which the answer holds; nil: now.
    public let asOf: Instant?

    /// Asks a report.
    ///
    /// - Parameter parameters: by name; settings of the policy and `as_of` may stand among them.
    /// - Throws: ``RollbookError`` with `invalidArgument` where `as_of` is no instant.
    public init(report: String, parameters: [String: String] = [:]) throws {
        try self.init(.report(report), parameters)
    }

    /// Asks a view.
    ///
    /// - Parameter parameters: `limit` and `offset`; settings of the policy may stand among them.
    /// - Throws: ``RollbookError`` with `invalidArgument` where `as_of` is given: a view holds for its refresh's instant.
    public init(view: String, parameters: [String: String] = [:]) throws {
        if parameters["as_of"] != nil {
            throw RollbookError(
                .invalidArgument,
                "a view holds for the instant of its refresh; as_of is a parameter of refresh and reports",
                subject: "as_of")
        }
        try self.init(.view(view), parameters)
    }

    private init(_ target: Target, _ texts: [String: String]) throws {
        self.target = target
        let settings = Set(Policy.settings.map(\.name))
        policySettings = texts.filter { settings.contains($0.key) }
        parameters = texts.filter { !settings.contains($0.key) && $0.key != "as_of" }
        asOf = try texts["as_of"].map(Self.instant)
    }

    /// Reads an instant in ISO 8601.
    private static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(parsing: text), Instant.storable.contains(instant) else {
            throw RollbookError(
                .invalidArgument, "as_of takes an instant such as 2026-03-01T12:00:00Z, in the years 1900 to 2199",
                subject: "as_of")
        }
        return instant
    }

    /// What was asked, with every parameter understood.
    enum Understood {
        case report(ReportRequest)
        case view(ViewPage)
    }

    struct ViewPage {
        let view: SummaryView
        let policy: Policy
        let limit: Int
        let offset: Int

        var printed: [NamedValue] { ViewReader.parameters(limit: limit, offset: offset) }
    }

    /// - Throws: ``RollbookError`` with `invalidArgument` or `notFound`, naming the parameter.
    func understood(_ standard: Policy) throws -> Understood {
        var policy = standard
        try policy.set(policySettings)
        switch target {
        case .report(let name):
            let report = try ReportCatalogue.report(named: name)
            return .report(try ReportRequest(report, texts: parameters, policy: policy, asOf: asOf ?? .now))
        case .view(let name):
            let view = try ViewCatalogue.view(named: name)
            return .view(
                ViewPage(
                    view: view, policy: policy,
                    limit: min(try number("limit", standard: ViewReader.standardRows, least: 1), ViewReader.mostRows),
                    offset: try number("offset", standard: 0, least: 0)))
        }
    }

    private func number(_ name: String, standard: Int, least: Int) throws -> Int {
        for known in parameters.keys.sorted() where known != "limit" && known != "offset" {
            throw RollbookError(
                .invalidArgument, "a view has no parameter \(known); it takes limit, offset and the policy's settings",
                subject: known)
        }
        guard let text = parameters[name] else { return standard }
        // A number too long for the machine is more than the most, not a mistake.
        let isTooLong = Int(text) == nil && !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        if name == "limit", isTooLong { return .max }
        guard let number = Int(text), number >= least else {
            throw RollbookError(
                .invalidArgument, "\(name) is not understood; it takes a whole number from \(least)", subject: name)
        }
        return number
    }
}
