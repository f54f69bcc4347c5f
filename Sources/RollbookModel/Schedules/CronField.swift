/// One of the five fields of a cron expression: the numbers that it lets through, a bit for each.
struct CronField: Hashable, Sendable {
    /// What a field is called and takes.
    struct Kind: Hashable, Sendable {
        let name: String
        let range: ClosedRange<Int>
        /// Names that may stand for numbers, the first for the range's first.
        let words: [String]

        static let minute = Kind(name: "minute", range: 0...59, words: [])
        static let hour = Kind(name: "hour", range: 0...23, words: [])
        static let dayOfMonth = Kind(name: "day of the month", range: 1...31, words: [])
        static let month = Kind(
            name: "month", range: 1...12,
            words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        /// 7 is Sunday, too.
        static let dayOfWeek = Kind(
            name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

        /// In the order in which they stand.
        static let all = [minute, hour, dayOfMonth, month, dayOfWeek]

        /// What it takes, in words.
        var expectation: String {
            let names = words.isEmpty ? "" : " or names from \(words[0]) to \(words[words.count - 1])"
            let sunday = self == .dayOfWeek ? " (0 and 7 are Sunday)" : ""
            return "*, numbers from \(range.lowerBound) to \(range.upperBound)\(names)\(sunday), ranges such as "
                + "\(range.lowerBound + 1)-\(range.lowerBound + 3), lists with commas, and steps such as */2"
        }
    }

    private var bits: UInt64 = 0
    /// Whether it was written with a star at its beginning, so that it restricts nothing by itself.
    let isStar: Bool

    /// Reads a field.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the field and what it takes.
    init(_ text: Substring, as kind: Kind) throws {
        isStar = text.first == "*"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let numbers = Self.numbers(part, kind) else {
                throw RollbookError(
                    .invalidArgument, "the \(kind.name) of a schedule takes \(kind.expectation)", subject: kind.name)
            }
            // Sunday has two numbers.
            for number in numbers { bits |= 1 << UInt64(kind == .dayOfWeek ? number % 7 : number) }
        }
    }

    /// Whether it lets a number through.
    func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

    /// The first number from `number` on that it lets through.
    func first(from number: Int) -> Int? {
        guard number < 64 else { return nil }
        let rest = bits >> UInt64(number)
        return rest == 0 ? nil : number + rest.trailingZeroBitCount
    }

    /// How many numbers it lets through.
    var count: Int { bits.nonzeroBitCount }

    private static func numbers(_ part: Substring, _ kind: Kind) -> [Int]? {
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let span = span(halves[0], kind) else { return nil }
        guard halves.count == 2 else { return Array(span) }
        // A step after a single number means different things to different programs.
        guard halves[0] == "*" || halves[0].contains("-"), let step = digits(halves[1]),
            (1...kind.range.count).contains(step)
        else { return nil }
        return Array(stride(from: span.lowerBound, through: span.upperBound, by: step))
    }

    private static func span(_ text: Substring, _ kind: Kind) -> ClosedRange<Int>? {
        if text == "*" { return kind == .dayOfWeek ? 0...6 : kind.range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = number(ends[0], kind) else { return nil }
        guard ends.count == 2 else { return first...first }
        guard var last = number(ends[1], kind) else { return nil }
        // A week may end on Sunday.
        if kind == .dayOfWeek, last == 0, first > 0 { last = 7 }
        return first <= last ? first...last : nil
    }

    private static func number(_ text: Substring, _ kind: Kind) -> Int? {
        if let index = kind.words.firstIndex(of: text.lowercased()) { return index + kind.range.lowerBound }
        return digits(text).flatMap { kind.range.contains($0) ? $0 : nil }
    }

    private static func digits(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
