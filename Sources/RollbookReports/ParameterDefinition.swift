public import RollbookModel

/// A parameter of a report: its name, what it takes, its default, and what it decides.
public struct ParameterDefinition: Sendable {
    /// What a parameter takes.
    public enum Kind: Sendable {
        /// The id of a record: a whole number, or a source's own id.
        case identifier(RecordTable)
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// A whole number that is lowered to the most there may be: a page size.
        case limit(most: Int)
        /// `day`, `week` or `month`.
        case period
    }

    /// What holds where the parameter is not given.
    public enum Default: Sendable {
        /// It must be given.
        case required
        /// All there are.
        case all
        /// A number.
        case integer(Int)
        /// A period.
        case period(Period)
    }

    /// The name, in words with underscores.
    public let name: String
    /// What it takes.
    public let kind: Kind
    /// What holds where it is not given.
    public let standard: Default
    /// What it decides, in one sentence.
    public let help: String

    /// What it takes, in words, for messages and help.
    public var expectation: String {
        let words =
            switch kind {
            case .identifier(let table): "the id of one of the \(table.rawValue) (a number, or the source's own id)"
            case .integer(let range) where range.upperBound == .max: "a whole number from \(range.lowerBound)"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .limit(let most): "a whole number from 1; more than \(most) is lowered to \(most)"
            case .period: Period.allCases.map(\.rawValue).joined(separator: ", ")
            }
        if case .all = standard { return words + ", or all" }
        return words
    }

    /// What it takes, in a word.
    public var kindName: String {
        switch kind {
        case .identifier: "identifier"
        case .integer, .limit: "integer"
        case .period: "period"
        }
    }

    /// The default, as it would be written, or nil where there is none.
    public var standardText: String? {
        switch standard {
        case .required: nil
        case .all: "all"
        case .integer(let number): String(number)
        case .period(let period): period.rawValue
        }
    }
}

extension ParameterDefinition {
    static func student() -> ParameterDefinition {
        ParameterDefinition(
            name: "student", kind: .identifier(.students), standard: .required, help: "the student to report on")
    }

    static func teacher() -> ParameterDefinition {
        ParameterDefinition(
            name: "teacher", kind: .identifier(.teachers), standard: .required, help: "the teacher to report on")
    }

    static func subject() -> ParameterDefinition {
        ParameterDefinition(
            name: "subject", kind: .identifier(.subjects), standard: .all, help: "the subject to report on")
    }

    static func schoolClass() -> ParameterDefinition {
        ParameterDefinition(name: "class", kind: .identifier(.classes), standard: .all, help: "the class to report on")
    }

    static func by(_ period: Period) -> ParameterDefinition {
        ParameterDefinition(
            name: "by", kind: .period, standard: .period(period), help: "the length of the periods")
    }

    static func days(_ standard: Default) -> ParameterDefinition {
        ParameterDefinition(
            name: "days", kind: .integer(TimeWindow.allowedDays), standard: standard,
            help: "the number of calendar dates, ending with the date of as_of")
    }

    static func minimumSubmissions(_ standard: Int) -> ParameterDefinition {
        ParameterDefinition(
            name: "min_submissions", kind: .integer(1...1_000_000), standard: .integer(standard),
            help: "the fewest graded submissions with which a student is ranked")
    }

    static func limit(_ standard: Int, help: String = "the most rows of a page") -> ParameterDefinition {
        ParameterDefinition(name: "limit", kind: .limit(most: 10_000), standard: .integer(standard), help: help)
    }

    static func offset(help: String = "the first row of the page, counted from 0") -> ParameterDefinition {
        ParameterDefinition(
            name: "offset", kind: .integer(0...Int.max), standard: .integer(0), help: help)
    }
}
