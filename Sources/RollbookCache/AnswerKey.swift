public import RollbookModel

/// Everything that can change an answer: two questions with the same key have the same answer.
///
/// The key is a text such as `student-progress/student=11391&by='week'/…`, so that one report, or one report about one
/// student, can be forgotten by the beginning of its keys; the data version stands beside it, since a refresh changes
/// nothing else.
public struct AnswerKey: Hashable, Sendable, CustomStringConvertible {
    /// The report, its parameters, the policy, the date, the permissions and the SQL, in ASCII: different parts never
    /// give the same text.
    public let text: String
    /// The version of the stored records and views that the asker saw.
    public let dataVersion: Int64

    /// Makes the key of a question.
    ///
    /// - Parameters:
    ///   - report: The name of the report or view.
    ///   - parameters: Its parameters as understood, defaults filled in, in declared order, the page included.
    ///   - policy: The definitions in force.
    ///   - date: The date of the as-of instant, in the policy's zone.
    ///   - asOf: The as-of instant where the asker gave one; nil where it is now, which may be as old as the cache
    ///     keeps answers.
    ///   - permissions: What the asker may see, in words that are the same for all who may see the same.
    ///   - sqlFingerprint: Changes whenever the report's SQL does.
    ///   - dataVersion: The version of the stored records and views that the asker saw.
    public init(
        report: String, parameters: [NamedValue], policy: Policy, date: CalendarDate, asOf: Instant?,
        permissions: String, sqlFingerprint: String, dataVersion: Int64
    ) {
        var text = KeyText()
        text.word(report)
        text.separator("/")
        text.list(parameters.map { ($0.name, $0.value) })
        text.separator("/")
        text.list(policy.values)
        text.separator("/")
        text.value(.date(date))
        text.separator("@")
        text.value(asOf.map(Value.instant) ?? .null)
        text.separator("/")
        text.word(permissions)
        text.separator("/")
        text.word(sqlFingerprint)
        self.init(text: text.text, dataVersion: dataVersion)
    }

    private init(text: String, dataVersion: Int64) {
        self.text = text
        self.dataVersion = dataVersion
    }

    /// The key of the same question to another version of the data.
    public func with(dataVersion: Int64) -> AnswerKey { AnswerKey(text: text, dataVersion: dataVersion) }

    /// The text and the data version.
    public var description: String { "\(text)/\(dataVersion)" }
}

/// Writes the parts of a key so that none can pose as another: a text stands in single quotes, what separates parts is
/// escaped inside them, and so is all that is not ASCII, because texts that only look the same must stay apart.
private struct KeyText {
    private(set) var text = ""

    mutating func separator(_ character: Character) { text.append(character) }

    mutating func list(_ members: [(name: String, value: Value)]) {
        for (index, member) in members.enumerated() {
            if index > 0 { separator("&") }
            word(member.name)
            separator("=")
            value(member.value)
        }
    }

    mutating func value(_ value: Value) {
        switch value {
        case .null: text += "-"
        case .integer(let number): text += String(number)
        case .double(let number): text += number.description
        case .decimal(let decimal): text += decimal.description
        case .date(let date): text += date.description
        case .instant(let instant): text += instant.description
        case .boolean(let flag): text += flag ? "true" : "false"
        case .text(let words):
            separator("'")
            word(words)
            separator("'")
        }
    }

    mutating func word(_ word: String) {
        for byte in word.utf8 {
            if Self.isPlain(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16)
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: ","):
            true
        default: false
        }
    }
}
