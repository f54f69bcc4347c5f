import Rollbook

/// What a browser asks a page: the path, and what the reader chose.
struct PageRequest: Sendable {
    /// The path's parts, decoded.
    let path: [String]
    /// What the reader chose, by name; what was left empty is left out.
    let choices: [String: String]
    /// The instant for which the page holds: the chosen one, or now.
    let asOf: Instant
    /// When the page was asked for.
    let now: Instant
    /// The definitions in force: the warehouse's, with what the reader chose.
    let policy: Policy

    /// Whether the page holds for the moment at which it was asked for.
    var isPresent: Bool { choices["as_of"] == nil }

    /// Understands a query.
    ///
    /// - Parameters:
    ///   - query: what stands after the question mark.
    ///   - policy: the warehouse's definitions.
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the parameter.
    init(path: [String], query: String?, policy: Policy, now: Instant = .now) throws {
        guard let pairs = PageQuery.pairs(query ?? "") else {
            throw RollbookError(.invalidArgument, "the address holds an escape (%) that stands for no text")
        }
        var choices: [String: String] = [:]
        for (name, value) in pairs where !value.isEmpty {
            guard choices.updateValue(value, forKey: name) == nil else {
                throw RollbookError(.invalidArgument, "\(name) is given twice; it takes one value", subject: name)
            }
        }
        var chosenPolicy = policy
        for setting in Policy.settings {
            if let text = choices[setting.name] { try chosenPolicy.set(setting.name, to: text) }
        }
        let chosenInstant = try Question(
            report: "", parameters: choices["as_of"].map { ["as_of": $0] } ?? [:]
        ).asOf
        self.path = path
        self.choices = choices
        self.now = now
        self.policy = chosenPolicy
        asOf = chosenInstant ?? now
    }

    /// What the reader chose of the policy.
    var policySettings: [String: String] {
        let names = Set(Policy.settings.map(\.name))
        return choices.filter { names.contains($0.key) }
    }

    /// Refuses what the page does not know.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the parameter.
    func check(reports: [PageReport], alsoTaking extra: [String] = []) throws {
        let shared = reports.flatMap(\.sharedParameters).map(\.name)
        let known = ["as_of"] + extra + shared + reports.flatMap(\.pagingChoices) + Policy.settings.map(\.name)
        for name in choices.keys.sorted() where !known.contains(name) {
            var listed: [String] = []
            for name in known where !listed.contains(name) { listed.append(name) }
            throw RollbookError(
                .invalidArgument, "this page has no parameter \(name); it takes \(listed.joined(separator: ", "))",
                subject: name)
        }
    }

    /// This page with other choices; nil takes a choice away.
    func link(choosing changes: [String: String?] = [:], fragment: String? = nil) -> PageLink {
        var chosen = choices
        for (name, value) in changes { chosen[name] = value }
        return PageLink(path: path, query: Self.ordered(chosen), fragment: fragment)
    }

    /// Another page for the same instant and definitions.
    func link(to path: [String]) -> PageLink {
        var kept = policySettings
        kept["as_of"] = choices["as_of"]
        return PageLink(path: path, query: Self.ordered(kept))
    }

    private static func ordered(_ choices: [String: String]) -> [(name: String, value: String)] {
        choices.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
