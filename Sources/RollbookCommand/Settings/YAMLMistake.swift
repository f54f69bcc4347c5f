/// Where a configuration file is no YAML, and why: never the text itself, because the line may hold a password, and what is
/// said here reaches logs and health.
struct YAMLMistake {
    private let problem: String
    private let mark: (line: Int, column: Int)?

    /// What the parser has found. Its error quotes the line in its description, so its parts are looked at one by one; nil
    /// where there are none of those known.
    init?(_ error: any Error) {
        guard let found = Mirror(reflecting: error).children.first else { return nil }
        let parts = Mirror(reflecting: found.value).children
        guard let problem = parts.first(where: { $0.label == "problem" })?.value as? String else { return nil }
        self.problem = problem
        mark = parts.lazy.compactMap { Self.mark($0.value) }.first
    }

    /// Such as `line 3, column 7: found unexpected end of stream`.
    var words: String { mark.map { "line \($0.line), column \($0.column): \(problem)" } ?? problem }

    private static func mark(_ value: Any) -> (line: Int, column: Int)? {
        let parts = Mirror(reflecting: value).children
        guard let line = parts.first(where: { $0.label == "line" })?.value as? Int,
            let column = parts.first(where: { $0.label == "column" })?.value as? Int
        else { return nil }
        return (line, column)
    }
}
