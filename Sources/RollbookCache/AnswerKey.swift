public import RollbookModel

/// Everything that can change an answer: two questions with the same key have the same answer.
///
/// The key is a text such as `student-progress/student=11391&by='week'/…`, so that one report, or one report about one
/// student, can be forgotten by the beginning of its keys; the state of the data stands beside it, since a refresh changes
/// nothing else.
public struct AnswerKey: Hashable, Sendable, CustomStringConvertible {
    /// The report, its parameters, the policy, the date, the permissions, the SQL and the program's version, in ASCII:
    /// different parts never give the same text.
    ///
    /// The version stands for what is not SQL: how rows are shaped and written. While servers are replaced one by one, two
    /// versions share a cache.
    public let text: String
    /// The state of the store that the asker saw.
    public let dataState: DataState

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
    ///   - dataState: The state of the store that the asker saw.
    ///   - version: The version of the program that answers.
    public init(
        report: String, parameters: [NamedValue], policy: Policy, date: CalendarDate, asOf: Instant?,
        permissions: String, sqlFingerprint: String, dataState: DataState, version: String = RollbookVersion.current
    ) {
        var text = KeyText()
        text.word(report)
        text.plain("/")
        text.list(parameters.map { ($0.name, $0.value) })
        text.plain("/")
        text.list(policy.values)
        text.plain("/")
        text.value(.date(date))
        text.plain("@")
        text.value(asOf.map(Value.instant) ?? .null)
        text.plain("/")
        text.word(permissions)
        text.plain("/")
        text.word(sqlFingerprint)
        text.plain("/")
        text.word(version)
        self.init(text: text.text, dataState: dataState)
    }

    private init(text: String, dataState: DataState) {
        self.text = text
        self.dataState = dataState
    }

    /// The key of the same question to another state of the store.
    public func with(_ dataState: DataState) -> AnswerKey { AnswerKey(text: text, dataState: dataState) }

    /// The text and the state.
    public var description: String { "\(text)/\(dataState)" }

    /// 32 hexadecimal digits that stand for all of it where the text is too long.
    public var digest: String { EntityTag.digits(EntityTag.hash(Array(description.utf8))) }
}

/// Writes the parts of a key so that none can pose as another: a text stands in single quotes, what separates parts is
/// escaped inside them, and so is all that is not ASCII, because texts that only look the same must stay apart.
///
/// A key is made for every request, so this works on bytes and makes one string, at the end.
private struct KeyText {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(384) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func list(_ members: [(name: String, value: Value)]) {
        for (index, member) in members.enumerated() {
            if index > 0 { plain("&") }
            word(member.name)
            plain("=")
            value(member.value)
        }
    }

    mutating func value(_ value: Value) {
        switch value {
        case .null: plain("-")
        case .integer(let number): plain(String(number))
        case .double(let number): plain(number.description)
        case .decimal(let decimal): plain(decimal.description)
        case .date(let date): plain(date.description)
        case .instant(let instant): plain(instant.description)
        case .boolean(let flag): plain(flag ? "true" : "false")
        case .text(let words):
            plain("'")
            word(words)
            plain("'")
        }
    }

    mutating func word(_ word: String) {
        if word.utf8.allSatisfy(Self.isPlain) { return plain(word) }
        for byte in word.utf8 {
            if Self.isPlain(byte) {
                bytes.append(byte)
            } else {
                plain(byte < 16 ? "%0" : "%")
                plain(String(byte, radix: 16))
            }
        }
    }

    /// Adds ASCII that needs no escape: separators among it.
    mutating func plain(_ text: String) { bytes.append(contentsOf: text.utf8) }

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
