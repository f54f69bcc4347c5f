import RollbookModel

/// Splits the SQL of a mapping into tokens by PostgreSQL's rules, so that a quote or a comment is never taken for a heading
/// or for the end of a statement.
struct MappingScanner {
    enum Token: Equatable {
        /// `-- …`, without the dashes and the line end.
        case lineComment(String)
        case blockComment
        /// A text, a quoted identifier or a dollar-quoted text.
        case quoted
        case word(String)
        case symbol(UInt8)
        case blank
    }

    private let bytes: [UInt8]
    private let file: String
    /// Where the next token begins.
    private(set) var position = 0
    /// The line of the token that was read last; the first is 1.
    private(set) var line = 1
    /// Whether nothing but blanks stands before that token in its line.
    private(set) var beginsLine = true
    private var nextLine = 1
    private var lineIsBlank = true

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    /// The text between two positions.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// - Throws: ``RollbookError`` with `unreadableSource` where a quote or a comment has no end.
    mutating func next() throws -> Token? {
        guard position < bytes.count else { return nil }
        (line, beginsLine) = (nextLine, lineIsBlank)
        let start = position
        let token = try read()
        nextLine += bytes[start..<position].count { $0 == UInt8(ascii: "\n") }
        if token != .blank {
            lineIsBlank = false
        } else if bytes[start..<position].contains(UInt8(ascii: "\n")) {
            lineIsBlank = true
        }
        return token
    }

    private mutating func read() throws -> Token {
        let byte = bytes[position]
        switch (byte, peek(1)) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")): return lineComment()
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            try skipBlockComment()
            return .blockComment
        case (UInt8(ascii: "'"), _): return try skipQuoted(byte, escapes: false)
        case (UInt8(ascii: "\""), _): return try skipQuoted(byte, escapes: false)
        case (UInt8(ascii: "$"), _): return try dollarQuoted() ?? symbol()
        case (_, UInt8(ascii: "'")) where byte | 0x20 == UInt8(ascii: "e"):
            position += 1
            return try skipQuoted(UInt8(ascii: "'"), escapes: true)
        default: return Self.isBlank(byte) ? blanks() : Self.beginsName(byte) ? word() : symbol()
        }
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private mutating func skip(while condition: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while position < bytes.count, condition(bytes[position]) { position += 1 }
        return start..<position
    }

    private mutating func blanks() -> Token {
        _ = skip(while: Self.isBlank)
        return .blank
    }

    private mutating func word() -> Token {
        .word(text(skip { Self.beginsName($0) || Self.isDigit($0) || $0 == 0x24 }))
    }

    private mutating func symbol() -> Token {
        position += 1
        return .symbol(bytes[position - 1])
    }

    private mutating func lineComment() -> Token {
        position += 2
        return .lineComment(text(skip { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }))
    }

    /// Block comments stand inside one another.
    private mutating func skipBlockComment() throws {
        var depth = 0
        repeat {
            switch (peek(0), peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): (depth, position) = (depth + 1, position + 2)
            case (UInt8(ascii: "*"), UInt8(ascii: "/")): (depth, position) = (depth - 1, position + 2)
            case (nil, _): throw endless("comment")
            default: position += 1
            }
        } while depth > 0
    }

    /// A doubled quote inside reads as two quoted parts in a row, which comes to the same.
    private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) throws -> Token {
        position += 1
        while let byte = peek(0), byte != quote {
            position += escapes && byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw endless("quote") }
        position += 1
        // What follows an escaping text directly is still part of it.
        if escapes, peek(0) == quote { return try skipQuoted(quote, escapes: true) }
        return .quoted
    }

    private mutating func dollarQuoted() throws -> Token? {
        let start = position
        position += 1
        let tag = skip { Self.beginsName($0) || Self.isDigit($0) }
        guard peek(0) == UInt8(ascii: "$"), tag.isEmpty || Self.beginsName(bytes[tag.lowerBound]) else {
            position = start
            return nil
        }
        position += 1
        let mark = bytes[start..<position]
        while position + mark.count <= bytes.count {
            if bytes[position..<position + mark.count].elementsEqual(mark) {
                position += mark.count
                return .quoted
            }
            position += 1
        }
        throw endless("quote")
    }

    private func endless(_ what: String) -> RollbookError {
        RollbookError(.unreadableSource, "\(file):\(line): the \(what) that begins here has no end", subject: file)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func beginsName(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
