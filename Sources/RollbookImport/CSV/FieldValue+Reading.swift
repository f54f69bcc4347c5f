import RollbookModel

/// Values are read from a file's bytes directly: most fields never become a `String`.
extension FieldValue {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Reads what a column of the type takes; nothing at all is for the caller to judge.
    static func reading(_ bytes: Bytes, as type: RecordTable.ColumnType) throws(FieldFault) -> FieldValue {
        switch type {
        case .key, .reference: .identifier(identifier(bytes))
        case .text: .text(String(decoding: bytes, as: UTF8.self))
        case .oneOf(let words): .text(try word(bytes, of: words))
        case .boolean: .boolean(try boolean(bytes))
        case .date: .date(try date(bytes))
        case .instant: .instant(try instant(bytes))
        case .score: .score(try score(bytes))
        }
    }

    /// A decimal whole number in its canonical spelling is a number, anything else a text.
    static func identifier(_ bytes: Bytes) -> SourceIdentifier {
        if let number = number(bytes) { return .number(number) }
        let text = String(decoding: bytes, as: UTF8.self)
        // Numbers of 19 digits are left to the careful reader.
        if let number = Int64(text), String(number) == text { return .number(number) }
        return .text(text)
    }

    /// A whole number of at most 18 digits in its canonical spelling.
    static func number(_ bytes: Bytes) -> Int64? {
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { position = 1 }
        let digits = bytes.count - position
        guard digits > 0, digits <= 18 else { return nil }
        if bytes[position] == UInt8(ascii: "0"), digits > 1 || isNegative { return nil }
        var number: Int64 = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int64(digit)
            position += 1
        }
        return isNegative ? -number : number
    }

    private static func word(_ bytes: Bytes, of words: [String]) throws(FieldFault) -> String {
        for word in words where word.utf8.elementsEqual(bytes) { return word }
        throw FieldFault(in: bytes, "expected one of \(words.joined(separator: ", "))")
    }

    static func boolean(_ bytes: Bytes) throws(FieldFault) -> Bool {
        if bytes.count <= 5 {
            switch String(decoding: bytes, as: UTF8.self).lowercased() {
            case "true", "t", "yes", "1": return true
            case "false", "f", "no", "0": return false
            default: break
            }
        }
        throw FieldFault(in: bytes, "expected true or false")
    }

    private static let storable = Instant.storable
    private static let storableDays =
        storable.lowerBound.utcDate.daysSinceEpoch..<storable.upperBound.utcDate.daysSinceEpoch

    static func date(_ bytes: Bytes) throws(FieldFault) -> Int32 {
        guard bytes.count == 10, let date = leadingDate(bytes) else {
            throw FieldFault(in: bytes, "expected a date that exists, such as 2025-09-01")
        }
        guard storableDays.contains(date.daysSinceEpoch) else {
            throw FieldFault("date", "expected a date from 1900 to 2199")
        }
        return date.daysSinceEpoch
    }

    static func instant(_ bytes: Bytes) throws(FieldFault) -> Int64 {
        guard let instant = plainInstant(bytes) ?? Instant(parsing: String(decoding: bytes, as: UTF8.self)) else {
            throw FieldFault(in: bytes, "expected an instant that exists, such as 2025-09-01T08:30:00Z")
        }
        guard storable.contains(instant) else { throw FieldFault("date", "expected an instant from 1900 to 2199") }
        return instant.microsecondsSinceEpoch
    }

    /// The most frequent spelling, `2025-09-01T08:30:00Z`.
    private static func plainInstant(_ bytes: Bytes) -> Instant? {
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"), let date = leadingDate(bytes),
            let hour = digits(bytes, 11, 2), hour < 24, let minute = digits(bytes, 14, 2), minute < 60,
            let second = digits(bytes, 17, 2), second < 60
        else { return nil }
        let time = hour * 3600 + minute * 60 + second
        return Instant(secondsSinceEpoch: Int64(date.daysSinceEpoch) * 86_400 + Int64(time))
    }

    private static func leadingDate(_ bytes: Bytes) -> CalendarDate? {
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let year = digits(bytes, 0, 4),
            let month = digits(bytes, 5, 2), let day = digits(bytes, 8, 2)
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    private static func digits(_ bytes: Bytes, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for position in start..<start + count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Points from 0 to 100 in hundredths, halves rounded away from zero. The number as it stands decides whether it is in
    /// the range: 100.001 is not, though it would be rounded to 100.
    static func score(_ bytes: Bytes) throws(FieldFault) -> Int32 {
        guard let decimal = ExactDecimal(bytes) else {
            throw FieldFault(in: bytes, "expected points from 0 to 100, such as 87.5")
        }
        do {
            return try decimal.percent(from: .zero, to: .hundred)
        } catch {
            throw FieldFault(in: bytes, "the number is outside the range: expected points from 0 to 100")
        }
    }
}
