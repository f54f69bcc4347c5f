/// The definitions that a school may choose: one place, printed with every result.
public struct Policy: Hashable, Sendable {
    /// A graded submission passes when its score is at least this many points, 0.00 to 100.00.
    public var passMark: FixedDecimal
    /// A score of at least this many points is excellent, 0.00 to 100.00.
    public var excellentMark: FixedDecimal
    /// A pending submission is overdue when it was submitted more than so many times 24 hours before the as-of instant.
    public var overdueAfterDays: Int
    /// A submission is recent when it was submitted less than so many times 24 hours before the as-of instant.
    public var recentDays: Int
    /// Where days, weeks and months begin.
    public var timeZone: Zone
    /// Whether `late` counts as present in attendance rates.
    public var lateCountsAsPresent: Bool

    /// The default policy: 70, 90, 7 days, 7 days, UTC, late counts as present.
    public init(
        passMark: FixedDecimal = FixedDecimal(units: 7000, scale: 2),
        excellentMark: FixedDecimal = FixedDecimal(units: 9000, scale: 2),
        overdueAfterDays: Int = 7, recentDays: Int = 7, timeZone: Zone = .utc, lateCountsAsPresent: Bool = true
    ) {
        self.passMark = passMark
        self.excellentMark = excellentMark
        self.overdueAfterDays = overdueAfterDays
        self.recentDays = recentDays
        self.timeZone = timeZone
        self.lateCountsAsPresent = lateCountsAsPresent
    }

    /// One setting of the policy: its name, its default, what it means and what it takes.
    public struct Setting: Sendable {
        /// The name, as in a parameter (`pass_mark`).
        public let name: String
        /// What the setting decides.
        public let meaning: String
        /// What a value may be, in words.
        public let expectation: String
        /// The type in JSON: `number`, `integer`, `string` or `boolean`.
        public let jsonType: String
    }

    /// Every setting, in the order in which results print them.
    public static let settings: [Setting] = [
        Setting(
            name: "pass_mark", meaning: "a graded submission passes when score >= pass_mark",
            expectation: "a number from 0 to 100 with at most two decimals", jsonType: "number"),
        Setting(
            name: "excellent_mark",
            meaning:
                "excellent: score >= excellent_mark; good: from pass_mark below it; below average: under pass_mark",
            expectation: "a number from 0 to 100 with at most two decimals", jsonType: "number"),
        Setting(
            name: "overdue_after_days",
            meaning: "a pending submission is overdue when submitted more than so many x 24 h before the as-of instant",
            expectation: "a whole number from 0 to 3660", jsonType: "integer"),
        Setting(
            name: "recent_days",
            meaning: "a submission is recent when submitted less than so many x 24 h before the as-of instant",
            expectation: "a whole number from 0 to 3660", jsonType: "integer"),
        Setting(
            name: "time_zone", meaning: "where days, weeks and months begin",
            expectation: "a zone of the IANA database, such as Europe/Berlin", jsonType: "string"),
        Setting(
            name: "late_counts_as_present", meaning: "whether late counts as present in attendance rates",
            expectation: "true or false", jsonType: "boolean"),
    ]

    /// The values by name, as results print them.
    public var values: [(name: String, value: Value)] {
        [
            ("pass_mark", .decimal(passMark)), ("excellent_mark", .decimal(excellentMark)),
            ("overdue_after_days", .integer(Int64(overdueAfterDays))), ("recent_days", .integer(Int64(recentDays))),
            ("time_zone", .text(timeZone.identifier)), ("late_counts_as_present", .boolean(lateCountsAsPresent)),
        ]
    }

    /// Changes the setting called `name` to what `text` says; the policy stays as it was where that is refused.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a name that is no setting, or a text it does not take.
    public mutating func set(_ name: String, to text: String) throws { try set([name: text]) }

    /// Changes several settings at once, so that marks which belong together are judged together; the policy stays as it
    /// was where one is refused.
    ///
    /// - Parameter texts: by the settings' names.
    /// - Throws: ``RollbookError`` with `invalidArgument` for a name that is no setting, or a text it does not take.
    public mutating func set(_ texts: [String: String]) throws {
        var changed = self
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { try changed.apply(text, to: name) }
        guard changed.passMark.units <= changed.excellentMark.units else {
            let name = texts.keys.contains("pass_mark") ? "pass_mark" : "excellent_mark"
            throw RollbookError(
                .invalidArgument,
                "\(name): pass_mark (\(changed.passMark)) must not be above excellent_mark (\(changed.excellentMark))",
                subject: name)
        }
        self = changed
    }

    private mutating func apply(_ text: String, to name: String) throws {
        guard let setting = Self.settings.first(where: { $0.name == name }) else {
            let known = Self.settings.map(\.name).joined(separator: ", ")
            throw RollbookError(
                .invalidArgument, "there is no policy setting \(name); the settings are \(known)", subject: name)
        }
        let isUnderstood: Bool
        switch name {
        case "pass_mark": isUnderstood = assign(Self.mark(text), to: \.passMark)
        case "excellent_mark": isUnderstood = assign(Self.mark(text), to: \.excellentMark)
        case "overdue_after_days": isUnderstood = assign(Self.days(text), to: \.overdueAfterDays)
        case "recent_days": isUnderstood = assign(Self.days(text), to: \.recentDays)
        case "time_zone": isUnderstood = assign(Zone(identifier: text), to: \.timeZone)
        default: isUnderstood = assign(Bool(text.lowercased()), to: \.lateCountsAsPresent)
        }
        guard isUnderstood else {
            throw RollbookError(.invalidArgument, "\(name) takes \(setting.expectation)", subject: name)
        }
    }

    private mutating func assign<T>(_ value: T?, to path: WritableKeyPath<Policy, T>) -> Bool {
        guard let value else { return false }
        self[keyPath: path] = value
        return true
    }

    /// A mark is compared with scores, so it has no more decimals than they have.
    private static func mark(_ text: String) -> FixedDecimal? {
        let decimals = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first ?? ""
        guard decimals.count <= 2, let mark = FixedDecimal(parsing: text, scale: 2) else { return nil }
        return (0...10_000).contains(mark.units) ? mark : nil
    }

    private static func days(_ text: String) -> Int? {
        Int(text).flatMap { (0...3660).contains($0) ? $0 : nil }
    }
}
