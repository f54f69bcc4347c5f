/// Finds the fields of one record in a stretch of bytes: RFC 4180, with LF or CRLF at the end of a record.
///
/// It keeps nothing between calls but the memory of its arrays; who has too few bytes comes again with more.
struct CSVScanner {
    /// A field's place in the bytes, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        /// Whether quotes stand doubled in it.
        var hasDoubledQuotes: Bool
    }

    /// What a scan found.
    enum Outcome: Equatable {
        /// The record is not at its end where the bytes are.
        case needsMore
        /// A record whose content ends at `end`; the next one begins at `next`, `lines` lines further down.
        case record(end: Int, next: Int, lines: Int64)
        /// Quotes or line ends stand where they must not; where the record ends is a guess.
        case broken(CSVDefect)
    }

    /// The fields found by the last scan.
    private(set) var fields: [Field] = []
    /// Whether the last record holds a byte that is not ASCII.
    private(set) var hasHighBytes = false
    /// Whether the last record holds a NUL.
    private(set) var hasNUL = false
    /// Whether a field of the last record has doubled quotes.
    private(set) var hasDoubledQuotes = false

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    /// Scans the record at `start`; `isFinal` says that nothing follows the bytes.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        (hasHighBytes, hasNUL, hasDoubledQuotes) = (false, false, false)
        var position = start
        var lines: Int64 = 0
        while true {
            let isQuoted = position < bytes.count && bytes[position] == Self.quote
            let stop =
                isQuoted
                ? scanQuoted(bytes, from: &position, lines: &lines, isFinal: isFinal)
                : scanPlain(bytes, from: &position, isFinal: isFinal)
            if let stop { return stop }
            guard position < bytes.count else { return .record(end: position, next: position, lines: lines + 1) }
            switch bytes[position] {
            case Self.comma: position += 1
            case Self.lineFeed: return .record(end: position, next: position + 1, lines: lines + 1)
            case Self.carriageReturn: return endAfterCarriageReturn(bytes, at: position, lines, isFinal: isFinal)
            default: return .broken(.quotes)
            }
        }
    }

    /// Gives each field with doubled quotes the new end that `end` finds for it.
    mutating func shortenFields(_ end: (Field) -> Int) {
        for index in fields.indices where fields[index].hasDoubledQuotes { fields[index].end = end(fields[index]) }
    }

    private func endAfterCarriageReturn(
        _ bytes: UnsafeBufferPointer<UInt8>, at position: Int, _ lines: Int64, isFinal: Bool
    ) -> Outcome {
        guard position + 1 < bytes.count else {
            return isFinal ? .record(end: position, next: position + 1, lines: lines + 1) : .needsMore
        }
        guard bytes[position + 1] == Self.lineFeed else { return .broken(.carriageReturn) }
        return .record(end: position, next: position + 2, lines: lines + 1)
    }

    /// Takes a field without quotes; an outcome means that the scan is over.
    private mutating func scanPlain(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int, isFinal: Bool
    ) -> Outcome? {
        let start = position
        var seen: UInt8 = 0
        scan: while position < bytes.count {
            let byte = bytes[position]
            // Everything that matters here is at most a comma.
            if byte <= Self.comma {
                switch byte {
                case Self.comma, Self.lineFeed, Self.carriageReturn: break scan
                case Self.quote: return .broken(.quotes)
                case 0: hasNUL = true
                default: break
                }
            }
            seen |= byte
            position += 1
        }
        if position == bytes.count, !isFinal { return .needsMore }
        if seen >= 0x80 { hasHighBytes = true }
        fields.append(Field(start: start, end: position, hasDoubledQuotes: false))
        return nil
    }

    /// Takes a field in quotes; an outcome means that the scan is over.
    private mutating func scanQuoted(
        _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int, lines: inout Int64, isFinal: Bool
    ) -> Outcome? {
        position += 1
        var field = Field(start: position, end: position, hasDoubledQuotes: false)
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.quote {
                guard position + 1 < bytes.count || isFinal else { return .needsMore }
                guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else {
                    field.end = position
                    fields.append(field)
                    position += 1
                    return position == bytes.count && !isFinal ? .needsMore : nil
                }
                field.hasDoubledQuotes = true
                hasDoubledQuotes = true
                position += 1
            } else if byte == Self.lineFeed {
                lines += 1
            } else if byte >= 0x80 {
                hasHighBytes = true
            } else if byte == 0 {
                hasNUL = true
            }
            position += 1
        }
        return isFinal ? .broken(.quotes) : .needsMore
    }
}

/// Why a record of a CSV file cannot be read at all.
enum CSVDefect: Hashable, Sendable {
    /// A quote inside a field without quotes, something after a closing quote, or no closing quote.
    case quotes
    /// A carriage return that no line feed follows, outside quotes.
    case carriageReturn
    /// The record is longer than records may be.
    case longRecord
    /// A field (by position) is longer than fields may be.
    case longField(Int)
    /// A field (by position) is not UTF-8.
    case encoding(Int)
    /// A field (by position) holds a NUL.
    case nul(Int)
}
