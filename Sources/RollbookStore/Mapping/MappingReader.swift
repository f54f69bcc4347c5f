import RollbookModel

/// Reads the sections of a mapping file: strict, so that a misspelled heading is told and never passed over.
struct MappingReader {
    private let file: String
    private var scanner: MappingScanner
    private var selections: [RecordTable: RecordMapping.Selection] = [:]
    private var headed: [RecordTable: Int] = [:]
    private var section: Section?

    /// The section that is being read.
    private struct Section {
        let table: RecordTable
        let line: Int
        let isNone: Bool
        let start: Int
        var end: Int?
        var firstWord: String?
        var depth = 0
        var isEmpty = true
    }

    init(_ text: String, file: String) {
        self.file = file
        scanner = MappingScanner(text, file: file)
    }

    mutating func read() throws -> [RecordTable: RecordMapping.Selection] {
        while true {
            let start = scanner.position
            guard let token = try scanner.next() else { break }
            if case .lineComment(let comment) = token, scanner.beginsLine, let heading = Self.heading(comment) {
                try close(at: start)
                section = try open(heading)
            } else {
                try take(token, at: start)
            }
        }
        try close(at: scanner.position)
        let missing = RecordTable.allCases.filter { headed[$0] == nil && !RecordMapping.optionalTables.contains($0) }
        guard missing.isEmpty else {
            let names = missing.map(\.rawValue).joined(separator: ", ")
            throw failure(
                nil,
                "no section for \(names); head one `-- rollbook: \(missing[0].rawValue)`, or, where the platform has"
                    + " none, `-- rollbook: \(missing[0].rawValue) (none)`")
        }
        return selections
    }

    /// What stands behind `rollbook:`, where a comment is a heading.
    private static func heading(_ comment: String) -> Substring? {
        comment.firstMatch(of: /^\s*(?i:rollbook)\s*:\s*(.*?)\s*$/)?.output.1
    }

    private func open(_ heading: Substring) throws -> Section {
        guard let parts = heading.wholeMatch(of: /([^\s(]+)(\s*\(\s*(?i:none)\s*\))?/)?.output else {
            throw failure(
                scanner.line,
                "a heading is `-- rollbook: students`, or `-- rollbook: students (none)` for a table that the"
                    + " platform lacks")
        }
        guard let table = RecordTable(rawValue: String(parts.1)) else {
            let names = RecordTable.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(scanner.line, "there is no record table \(parts.1); the tables are \(names)")
        }
        if let line = headed[table] { throw failure(scanner.line, "\(table.rawValue) stands at line \(line) already") }
        return Section(table: table, line: scanner.line, isNone: parts.2 != nil, start: scanner.position)
    }

    private mutating func take(_ token: MappingScanner.Token, at start: Int) throws {
        switch token {
        case .blank, .lineComment, .blockComment: return
        default: break
        }
        let line = scanner.line
        guard var section else {
            throw failure(line, "SQL stands before the first heading; head it `-- rollbook: students`, for instance")
        }
        guard !section.isNone else {
            throw failure(line, "\(section.table.rawValue) is declared (none), yet SQL stands below its heading")
        }
        guard section.end == nil else {
            throw failure(line, "\(section.table.rawValue) has several statements; write one SELECT")
        }
        section.isEmpty = false
        switch token {
        case .word(let word): section.firstWord = section.firstWord ?? word.uppercased()
        case .symbol(UInt8(ascii: ";")): section.end = start
        case .symbol(UInt8(ascii: "(")): section.depth += 1
        case .symbol(UInt8(ascii: ")")): section.depth -= 1
        default: section.firstWord = section.firstWord ?? ""
        }
        guard section.depth >= 0, section.end == nil || section.depth == 0 else {
            throw failure(line, "the parentheses of \(section.table.rawValue) do not match")
        }
        self.section = section
    }

    private mutating func close(at position: Int) throws {
        guard let section else { return }
        let name = section.table.rawValue
        headed[section.table] = section.line
        self.section = nil
        if section.isNone { return }
        let sql = scanner.text(section.start..<(section.end ?? position)).trimmed
        guard section.firstWord == "SELECT" || section.firstWord == "WITH" else {
            throw failure(
                section.line,
                section.isEmpty || section.firstWord == nil
                    ? "\(name) has no SELECT; write one, or head it `-- rollbook: \(name) (none)`"
                    : "\(name) is no SELECT; a record table is one SELECT over the platform's tables")
        }
        guard section.depth == 0 else { throw failure(section.line, "the parentheses of \(name) do not match") }
        guard !Self.mentionsParameter(sql) else {
            throw failure(
                section.line, "\(name) holds a colon before a name, which would be a parameter; a mapping has none")
        }
        selections[section.table] = RecordMapping.Selection(sql: sql, line: section.line)
    }

    private static func mentionsParameter(_ sql: String) -> Bool {
        var scanner = SQLScanner(sql)
        while let token = scanner.next() {
            if case .parameter = token { return true }
        }
        return false
    }

    private func failure(_ line: Int?, _ message: String) -> RollbookError {
        RollbookError(.unreadableSource, "\(file)\(line.map { ":\($0)" } ?? ""): \(message)", subject: file)
    }
}

extension String {
    /// Without blanks and line ends at both ends.
    fileprivate var trimmed: String {
        let kept = unicodeScalars.drop { $0.properties.isWhitespace }
        return String(String.UnicodeScalarView(kept.reversed().drop { $0.properties.isWhitespace }.reversed()))
    }
}
