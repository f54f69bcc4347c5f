import RollbookModel

/// The topics of what later bundles of changes need to know of this one.
enum OneRosterMemory {
    /// For a class, the `sourcedId` of its course.
    static let classCourse = "class_course"
    /// For a line item, its ``OneRosterPointRange``.
    static let lineItem = "line_item"
    /// For a user, the ``OneRosterRoles``.
    static let userRole = "user_role"
}

/// What a user is to Rollbook.
struct OneRosterRoles: OptionSet {
    let rawValue: UInt8
    static let student = OneRosterRoles(rawValue: 1)
    static let teacher = OneRosterRoles(rawValue: 2)
    /// Known, but neither of those, of which Rollbook has records.
    static let other = OneRosterRoles(rawValue: 4)

    private static let names: [(name: String, role: OneRosterRoles)] = [
        ("student", .student), ("teacher", .teacher), ("other", .other),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Reads a role of a file, in lower case; an empty one gives none.
    init(word: String) {
        let known = Self.names.first { $0.name == word }?.role
        self = known ?? (word.isEmpty ? [] : .other)
    }

    /// Reads what ``text`` made.
    init(text: String) { self = text.split(separator: " ").reduce(into: []) { $0.insert(Self(word: String($1))) } }

    /// The roles as they are remembered.
    var text: String { Self.names.filter { contains($0.role) }.map(\.name).joined(separator: " ") }
}

/// The least and the most points of a line item.
struct OneRosterPointRange {
    /// The least points: 0 where the line item does not say.
    let low: ExactDecimal
    /// The most points: 100 where the line item does not say.
    let high: ExactDecimal
    /// The range as it is remembered: as it stands in the file, `0|30`.
    let text: String

    /// Reads the range of the current line item.
    init(_ table: OneRosterTable) throws(RecordFault) {
        low = try table.decimal("resultValueMin") ?? .zero
        high = try table.decimal("resultValueMax") ?? .hundred
        text = table.text("resultValueMin") + "|" + table.text("resultValueMax")
    }

    /// Reads what ``text`` was.
    init?(text: String) {
        let ends = text.split(separator: "|", omittingEmptySubsequences: false)
        guard ends.count == 2, let low = Self.end(ends[0], or: .zero), let high = Self.end(ends[1], or: .hundred)
        else { return nil }
        (self.low, self.high, self.text) = (low, high, text)
    }

    private static func end(_ text: Substring, or missing: ExactDecimal) -> ExactDecimal? {
        if text.isEmpty { return missing }
        var text = String(text)
        return text.withUTF8 { ExactDecimal($0) }
    }
}
