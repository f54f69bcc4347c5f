/// Reads a CSV file record by record, in memory that does not grow with the file.
///
/// A record whose quotes are broken is taken to end with its first line: mostly a closing quote was forgotten, and so the
/// lines after it are saved.
final class CSVReader {
    /// The longest record, in bytes.
    static let longestRecord = 1 << 20
    /// The longest field, in bytes.
    static let longestField = 1 << 16

    /// The line at which the current record begins; the first is 1.
    private(set) var line: Int64 = 0
    /// Why the current record cannot be read, or nil.
    private(set) var defect: CSVDefect?
    /// Where the bytes come from.
    let source: any ByteSource

    // Both are asked for many times for each record: checking each access takes a tenth of the reading time.
    @exclusivity(unchecked) private var scanner = CSVScanner()
    @exclusivity(unchecked) private var buffer: UnsafeMutableBufferPointer<UInt8>
    /// The current record's bytes, without its line end.
    private var record = 0..<0
    /// The current record as it stood in the file, where unescaping has changed it.
    private var original: [UInt8]?
    private var next = 0
    private var filled = 0
    private var nextLine: Int64 = 1
    private var isAtEnd = false

    /// Begins to read; the buffer's size, in bytes, is the size of the reads.
    init(_ source: any ByteSource, bufferSize: Int = 1 << 18) {
        self.source = source
        buffer = .allocate(capacity: max(16, bufferSize))
    }

    deinit { buffer.deallocate() }

    /// The number of fields of the current record.
    var fieldCount: Int { scanner.fields.count }

    /// A field of the current record, without quotes; valid until the next record is read.
    subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        let field = scanner.fields[index]
        return UnsafeBufferPointer(rebasing: buffer[field.start..<field.end])
    }

    /// Whether the current record is an empty line.
    var isBlank: Bool { record.isEmpty && defect == nil }

    /// The current record as it stands in the file, or nil where it is too long to be kept.
    var recordText: String? {
        if defect == .longRecord { return nil }
        return original.map { String(decoding: $0, as: UTF8.self) }
            ?? String(decoding: UnsafeBufferPointer(rebasing: buffer[record]), as: UTF8.self)
    }

    /// Goes to the next record; false where there is none.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` where the file cannot be read on.
    func advance() throws -> Bool {
        if nextLine == 1, line == 0 { try skipByteOrderMark() }
        (line, defect, original) = (nextLine, nil, nil)
        while true {
            if next == filled, isAtEnd { return false }
            switch scanner.scan(readable, from: next, isFinal: isAtEnd) {
            case .record(let end, let following, let lines):
                record = next..<end
                next = min(following, filled)
                nextLine += lines
                finish()
                return true
            case .broken(let defect):
                if try takeLine(defect) { return true }
            case .needsMore:
                if filled - next >= Self.longestRecord {
                    try skipLine()
                    return true
                }
                try refill()
            }
        }
    }

    private var readable: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[..<filled]) }

    /// Checks a whole record and takes doubled quotes out of its fields.
    private func finish() {
        if record.count > Self.longestField, let index = scanner.fields.firstIndex(where: Self.isLong) {
            defect = .longField(index)
        } else if scanner.hasHighBytes, let index = scanner.fields.indices.first(where: { !isUTF8(self[$0]) }) {
            defect = .encoding(index)
        } else if scanner.hasNUL {
            defect = .nul(scanner.fields.indices.first { self[$0].contains(0) } ?? 0)
        } else if scanner.hasDoubledQuotes {
            original = Array(buffer[record])
            unescape()
        }
    }

    private static func isLong(_ field: CSVScanner.Field) -> Bool { field.end - field.start > longestField }

    private func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    private func unescape() {
        let quote = UInt8(ascii: "\"")
        scanner.shortenFields { field in
            var write = field.start
            var read = field.start
            while read < field.end {
                buffer[write] = buffer[read]
                read += buffer[read] == quote ? 2 : 1
                write += 1
            }
            return write
        }
    }

    /// Takes the line at which a broken record begins for the record; false where its end is not in the buffer yet.
    private func takeLine(_ broken: CSVDefect) throws -> Bool {
        let end = readable[next...].firstIndex(of: 0x0A)
        if end == nil, !isAtEnd {
            if filled - next >= Self.longestRecord {
                try skipLine()
                return true
            }
            try refill()
            return false
        }
        defect = broken
        let stop = end ?? filled
        record = next..<(stop > next && buffer[stop - 1] == 0x0D ? stop - 1 : stop)
        next = end.map { $0 + 1 } ?? filled
        nextLine += 1
        return true
    }

    /// Goes past the line at which a record begins that is too long to be kept.
    private func skipLine() throws {
        defect = .longRecord
        nextLine += 1
        while true {
            if let end = readable[next...].firstIndex(of: 0x0A) {
                next = end + 1
                return
            }
            next = filled
            if isAtEnd { return }
            try refill()
        }
    }

    private func skipByteOrderMark() throws {
        while filled < 3, !isAtEnd { try refill() }
        if readable.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
    }

    /// Moves what is not read yet to the front and reads more behind it.
    private func refill() throws {
        let rest = filled - next
        if rest == buffer.count {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
            _ = larger.update(fromContentsOf: buffer[next..<filled])
            buffer.deallocate()
            buffer = larger
        } else if next > 0, rest > 0, let start = buffer.baseAddress {
            start.update(from: start + next, count: rest)
        }
        (next, filled) = (0, rest)
        let free = UnsafeMutableBufferPointer(rebasing: buffer[rest...])
        let count = try source.read(into: UnsafeMutableRawBufferPointer(free))
        filled += count
        isAtEnd = count == 0
    }
}
