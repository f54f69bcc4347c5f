import RollbookModel

/// A value on its way into a batch's column.
enum FieldValue: Hashable, Sendable {
    /// Nothing stood there, and nothing had to.
    case missing
    case identifier(SourceIdentifier)
    case text(String)
    case boolean(Bool)
    /// Days since 1970-01-01.
    case date(Int32)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case instant(Int64)
    /// Hundredths of a point.
    case score(Int32)
}

extension RecordBatch {
    /// Adds a record: one value for each column, in the columns' order.
    mutating func append(_ values: [FieldValue], line: Int64) {
        let position = lines.count
        lines.append(line)
        for index in columns.indices { columns[index].append(values[index], at: position) }
    }
}

extension BatchColumn {
    /// Adds a value. The column lets go of its array before the array grows, so that nothing is copied.
    fileprivate mutating func append(_ value: FieldValue, at position: Int) {
        switch self {
        case .identifiers(var numbers, var texts):
            self = .dates([])
            switch value {
            case .identifier(.number(let number)): numbers.append(number)
            case .identifier(.text(let text)):
                numbers.append(nil)
                texts[position] = text
            default: numbers.append(nil)
            }
            self = .identifiers(numbers, texts: texts)
        case .texts(var values):
            self = .dates([])
            if case .text(let text) = value { values.append(text) } else { values.append(nil) }
            self = .texts(values)
        case .booleans(var values):
            self = .dates([])
            if case .boolean(let boolean) = value { values.append(boolean) } else { values.append(nil) }
            self = .booleans(values)
        case .dates(var values):
            self = .instants([])
            if case .date(let date) = value { values.append(date) } else { values.append(nil) }
            self = .dates(values)
        case .instants(var values):
            self = .dates([])
            if case .instant(let instant) = value { values.append(instant) } else { values.append(nil) }
            self = .instants(values)
        case .scores(var values):
            self = .dates([])
            if case .score(let score) = value { values.append(score) } else { values.append(nil) }
            self = .scores(values)
        }
    }
}

/// Why a value cannot be stored; it never holds the value.
struct FieldFault: Error, Hashable {
    /// What kind of value stood there: `empty`, `text`, `number`, `date`, `bytes`.
    let valueKind: String
    /// Why it cannot be stored, and what was expected.
    let reason: String

    init(_ valueKind: String, _ reason: String) {
        self.valueKind = valueKind
        self.reason = reason
    }

    /// A fault of the field that holds `bytes`.
    init(in bytes: UnsafeBufferPointer<UInt8>, _ reason: String) {
        self.init(Self.kind(of: bytes), reason)
    }

    private static func kind(of bytes: UnsafeBufferPointer<UInt8>) -> String {
        if bytes.isEmpty { return "empty" }
        let text = String(decoding: bytes, as: UTF8.self)
        // By its shape, so that a date that does not exist is one too.
        if text.prefixMatch(of: /\d{4}-\d\d-\d\d/) != nil { return "date" }
        return text.contains { $0.isNumber } && Double(text) != nil ? "number" : "text"
    }
}

/// Why a record cannot be stored.
struct RecordFault: Error, Hashable {
    /// The column that is to blame, or nil where it is the whole record.
    let column: String?
    /// What is wrong there.
    let fault: FieldFault

    init(_ column: String?, _ fault: FieldFault) {
        self.column = column
        self.fault = fault
    }
}
