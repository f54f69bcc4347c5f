public import RollbookModel

/// A portable SQL text with named parameters, and the values bound to them.
///
/// Parameters are written `:name`. Nothing of a user's ever stands in the text.
public struct Statement: Sendable {
    /// The text, as written in its `.sql` file.
    public let text: String
    /// The values, by parameter name; those that the text does not mention are ignored.
    public let bindings: [String: Value]

    /// Pairs a text with the values of its parameters.
    public init(_ text: String, _ bindings: [String: Value] = [:]) {
        self.text = text
        self.bindings = bindings
    }
}

/// A text in an engine's own spelling, with the order of its parameters.
public struct SpelledStatement: Sendable, Hashable {
    /// The text with the engine's parameters.
    public let text: String
    /// The distinct parameter names, in the order of their first mention.
    public let parameterNames: [String]

    /// Rewrites `:name` in `text`; quotes, quoted identifiers, comments and `::` are left alone.
    public init(_ text: String, in dialect: Dialect) {
        var names: [String] = []
        var result = ""
        var scanner = SQLScanner(text)
        while let token = scanner.next() {
            switch token {
            case .parameter(let name):
                let position = names.firstIndex(of: name) ?? names.count
                if position == names.count { names.append(name) }
                result += dialect.parameter(name, position + 1)
            case .other(let part):
                result += part
            }
        }
        self.text = result
        parameterNames = names
    }
}

extension Statement {
    /// The text with something else in place of each `:name`, for where no parameters can stand.
    package func replacingParameters(_ replacement: (_ name: String) -> String) -> String {
        var result = ""
        var scanner = SQLScanner(text)
        while let token = scanner.next() {
            switch token {
            case .parameter(let name): result += replacement(name)
            case .other(let part): result += part
            }
        }
        return result
    }
}

/// Splits SQL into parameters and everything else.
struct SQLScanner {
    enum Token: Equatable {
        case parameter(String)
        case other(String)
    }

    private let characters: [UInt8]
    private var position = 0

    init(_ text: String) { characters = Array(text.utf8) }

    mutating func next() -> Token? {
        guard position < characters.count else { return nil }
        let start = position
        switch (characters[position], peek(1)) {
        case (UInt8(ascii: "'"), _): skipQuoted(UInt8(ascii: "'"))
        case (UInt8(ascii: "\""), _): skipQuoted(UInt8(ascii: "\""))
        case (UInt8(ascii: "-"), UInt8(ascii: "-")): skip { $0 != UInt8(ascii: "\n") }
        case (UInt8(ascii: "/"), UInt8(ascii: "*")): skipBlockComment()
        case (UInt8(ascii: ":"), UInt8(ascii: ":")): position += 2
        case (UInt8(ascii: ":"), .some(let byte)) where Self.beginsName(byte):
            position += 1
            skip(while: Self.continuesName)
            return .parameter(string(start + 1))
        default:
            position += 1
            skip { !Self.isSpecial($0) }
        }
        return .other(string(start))
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < characters.count ? characters[position + distance] : nil
    }

    private func string(_ start: Int) -> String { String(decoding: characters[start..<position], as: UTF8.self) }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while position < characters.count, condition(characters[position]) { position += 1 }
    }

    /// A doubled quote inside is skipped as two quoted parts in a row, which comes to the same.
    private mutating func skipQuoted(_ quote: UInt8) {
        position += 1
        skip { $0 != quote }
        position = min(position + 1, characters.count)
    }

    private mutating func skipBlockComment() {
        position += 2
        while position < characters.count, !(characters[position] == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/"))
        {
            position += 1
        }
        position = min(position + 2, characters.count)
    }

    private static func beginsName(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func continuesName(_ byte: UInt8) -> Bool { beginsName(byte) || (0x30...0x39).contains(byte) }

    private static func isSpecial(_ byte: UInt8) -> Bool { "'\":-/".utf8.contains(byte) }
}
